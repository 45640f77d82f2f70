"""Every read of the estimates, scoped to the actor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db.models import Case, Exists, Max, OuterRef, QuerySet, When

from zhiheng.indicators.estimate import Estimate, canonical_by
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow, MeasuredPart, Measurement
from zhiheng.indicators.periods import MONTHS, Period, PeriodType
from zhiheng.office.actors import Actor
from zhiheng.office.compiled import BIGGEST, compiled
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


def visible_to(actor: Actor) -> QuerySet[EstimateRow]:
    """Estimates of the actor's regions and kinds of evidence.

    The public and organisations read what publication released, not this table.
    """
    measured = MeasuredPart.objects.filter(part=OuterRef("part"))
    rows = EstimateRow.objects.select_related("part").filter(Exists(measured))
    if not actor.can("evidence.read") or actor.organisation is not None:
        return rows.none()
    if actor.regions is not None:
        rows = rows.filter(region__in=actor.regions)
    if actor.kinds is not None:
        readable = [
            indicator.code
            for indicator in ALL.values()
            if {kind.code for kind in indicator.kinds} <= actor.kinds
        ]
        rows = rows.filter(indicator__in=readable)
    return rows


def standing(actor: Actor, indicator: str) -> QuerySet[EstimateRow]:
    """The newest estimate of every cell of an indicator.

    What was found before the last whole run, and not by it, no longer stands: its evidence was
    corrected away.
    """
    links = MeasuredPart.objects.filter(part__indicator=indicator)
    whole = Measurement.objects.filter(whole=True, versions__has_key=indicator)
    last = whole.order_by("-id").values_list("id", flat=True).first()
    if last is not None:
        links = links.filter(measurement__gte=last)
    parts = dict(links.values_list("part").annotate(newest=Max("measurement")).order_by("newest"))
    rows = visible_to(actor).filter(indicator=indicator, part__in=parts)
    if len(set(parts.values())) <= 1:
        return rows
    turn = Case(*(When(part=part, then=place) for place, part in enumerate(parts)))
    later = EstimateRow.objects.filter(
        **{name: OuterRef(name) for name in ("indicator", "region", "period", "by")},
        part__in=parts,
    )
    later = later.annotate(turn=turn).filter(turn__gt=OuterRef("turn"))
    return rows.annotate(turn=turn).exclude(Exists(later))


def rows_of(measurement: Measurement) -> QuerySet[EstimateRow]:
    """What one run gave, for rooms that keep their own scope."""
    return EstimateRow.objects.filter(part__measuredpart__measurement=measurement)


def latest(
    actor: Actor, indicator: str, region: str, period: str, by: dict[str, str] | None = None
) -> EstimateRow | None:
    """The standing estimate of one cell; None where there is none the actor may see."""
    rows = standing(actor, indicator)
    return rows.filter(region=region, period=period, by=canonical_by(by or {})).first()


def series(
    actor: Actor,
    indicator: str,
    region: str,
    by: dict[str, str] | None = None,
    type: PeriodType | None = None,
) -> list[EstimateRow]:
    """The standing estimates of one region, by first day; all period types unless one is named."""
    rows = list(standing(actor, indicator).filter(region=region, by=canonical_by(by or {})))
    dated = [(Period.parse(row.period), row) for row in rows]
    if type is not None:
        dated = [(period, row) for period, row in dated if period.type == type]
    return [
        row
        for _period, row in sorted(dated, key=lambda pair: (pair[0].first, -MONTHS[pair[0].type]))
    ]


def across(
    actor: Actor,
    indicator: str,
    period: str,
    by: dict[str, str] | None = None,
    region_level: str | None = None,
) -> list[EstimateRow]:
    """The standing estimates of one period in every region, by region key."""
    rows = standing(actor, indicator).filter(period=period, by=canonical_by(by or {}))
    if region_level is not None:
        rows = rows.filter(region_level=region_level)
    return list(rows.order_by("region"))


def estimates(
    actor: Actor, measurement: Measurement, indicators: Iterable[str] | None = None
) -> QuerySet[EstimateRow]:
    """What one run gave, in the order in which it was first measured."""
    rows = visible_to(actor).filter(part__measuredpart__measurement=measurement)
    if indicators is not None:
        rows = rows.filter(indicator__in=list(indicators))
    return rows.order_by("id")


def page_of_estimates(
    actor: Actor, measurement: Measurement, indicator: str, *, after: int = 0, limit: int = 50
) -> list[EstimateRow]:
    """Of what one run gave of an indicator, so many behind the id ``after``."""
    parts = tuple(sorted(_parts(run=measurement.pk, indicator=indicator)))
    begin = min(after, BIGGEST - 1)
    # Sorted by number alone: the rows with their arithmetic are a hundred times as wide.
    numbers = tuple(_numbers(actor, parts, limit, after=begin)) if parts else ()
    rows = EstimateRow.objects.select_related("part").filter(id__in=numbers)
    return list(rows.order_by("id"))


@compiled
def _parts(*, run: int, indicator: str) -> QuerySet[Any, int]:
    measured = MeasuredPart.objects.filter(measurement=run, part__indicator=indicator)
    return measured.values_list("part", flat=True)


@compiled
def _numbers(actor: Actor, parts: tuple[int, ...], limit: int, *, after: int) -> QuerySet[Any, int]:
    rows = visible_to(actor).filter(part__in=parts, id__gt=after)
    return rows.order_by("id").values_list("id", flat=True)[:limit]


def measurements(actor: Actor) -> QuerySet[Measurement]:
    """Runs, newest first, for those who may measure."""
    if not actor.can("indicators.measure"):
        return Measurement.objects.none()
    return Measurement.objects.order_by("-id")


def measurement(actor: Actor, number: int) -> Measurement:
    """One run. Raises UsageError where there is none, or the actor may not measure."""
    found = measurements(actor).filter(id=number).first()
    if found is None:
        raise UsageError("measurement.unknown", _("没有第 {number} 次测算。", number=number))
    return found


def estimate(actor: Actor, number: int) -> EstimateRow:
    """One estimate. Raises UsageError where there is none the actor may see."""
    found = visible_to(actor).filter(id=number).first()
    if found is None:
        raise UsageError("estimate.unknown", _("没有这个测算结果，或无权查看。"))
    return found


def estimate_row(row: EstimateRow) -> dict[str, Any]:
    """`as_json` with the number by which the estimate can be asked for."""
    return {"id": row.id, **as_json(row)}


def measurement_row(run: Measurement) -> dict[str, Any]:
    """A run as JSON says it."""
    names = ("created_at", "actor", "log_size", "root", "code_version", "whole", "estimates")
    said = {name: getattr(run, name) for name in names}
    return {"measurement": run.id, **said, "indicators": sorted(run.versions)}


def estimate_of(row: EstimateRow) -> Estimate:
    """The stored row as the value it was."""
    names = [name for name in Estimate.__dataclass_fields__ if name not in {"by", "detail"}]
    return Estimate(
        **{name: getattr(row, name) for name in names},
        by=json.loads(row.by),
        detail=json.loads(row.detail),
    )


def as_json(row: EstimateRow) -> dict[str, Any]:
    """The contract of ``measure --json``, with the ledger that the estimate rests on."""
    return estimate_of(row).as_json(row.part.log_size, row.part.root)


def frame(rows: QuerySet[EstimateRow]) -> pl.DataFrame:
    """The rows by columns, for exports and reports; ``by`` stays JSON."""
    schema = {name: _POLARS.get(name, pl.Float64) for name in _COLUMNS}
    return pl.DataFrame(list(rows.values_list(*_COLUMNS)), schema=schema, orient="row")


_COLUMNS = (
    "indicator", "region", "region_level", "period", "by", "estimate", "se", "lower", "upper",
    "level", "n", "numerator", "denominator", "df", "method", "detail",
)  # fmt: skip
_POLARS: dict[str, Any] = {
    **dict.fromkeys(("indicator", "region", "region_level", "period"), pl.String),
    **dict.fromkeys(("by", "method", "detail"), pl.String),
    "n": pl.Int64,
}
