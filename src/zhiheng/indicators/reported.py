"""Figures that departments report: the latest of a period, as it was said, and by whom.

A reported figure speaks of the region it names and of no other: districts' figures are not added
up to the city's. A period in which nobody reported has no figure; an older one is not carried on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators import grouping
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.periods import MONTHS, Period
from zhiheng.indicators.rollup import Places, calendar

FIGURE = KINDS["reported_figure"]


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
    engine.lend(grouping.REGIONS, places.regions)
    said = _said(codes)
    held = engine.ask(f"SELECT DISTINCT month FROM ({said}) AS t")["month"].to_list()
    found: list[Estimate] = []
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
        latest = places.named(engine.ask(_latest(said)), own, periods)
        latest = latest.sort("indicator", "period", "level", "place")
        found += [_estimate(Period(type, row["period"]), row) for row in latest.to_dicts()]
    return sorted(found, key=lambda estimate: codes.index(estimate.indicator))


def _said(codes: list[str]) -> str:
    """Figures of these indicators, whose codes are words of ours, with month and region number."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return (
        f"SELECT t.*, {grouping.month('occurred_on')} AS month, r.number FROM {FIGURE.code} AS t "
        f"LEFT JOIN {grouping.REGIONS} AS r ON t.region = r.key WHERE t.indicator IN ({listed})"
    )


def _latest(said: str) -> str:
    cell = "indicator, period, place"
    own = "value, source, row, occurred_on"
    lying = (
        f"SELECT t.*, c.period, m.place FROM ({said}) AS t "
        f"JOIN {grouping.CALENDAR} AS c ON t.month = c.month "
        f"JOIN {grouping.MEMBERS} AS m ON m.epoch = c.epoch AND m.region = t.number"
    )
    newest = "occurred_on DESC, recorded_at DESC, row DESC"
    ranked = (
        f"SELECT *, ROW_NUMBER() OVER (PARTITION BY {cell} ORDER BY {newest}) AS place_in_line "
        f"FROM ({lying}) AS l"
    )
    return f"SELECT {cell}, {own} FROM ({ranked}) AS k WHERE place_in_line = 1"


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
