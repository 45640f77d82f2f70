"""Figures that departments report: the latest of a period, as it was said, and by whom.

A reported figure speaks of the region it names and of no other: districts' figures are not added
up to the city's. A period in which nobody reported has no figure; an older one is not carried on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from zhiheng.indicators import rows
from zhiheng.indicators.cells import frame_of, month_of
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.periods import MONTHS, Period, PeriodType
from zhiheng.indicators.rollup import Places, calendar

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


def reported(
    indicator: Indicator,
    backend: BaseBackend,
    places: Places,
    *,
    period: Period | None = None,
    place: str | None = None,
) -> list[Estimate]:
    """The latest figure of each region and period; ``detail`` names source, row and day."""
    as_at = rows.reach(backend, indicator.kinds)
    if as_at is None:
        return []
    t = rows.table(backend, indicator.kind, as_at).mutate(day=lambda t: indicator.occurred(t))
    t = t.filter(t.indicator == indicator.code)
    if indicator.where is not None:
        t = t.filter(indicator.where(t))
    t = t.mutate(month=month_of(t.day))
    held = t.select("month").distinct().to_pyarrow().column("month").to_pylist()
    found: list[Estimate] = []
    for type in MONTHS:
        periods = sorted({Period.of_month(type, month) for month in held})
        if period is not None:
            periods = [p for p in periods if p == period]
        epochs = {places.epoch(p.last) for p in periods}
        dated = t.join(calendar(periods, places, None), "month")
        for level in places.levels(epochs, only=place) if periods else []:
            own = places.membership(epochs, level, own=True, only=place)
            found += _latest(indicator, dated.join(own, ["epoch", "region"]), level, type)
    return found


def _latest(indicator: Indicator, t: ir.Table, level: str, type: PeriodType) -> list[Estimate]:
    newest = [ibis.desc("day"), ibis.desc("recorded_at"), ibis.desc("row")]
    ranked = t.mutate(
        place_in_line=ibis.row_number().over(group_by=["period", "place"], order_by=newest)
    )
    first = ranked.filter(ranked.place_in_line == 0)
    figures = first.select("period", "place", "value", "source", "row", "day")
    return [
        Estimate(
            indicator.code,
            region,
            level,
            str(span := Period(type, period)),
            {},
            estimate=value,
            se=None,
            lower=None,
            upper=None,
            level=None,
            n=1,
            numerator=value,
            denominator=None,
            df=None,
            method=f"reported; source={source}",
            detail={
                "tree_day": span.last.isoformat(),
                "source": source,
                "row": row,
                "day": day.isoformat(),
            },
        )
        for period, region, value, source, row, day in frame_of(figures)
        .sort("period", "place")
        .iter_rows()
    ]
