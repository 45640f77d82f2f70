"""A reading as a plan file that a person finishes: every target unreviewed, with its span."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import yaml

from zhiheng.methods.vocabulary import Operator
from zhiheng.office.words import _
from zhiheng.plans.compiler.canon import canonical
from zhiheng.plans.compiler.model import Reading, Responsibility, Target
from zhiheng.plans.declaration import Problem
from zhiheng.plans.files import PlanFileError, plan_of
from zhiheng.plans.plan_texts import shortest


def draft_content(reading: Reading, code: str, region: str) -> dict[str, Any]:
    """What the plan file says; it can be loaded once nothing of `open_points` is left.

    Args:
        code: of the plan, e.g. ``hengchuan-2026``.
        region: key of the region whose plan it is.
    """
    head = reading.document
    digest = hashlib.sha256(reading.text.encode()).hexdigest()
    return {
        "plan": {
            "code": code,
            "title": head.title or reading.name,
            "issuer": "、".join(head.issuers) or head.issuer or "",
            "number": head.number or "",
            "issued_on": head.issued_on,
            "period": list(head.period) if head.period else None,
            "region": region,
            "source": f"{reading.name} sha256:{digest}",
        },
        "targets": [
            _entry(f"T{number:03d}", target, region, _responsible(reading, target))
            for number, target in enumerate(reading.targets, 1)
        ],
    }


def _entry(
    name: str, target: Target, region: str, responsible: Responsibility | None
) -> dict[str, Any]:
    op, value, unit = _operator(target)
    # Same order as `files.target_content`, so that a finished file reads and writes the same.
    return {
        "id": name,
        "indicator": target.indicator,
        "proposes": None if target.indicator else (target.link.proposes if target.link else None),
        "scope": {"region": region, "by": {}},
        "op": str(op),
        "value": shortest(value),
        "unit": unit,
        "value_max": shortest(target.value_max),
        "tolerance": None,
        "deadline": target.deadline,
        "baseline": None,
        "text": _text(target),
        "clause": target.clause or "",
        "damaged": target.damaged,
        "reviewed": False,
        "responsible": {
            "lead": list(responsible.lead) if responsible else [],
            "with": list(responsible.support) if responsible else [],
        },
        "span": [target.start, target.end],
    }


def _text(target: Target) -> str:
    """The promise in its own words, with the metric before it where they leave it out."""
    said = re.sub(r"\s+", "", target.text)
    return said if target.metric in said else f"{target.metric}：{said}"


def _operator(target: Target) -> tuple[Operator, float | None, str]:
    """The plan file's operator; to multiply by 2 is to increase by 100 %."""
    if target.op == "multiply":
        grown = None if target.value is None else (target.value - 1) * 100
        return Operator.INCREASE_BY, grown, "%"
    return Operator(target.op), target.value, canonical(target.unit)


def _responsible(reading: Reading, target: Target) -> Responsibility | None:
    """Who is named for the target: in its own clause, the nearest after it, else before it."""
    same = [r for r in reading.responsibilities if r.clause == target.clause]
    after = [r for r in same if r.start >= target.start]
    if after:
        return min(after, key=lambda r: r.start)
    return max(same, key=lambda r: r.start, default=None)


def open_points(content: dict[str, Any], units: dict[str, str]) -> list[Problem]:
    """What a person must still settle before the draft can be loaded."""
    try:
        plan_of(content, units=units)
    except PlanFileError as error:
        return error.problems
    return []


def draft_text(reading: Reading, code: str, region: str, units: dict[str, str]) -> str:
    """The draft as YAML, with what is open, doubtful or inferred as comments where it belongs."""
    content = draft_content(reading, code, region)
    problems = open_points(content, units)
    lines = [
        _("规划草稿：机器读出，尚未审核。逐条对照原文，改正后把 reviewed 改为 true。"),
        _("待补 {count} 处，见各目标前的“待补”。补齐后用 zhiheng plan load 载入。",
          count=len(problems)),
    ]  # fmt: skip
    said = [*(f"# {line}" for line in lines)]
    said += [f"# {_to_do(problem)}" for problem in problems if not problem.target]
    said.append(_dumped({"plan": content["plan"]}))
    said.append("targets:" if content["targets"] else "targets: []\n")
    for target, entry in zip(reading.targets, content["targets"], strict=True):
        open_here = [problem for problem in problems if problem.target == entry["id"]]
        said += [f"# {note}" for note in [*map(_to_do, open_here), *_notes(target)]]
        said.append(_dumped([entry]).rstrip("\n"))
    return "\n".join(said).rstrip("\n") + "\n"


def _to_do(problem: Problem) -> str:
    return _("待补：{problem}", problem=str(problem).replace("\n", " "))


def _notes(target: Target) -> Iterator[str]:
    if target.inferred_value is not None:
        yield _("原文缺字；推断为 {value:.12g}，请对照原件。", value=target.inferred_value)
    if target.deadline_inferred:
        yield _("期限的年份缺字，由同段其他年份推断，请对照原件。")
    if target.metric_damaged:
        yield _("指标名称缺字，请对照原件。")
    if target.link and target.link.alternatives:
        near = "、".join(f"{c.code}（{c.score:.2f}）" for c in target.link.alternatives)
        yield _("指标也可能是：{near}", near=near)


def _dumped(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
