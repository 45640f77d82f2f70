"""Reviewed plans as YAML: read with every problem at once, written so that reading gives it back.

The file is a mapping ``{plan: {...}, targets: [{...}, ...]}``; see docs/rooms/plans.md.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import yaml

from zhiheng.methods.vocabulary import Operator
from zhiheng.office.words import _
from zhiheng.plans.declaration import (
    Baseline,
    Plan,
    PlanProblems,
    Problem,
    Responsible,
    Scope,
    Target,
)
from zhiheng.plans.fields import Fields
from zhiheng.plans.units import allowed_for, convertible
from zhiheng.rules.errors import ContentError, UsageError

HEAD = ("code", "title", "issuer", "number", "issued_on", "period", "region", "source")
FIELDS = (
    "id",
    "indicator",
    "proposes",
    "scope",
    "op",
    "value",
    "unit",
    "value_max",
    "tolerance",
    "deadline",
    "baseline",
    "text",
    "clause",
    "damaged",
    "reviewed",
    "responsible",
    "span",
)


class PlanFileError(ContentError):
    """A plan that cannot be loaded; ``problems`` holds each one for a page or for JSON."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            "plan.content",
            "\n".join(map(str, problems)),
            _("请改正以上 {count} 处后重新载入。", count=len(problems)),
        )
        self.problems = problems


def read_plan(
    path: Path,
    *,
    units: Mapping[str, str] | None = None,
    regions: Container[str] | None = None,
) -> Plan:
    """The plan of one file.

    Args:
        units: declared unit by indicator code; given, codes and units are checked against it.
        regions: known region keys; given, scopes are checked against them.

    Raises:
        UsageError: no such file.
        PlanFileError: with everything that is wrong, target by target.
    """
    if not path.exists():
        raise UsageError("file.missing", _("找不到文件 {path}。", path=path))
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(
            "plan.yaml",
            _("{path} 不是 UTF-8 编码的 YAML：{error}", path=path.name, error=error),
            _("请检查缩进和引号。"),
        ) from error
    return plan_of(content, units=units, regions=regions)


def _plan(
    fields: Fields,
    head: dict[str, Any],
    targets: tuple[Target, ...],
    regions: Container[str] | None,
) -> Plan | None:
    texts = {
        name: fields.text(f"plan.{name}", head.get(name))
        for name in ("code", "title", "issuer", "number", "region", "source")
    }
    if regions is not None and texts["region"] and texts["region"] not in regions:
        fields.problems.append(_unknown_region("", "plan.region", texts["region"]))
    try:
        return Plan(
            targets=targets,
            issued_on=fields.day("plan.issued_on", head.get("issued_on")),
            period=fields.pair("plan.period", head.get("period"), _("两个年份，先起后止")),
            **texts,
        )
    except PlanProblems as error:
        fields.problems += error.problems
        return None


def _target(number: int, entry: Any, problems: list[Problem]) -> Target | None:
    name = str(entry["id"]) if isinstance(entry, dict) and "id" in entry else f"#{number}"
    before = len(problems)
    fields = Fields(name, problems)
    entry = fields.mapping("", entry, FIELDS)
    if not entry:
        return None
    scope = fields.mapping("scope", entry.get("scope"), ("region", "by"))
    by = fields.mapping("scope.by", scope.get("by") or {})
    people = fields.mapping("responsible", entry.get("responsible") or {}, ("lead", "with"))
    op = entry.get("op")
    if op not in set(Operator):
        fields.wrong("op", op, "、".join(each.value for each in Operator))
        # What value and baseline should be depends on the operator that is missing.
        fields.told |= {"value", "value_max", "tolerance", "baseline"}
        op = Operator.AT_LEAST
    try:
        target = Target(
            id=name,
            op=Operator(op),
            scope=Scope(
                fields.text("scope.region", scope.get("region")),
                tuple(sorted((str(key), str(value)) for key, value in by.items())),
            ),
            value=fields.number("value", entry.get("value")),
            value_max=fields.number("value_max", entry.get("value_max")),
            tolerance=fields.number("tolerance", entry.get("tolerance")),
            unit=fields.text("unit", entry.get("unit")),
            text=fields.text("text", entry.get("text")),
            clause=fields.text("clause", entry.get("clause")),
            indicator=fields.text("indicator", entry.get("indicator")) or None,
            proposes=fields.text("proposes", entry.get("proposes")) or None,
            deadline=fields.year_or_day("deadline", entry.get("deadline")),
            baseline=_baseline(fields, entry.get("baseline")),
            damaged=fields.flag("damaged", entry.get("damaged", False)),
            reviewed=fields.flag("reviewed", entry.get("reviewed", True)),
            responsible=Responsible(
                fields.texts("responsible.lead", people.get("lead")),
                fields.texts("responsible.with", people.get("with")),
            ),
            span=fields.pair("span", entry.get("span"), _("两个位置，先起后止")),
        )
    except PlanProblems as error:
        problems += [p for p in error.problems if p.field.split(".")[0] not in fields.told]
        return None
    return target if len(problems) == before else None


def _baseline(fields: Fields, value: Any) -> Baseline | None:
    """``2024``, ``2024Q3``, ``2024-09``, or a mapping with the period's published value."""
    if value is None:
        return None
    if not isinstance(value, dict):
        return Baseline(fields.text("baseline", value))
    value = fields.mapping("baseline", value, ("period", "value"))
    return Baseline(
        fields.text("baseline.period", value.get("period")),
        fields.number("baseline.value", value.get("value")),
    )


def _reference_problems(
    target: Target, units: Mapping[str, str] | None, regions: Container[str] | None
) -> list[Problem]:
    problems = []
    if regions is not None and target.scope.region not in regions:
        problems.append(_unknown_region(target.id, "scope.region", target.scope.region))
    declared = units.get(target.code) if units is not None else None
    if declared is None:
        if units is not None and target.indicator is not None:
            allowed, fix = "、".join(sorted(units)), _("请选用已有指标，或提出 reported_ 指标。")
            problems.append(Problem(target.id, "indicator", target.indicator, allowed, fix))
    elif not (target.relative or target.value is None or convertible(target.unit, declared)):
        problems.append(
            Problem(
                target.id,
                "unit",
                target.unit,
                "、".join(allowed_for(declared)),
                _("该指标的单位是“{unit}”。", unit=declared),
            )
        )
    return problems


def _unknown_region(target: str, field: str, region: str) -> Problem:
    return Problem(
        target, field, region, _("已载入的区域代码"), _("请先用 zhiheng region load 载入区域。")
    )


def plan_of(
    content: Any,
    *,
    units: Mapping[str, str] | None = None,
    regions: Container[str] | None = None,
) -> Plan:
    """As `read_plan`, from what YAML says."""
    problems: list[Problem] = []
    fields = Fields("", problems)
    content = fields.mapping("", content, ("plan", "targets"))
    entries = content.get("targets")
    if not isinstance(entries, list):
        fields.wrong("targets", entries, _("目标列表"))
        entries = []
    targets = []
    for number, entry in enumerate(entries, start=1):
        target = _target(number, entry, problems)
        if target is not None:
            targets.append(target)
            problems += _reference_problems(target, units, regions)
    plan = _plan(fields, fields.mapping("plan", content.get("plan"), HEAD), tuple(targets), regions)
    if problems or plan is None:
        raise PlanFileError(problems)
    return plan


def target_of(content: dict[str, Any]) -> Target:
    """The target of `target_content`, as the record keeps it."""
    problems: list[Problem] = []
    target = _target(1, content, problems)
    if target is None:
        raise PlanFileError(problems)
    return target
