"""Every read of plans, targets and verdicts, scoped to the actor's regions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from zhiheng.indicators import queries as indicators
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow, Measurement
from zhiheng.office.actors import Actor
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.plans.catalogue import measure_of
from zhiheng.plans.declaration import Target
from zhiheng.plans.files import target_of
from zhiheng.plans.models import PlanRecord, TargetRecord
from zhiheng.plans.progress import Progress, progress
from zhiheng.plans.proposed import reported_figures
from zhiheng.plans.rows import contract_row, full_row, reported_row
from zhiheng.plans.verdicts import Figure, Judged, Measure, judged
from zhiheng.rules.errors import UsageError
from zhiheng.rules.parameters import ParameterError

Scope: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
Series: TypeAlias = dict[str, Figure]


@dataclass(frozen=True)
class Row:
    """One target of a plan, judged, with the figures of its scope by period."""

    plan: str
    judged: Judged
    measure: Measure
    progress: Progress | None
    series: Series

    @property
    def target(self) -> Target:
        return self.judged.target

    def plain(self) -> dict[str, Any]:
        """Everything about it as plain values; see `zhiheng.plans.rows.full_row`."""
        return full_row(self.plan, self.judged, self.measure, self.progress)


@dataclass(frozen=True)
class VerdictTable:
    """Every target of the plans in force that the actor may see, judged on one day."""

    as_of: date
    plans: tuple[PlanRecord, ...]
    rows: tuple[Row, ...]

    def of(self, plan: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.plan == plan)

    def reported(self) -> list[dict[str, Any]]:
        """The figures that were read and not measured, as plain estimates."""
        view = region_tree().as_of(self.as_of)
        found: dict[str, dict[str, Any]] = {}
        for row in self.rows:
            version = view.version(row.target.scope.region)
            for figure in row.series.values() if row.target.code not in ALL else ():
                said = reported_row(row.target, figure, version.level if version else "")
                found[f"{said['indicator']}|{said['region']}|{said['period']}"] = said
        return list(found.values())

    def as_json(self) -> dict[str, Any]:
        """The contract of ``verdicts --json``."""
        return {
            "as_of": self.as_of.isoformat(),
            "plans": [
                {
                    "plan": plan.code,
                    "verdicts": [contract_row(row.judged) for row in self.of(plan.code)],
                }
                for plan in self.plans
            ],
        }


def plans(actor: Actor) -> QuerySet[PlanRecord]:
    """The plans in force with a target in the actor's regions, by code."""
    newest = PlanRecord.objects.filter(code=OuterRef("code")).order_by("-version")
    current = PlanRecord.objects.filter(version=Subquery(newest.values("version")[:1]))
    if actor.regions is not None:
        current = current.filter(targets__region__in=actor.regions).distinct()
    return current.order_by("code")


def plan_in_force(actor: Actor, code: str) -> PlanRecord:
    """The plan in force of this code. Raises UsageError if the actor sees none."""
    found = plans(actor).filter(code=code).first()
    if found is None:
        known = "、".join(plans(actor).values_list("code", flat=True)) or _("（还没有规划）")
        raise UsageError(
            "plan.unknown",
            _("没有代码为“{code}”的规划。", code=code),
            _("已载入：{known}。", known=known),
        )
    return found


def versions(actor: Actor, code: str) -> list[PlanRecord]:
    """Every version of a plan that the actor sees, newest first."""
    plan_in_force(actor, code)
    return list(PlanRecord.objects.filter(code=code).order_by("-version"))


def plan_head(record: PlanRecord) -> dict[str, Any]:
    """The plan's head as plain values, as it is released."""
    names = ("code", "version", "title", "issuer", "number", "region", "source", "digest")
    return {
        **{name: getattr(record, name) for name in names},
        "issued_on": record.issued_on.isoformat() if record.issued_on else None,
        "period": [record.period_first, record.period_last] if record.period_first else None,
    }


def targets(actor: Actor, record: PlanRecord) -> list[Target]:
    """The plan's targets in the actor's regions, in the plan's order."""
    rows = TargetRecord.objects.filter(plan=record).order_by("ordinal")
    if actor.regions is not None:
        rows = rows.filter(region__in=actor.regions)
    return [target_of(content) for content in rows.values_list("content", flat=True)]


def promised(actor: Actor, plan: str | None = None) -> list[tuple[PlanRecord, Target]]:
    """Every target of the plans in force, or of one, that the actor sees."""
    records = [plan_in_force(actor, plan)] if plan else list(plans(actor))
    return [(record, target) for record in records for target in targets(actor, record)]


def verdict_table(
    actor: Actor,
    as_of: date | None = None,
    *,
    plan: str | None = None,
    measurement: Measurement | None = None,
) -> VerdictTable:
    """Judge every target on a day (today if none is given).

    Args:
        plan: only this one.
        measurement: only its estimates; None: the estimates that stand.
    """
    day = as_of or timezone.localdate()
    wanted = promised(actor, plan)
    series = _series(actor, [target for _record, target in wanted], measurement)
    rows = []
    for record, target in wanted:
        measure, figures = measure_of(target), series.get(_scope(target), {})
        try:
            found = judged(target, measure, figures, day)
        except ParameterError as error:
            raise UsageError(
                "date.no_rules",
                _("{day} 没有可用的判定规则。", day=day.isoformat()),
                _("请用规则有效期内的日期：{said}。", said=error.message),
            ) from error
        rows.append(Row(record.code, found, measure, progress(found, figures, day), figures))
    records = {record.code: record for record, _target in wanted}
    return VerdictTable(day, tuple(records.values()), tuple(rows))


def target(actor: Actor, plan: str, name: str, as_of: date | None = None) -> Row:
    """One target, judged, with its series. Raises UsageError if the actor sees none."""
    table = verdict_table(actor, as_of, plan=plan)
    found = next((row for row in table.rows if row.target.id == name), None)
    if found is None:
        raise UsageError(
            "target.unknown",
            _("规划 {plan} 没有目标“{name}”。", plan=plan, name=name),
            _("有：{known}。", known="、".join(row.target.id for row in table.rows)),
        )
    return found


def _scope(target: Target) -> Scope:
    return target.code, target.scope.region, target.scope.by


def _series(
    actor: Actor, wanted: Iterable[Target], measurement: Measurement | None
) -> dict[Scope, Series]:
    """The figures of every scope that a target names."""
    wanted = list(wanted)
    scopes = {_scope(target) for target in wanted}
    found: dict[Scope, Series] = {}
    for code in sorted({scope[0] for scope in scopes} & set(ALL)):
        regions = {region for indicator, region, _by in scopes if indicator == code}
        rows = (
            indicators.standing(actor, code)
            if measurement is None
            else indicators.estimates(actor, measurement, [code])
        )
        for row in rows.filter(region__in=regions):
            by = tuple(sorted(json.loads(row.by).items()))
            if (code, row.region, by) in scopes:
                found.setdefault((code, row.region, by), {})[row.period] = _stored(row)
    proposed = [target for target in wanted if target.code not in ALL]
    estimates, log_size, root = reported_figures(actor, proposed)
    for estimate in estimates:
        scope = (estimate.indicator, estimate.region, ())
        figure = _read(estimate, log_size, root)
        found.setdefault(scope, {})[estimate.period] = figure
    return found


_VALUES = ("period", "estimate", "se", "lower", "upper", "level", "n", "numerator", "denominator")


def _stored(row: EstimateRow) -> Figure:
    run = row.part
    values = {name: getattr(row, name) for name in (*_VALUES, "df", "method", "id")}
    return Figure(**values, log_size=run.log_size, root=run.root)


def _read(estimate: Estimate, log_size: int | None, root: str) -> Figure:
    values = {name: getattr(estimate, name) for name in (*_VALUES, "df", "method")}
    return Figure(**values, log_size=log_size, root=root)
