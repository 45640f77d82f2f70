"""Figures that departments report: the latest of a period, as it was said, and by whom.

A reported figure speaks of the region it names and of no other: districts' figures are not added
up to the city's. A period in which nobody reported has no figure; an older one is not carried on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators import grouping
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.periods import MONTHS, Period
from zhiheng.indicators.rollup import Places, calendar
from zhiheng.indicators.tables import lake_table

FIGURE = KINDS["reported_figure"]
_CELL = ["indicator", "period", "place"]


def reported(
    indicators: Sequence[Indicator],
    engine: Engine,
    places: Places,
    *,
    period: Period | None = None,
    place: str | None = None,
) -> list[Estimate]:
    """The latest figure of each indicator, region and period, in the indicators' order.

    ``detail`` names source, ledger row and the day as at which the figure was reported.
    """
    codes = [indicator.code for indicator in indicators]
    t = lake_table(FIGURE)
    t = t.filter(t.indicator.isin(codes)).mutate(month=grouping.month_of(t.occurred_on))
    held = engine.ask(t.select("month").distinct())["month"].to_list()
    found: list[Estimate] = []
    engine.lend(grouping.REGIONS, places.regions)
    for type in MONTHS:
        periods = sorted({Period.of_month(type, month) for month in held})
        if period is not None:
            periods = [p for p in periods if p == period]
        if not periods:
            continue
        epochs = {places.epoch(p.last) for p in periods}
        own = places.membership(epochs, places.levels(epochs, only=place), own=True, only=place)
        engine.lend(grouping.CALENDAR, calendar(periods, places, None))
        engine.lend(grouping.MEMBERS, own.drop("level"))
        latest = places.named(engine.ask(_latest(t)), own, periods)
        latest = latest.sort("indicator", "period", "level", "place")
        found += [_estimate(Period(type, said["period"]), said) for said in latest.to_dicts()]
    return sorted(found, key=lambda estimate: codes.index(estimate.indicator))


def _latest(t: ir.Table) -> ir.Table:
    t = grouping.placed(t)
    newest = [ibis.desc("occurred_on"), ibis.desc("recorded_at"), ibis.desc("row")]
    ranked = t.mutate(place_in_line=ibis.row_number().over(group_by=_CELL, order_by=newest))
    first = ranked.filter(ranked.place_in_line == 0)
    return first.select(*_CELL, "value", "source", "row", "occurred_on")


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
