"""Figures that departments report: the latest of a period, as it was said, and by whom.

A reported figure speaks of the region it names and of no other: districts' figures are not added
up to the city's. A period in which nobody reported has no figure; an older one is not carried on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.cells import frame_of, month_of
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.periods import MONTHS, Period, PeriodType
from zhiheng.indicators.rollup import Places, calendar

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

FIGURE = KINDS["reported_figure"]


def reported(
    indicators: Sequence[Indicator],
    backend: BaseBackend,
    places: Places,
    *,
    period: Period | None = None,
    place: str | None = None,
) -> list[Estimate]:
    """The latest figure of each indicator, region and period, in the indicators' order.

    ``detail`` names source, ledger row and the day as at which the figure was reported.
    """
    codes = [indicator.code for indicator in indicators]
    t = backend.table(FIGURE.code)
    t = t.filter(t.indicator.isin(codes)).mutate(month=month_of(t.occurred_on))
    held = t.select("month").distinct().to_pyarrow().column("month").to_pylist()
    found: list[Estimate] = []
    for type in MONTHS:
        periods = sorted({Period.of_month(type, month) for month in held})
        if period is not None:
            periods = [p for p in periods if p == period]
        if not periods:
            continue
        epochs = {places.epoch(p.last) for p in periods}
        own = places.membership(epochs, places.levels(epochs, only=place), own=True, only=place)
        dated = t.join(calendar(periods, places, None), "month").join(own, ["epoch", "region"])
        found += _latest(dated, type)
    return sorted(found, key=lambda estimate: codes.index(estimate.indicator))


def _latest(t: ir.Table, type: PeriodType) -> list[Estimate]:
    newest = [ibis.desc("occurred_on"), ibis.desc("recorded_at"), ibis.desc("row")]
    cell = ["indicator", "period", "level", "place"]
    ranked = t.mutate(place_in_line=ibis.row_number().over(group_by=cell, order_by=newest))
    first = ranked.filter(ranked.place_in_line == 0)
    figures = frame_of(first.select(*cell, "value", "source", "row", "occurred_on")).sort(cell)
    return [_estimate(Period(type, said["period"]), said) for said in figures.to_dicts()]


def _estimate(period: Period, said: dict[str, Any]) -> Estimate:
    return Estimate(
        indicator=said["indicator"],
        region=said["place"],
        region_level=said["level"],
        period=str(period),
        by={},
        estimate=said["value"],
        se=None,
        lower=None,
        upper=None,
        level=None,
        n=1,
        numerator=said["value"],
        denominator=None,
        df=None,
        method=f"reported; source={said['source']}",
        detail={
            "tree_day": period.last.isoformat(),
            "source": said["source"],
            "row": said["row"],
            "day": said["occurred_on"].isoformat(),
        },
    )
