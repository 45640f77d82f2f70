"""The words of administrative plans by their grammatical role, from ``lexicon.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _data() -> dict[str, Any]:
    text = Path(__file__).with_name("lexicon.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(text, Loader=loader)
    return data


@cache
def words(path: str) -> tuple[str, ...]:
    """The words of one role, longest first, e.g. ``words("before.at_least")``."""
    found: Any = _data()
    for part in path.split("."):
        found = found[part]
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True))


def any_of(*paths: str) -> str:
    """A regular expression that matches any word of these roles, the longest first."""
    every = {word for path in paths for word in words(path)}
    return alternatives(every)


def alternatives(every: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(every, key=len, reverse=True))) + ")"


@cache
def pattern(template: str) -> re.Pattern[str]:
    """A compiled expression in which ``{role}`` stands for the words of that role."""
    filled = re.sub(r"\{([a-z_.]+)\}", lambda found: any_of(found[1]), template)
    return re.compile(filled)
