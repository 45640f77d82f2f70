"""The grouped queries over rows that were drawn by clusters.

Squares are taken of whole clusters, so every period type and breakdown needs its clusters added
up first, at the grain of regions: months from rows, quarters from months, years from quarters. A
cluster that lies in one region adds the same to every place that holds the region, so its squares
travel up the tree as plain sums. Only clusters that *span* regions are added up again for each
place.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from zhiheng.indicators.grouping import CONSTANT, Shape, coarser, grouped, placed, population
from zhiheng.indicators.periods import MONTHS, PeriodType

SPANNING = "cells_spanning"

_SQUARED = {
    "aa": "SUM(a * a)",
    "ab": "SUM(a * b)",
    "bb": "SUM(b * b)",
    "clusters": "SUM(CASE WHEN n > 0 THEN 1e0 ELSE 0e0 END)",
}


class Held(NamedTuple):
    """A table of cluster sums that the engine keeps."""

    period: PeriodType
    by: str | None

    @property
    def name(self) -> str:
        return f"cells_clusters_{self.period}_{self.by or 'all'}"

    def made_from(self, other: Held) -> bool:
        """Whether its periods are made of whole periods of the other, of the same breakdown."""
        length, part = MONTHS[self.period], MONTHS[other.period]
        return self.by == other.by and part < length and length % part == 0


def of_rows(shape: Shape, rows: str, held: Held) -> str:
    """Cluster sums of a period type, from rows as `grouping.coded` gives them."""
    value = shape.value_of(held.by)
    known = "" if held.by is None else f" WHERE {value} IS NOT NULL"
    period = coarser("month", MONTHS[held.period])
    return _added(shape, shape.of_rows, period, value, f"({rows}) AS t{known}")


@cache
def of_finer(shape: Shape, finer: Held, held: Held) -> str:
    """Cluster sums of a period type, from those of a shorter one."""
    length = MONTHS[held.period] // MONTHS[finer.period]
    sums = {name: f"SUM({name})" for name in shape.sums}
    value = CONSTANT if held.by is None else "value"
    return _added(shape, sums, coarser("period", length), value, finer.name)


@cache
def periods(held: Held) -> str:
    return f"SELECT DISTINCT period FROM {held.name}"


@cache
def spanning(held: Held) -> str:
    """Clusters with rows in more than one region (rows of no known region count as one)."""
    region = "COALESCE(region, -1)"
    return f"SELECT cluster FROM {held.name} GROUP BY cluster HAVING MIN({region}) <> MAX({region})"


@cache
def inside(shape: Shape, held: Held, some: bool) -> str:
    """`grouping.INSIDE` of the clusters that do not span regions; ``some``: whether any does."""
    keys = ("period", "region", "value", "stratum")
    sums = {name: f"SUM({name})" for name in shape.sums} | _SQUARED
    sums |= {"held": f"SUM({_sampled(shape)})"} | population(shape)
    return grouped(keys, sums, _which(held, "NOT EXISTS" if some else None))


@cache
def spanning_sizes(shape: Shape, held: Held) -> str:
    """What `grouping.sizes` adds for clusters that span regions: each counts once."""
    known = "population" if shape.population else "NULL"
    keys = {"period": "period", "stratum": "stratum", "cluster": "cluster"}
    each = grouped(
        keys, {"held": f"MAX({_sampled(shape)})"} | population(shape), _which(held, "EXISTS")
    )
    return f" UNION ALL SELECT period, stratum, held, {known} AS population FROM ({each}) AS s"


@cache
def spanning_sums(shape: Shape, held: Held) -> str:
    """What `grouping.cell_sums` adds for clusters that span regions, added up by place."""
    keys = ("period", "place", "value", "stratum")
    rows = f"(SELECT t.* FROM {_which(held, 'EXISTS')})"
    lying = placed(rows, (*keys, "cluster"), shape.sums)
    sums = {name: f"SUM({name})" for name in shape.sums}
    whole = grouped((*keys, "cluster"), sums, f"({lying}) AS l")
    order = (*shape.sums, "aa", "ab", "bb", "clusters")
    found = grouped(keys, sums | _SQUARED, f"({whole}) AS h")
    return f" UNION ALL SELECT {', '.join((*keys, *order))} FROM ({found}) AS s"


def _added(shape: Shape, sums: dict[str, str], period: str, value: str, source: str) -> str:
    stratum = "stratum" if shape.strata else CONSTANT
    keys = {"period": period, "region": "region", "value": value, "stratum": stratum}
    return grouped(keys | {"cluster": "cluster"}, sums | population(shape), source)


def _which(held: Held, test: str | None) -> str:
    """The kept clusters, or those that do (not) span regions."""
    if test is None:
        return f"{held.name} AS t"
    several = f"SELECT 1 FROM {SPANNING} AS s WHERE s.cluster = t.cluster"
    return f"{held.name} AS t WHERE {test} ({several})"


def _sampled(shape: Shape) -> str:
    return "CASE WHEN sampled > 0 THEN 1e0 ELSE 0e0 END" if shape.counted else "1e0"
