"""Satisfaction surveys behind a report: indices of the latest year, by district and by sector."""

from __future__ import annotations

import json
from dataclasses import dataclass

from zhiheng.indicators import queries as indicators
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.actors import Actor
from zhiheng.office.regions import TreeView

ANSWERS = "satisfaction_answer"
SECTOR = "sector"


@dataclass(frozen=True)
class Survey:
    """One satisfaction index in one year: of the whole region, its districts, its sectors."""

    indicator: str
    period: str
    whole: EstimateRow
    districts: tuple[EstimateRow, ...]
    sectors: tuple[EstimateRow, ...]


def surveys(actor: Actor, view: TreeView, region: str | None) -> tuple[Survey, ...]:
    """The satisfaction indices that stand for a region, in the order of the declarations."""
    if region is None:
        return ()
    found = []
    for indicator in ALL.values():
        if indicator.kind.code != ANSWERS:
            continue
        yearly = indicators.series(actor, indicator.code, region, type="year")
        if not yearly:
            continue
        whole = yearly[-1]
        inside = set(view.children(region))
        across = indicators.across(actor, indicator.code, whole.period)
        cells = indicators.standing(actor, indicator.code).filter(
            region=region, period=whole.period
        )
        found.append(
            Survey(
                indicator.code,
                whole.period,
                whole,
                tuple(row for row in across if row.region in inside),
                tuple(row for row in cells.order_by("by") if list(json.loads(row.by)) == [SECTOR]),
            )
        )
    return tuple(found)
