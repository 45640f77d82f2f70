"""From the words of a metric to an indicator, or to a new one that departments report."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from zhiheng.plans.compiler.model import Candidate, Link

SURE = 0.78
"""Score from which a metric is taken to mean the indicator; below, it is only offered."""
LIKELY = 0.5

_FILLER = re.compile(
    r"[“”\"'()《》、,·]|全[市省国区县]|[本我]市|主要|重点|总体|质量安全|质量|数量|基本|各类|级"
)
_SHARE = {"%", "‰", "个百分点"}


@cache
def _names() -> tuple[tuple[str, bool | None, tuple[str, ...]], ...]:
    """(code, whether a share, names as compared) of every indicator."""
    text = Path(__file__).with_name("aliases.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(text, Loader=loader)
    return tuple(
        (code, entry["unit"] in _SHARE, tuple(_plain(name) for name in entry["names"]))
        for code, entry in data["indicators"].items()
    )


@cache
def link(metric: str, unit: str) -> tuple[str | None, Link]:
    """The indicator that a metric means, if one is sure, and what else it may mean.

    An indicator of a share never stands for a count, nor the other way round.
    """
    said = _plain(metric)
    found = sorted(
        (
            Candidate(code, round(max(_score(said, name) for name in names), 3))
            for code, share, names in _names()
            if share == (unit in _SHARE)
        ),
        key=lambda candidate: (-candidate.score, candidate.code),
    )
    near = tuple(candidate for candidate in found[:4] if candidate.score >= LIKELY)
    best = near[0] if near else None
    if best is not None and best.score >= SURE:
        return best.code, Link(best.score, near[1:], None)
    return None, Link(best.score if best else 0.0, near[:3], proposed_code(metric))


def proposed_code(metric: str) -> str:
    """The code of a new reported indicator; the same words give the same code everywhere."""
    digest = hashlib.sha256(_plain(metric).encode()).hexdigest()
    return f"reported_m{digest[:10]}"


def _plain(name: str) -> str:
    return _FILLER.sub("", name) or name


def _score(a: str, b: str) -> float:
    """Likeness from 0 to 1: shared pairs of characters, and order of the characters."""
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    dice = 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))
    return float(0.6 * dice + 0.4 * fuzz.ratio(a, b) / 100)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(max(1, len(text) - 1))}
