"""The grouped queries over rows that were drawn by clusters. Pure expressions.

Squares are taken of whole clusters, so every cell level needs its clusters added up first. That
pass costs, and is made once for each period type and breakdown, at the grain of regions: months
from rows, quarters from months, years from quarters. A cluster that lies in one region adds the
same to every place that holds the region, so its squares travel up the tree as plain sums. Only
clusters that *span* regions are added up again for each place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from zhiheng.indicators.grouping import SUMS, Shape, members_table, month_of
from zhiheng.indicators.periods import MONTHS, PeriodType

ROWS, SPANNING, EPOCHS = "cells_rows", "cells_spanning", "cells_epochs"
_CARRIED = (*SUMS, "sampled")


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


def coded(
    t: ir.Table, breakdowns: tuple[str, ...], key: Callable[[ir.StringValue], ir.Value]
) -> ir.Table:
    """The rows of `zhiheng.indicators.rows.contributions` by month, one by one.

    ``key`` makes of a cluster's name what the engine groups by.
    """
    return t.select(
        "region",
        "stratum",
        *breakdowns,
        cluster=key(t.cluster),
        month=month_of(t.day),
        a=t.w * t.y,
        b=t.w * t.x,
        n=t.judged,
        unweighted=t.judged * (1 - t.weighted),
        sampled=t.sampled,
        population=t.population,
    )


@cache
def rows_table(breakdowns: tuple[str, ...], cluster: str) -> ir.Table:
    """`coded` as the engine keeps it; ``cluster`` is the type of the cluster's key."""
    columns = {"month": "int32", **dict.fromkeys(breakdowns, "string")}
    return ibis.table({**columns, **_columns(cluster)}, ROWS)


def of_rows(rows: ir.Table, held: Held) -> ir.Table:
    """Cluster sums of a period type, from rows."""
    t = rows.mutate(period=_coarser(rows.month, MONTHS[held.period]))
    if held.by is not None:
        t = t.mutate(by=t[held.by])
        t = t.filter(t.by.notnull())
    return _added(t, held)


@cache
def of_finer(finer: Held, held: Held, cluster: str) -> ir.Table:
    """Cluster sums of a period type, from those of a shorter one."""
    t = held_table(finer, cluster)
    return _added(
        t.mutate(period=_coarser(t.period, MONTHS[held.period] // MONTHS[finer.period])), held
    )


def held_table(held: Held, cluster: str) -> ir.Table:
    by = {"by": "string"} if held.by is not None else {}
    return ibis.table({"period": "int32", **by, **_columns(cluster)}, held.name)


@cache
def periods(held: Held) -> ir.Table:
    return ibis.table({"period": "int32"}, held.name).group_by("period").agg()


@cache
def spanning(held: Held, cluster: str) -> ir.Table:
    """Clusters with rows in more than one region (rows of no known region count as one)."""
    t = held_table(held, cluster)
    region = t.region.fill_null(-1)
    found = t.group_by("cluster").agg(low=region.min(), high=region.max())
    return found.filter(found.low != found.high).select("cluster")


@cache
def sizes(held: Held, cluster: str) -> ir.Table:
    """Clusters of each stratum in the whole sample of a period."""
    t = held_table(held, cluster)
    t = t.filter(t.sampled > 0)
    keys = ["period", "stratum"]
    several = ibis.table({"cluster": cluster}, SPANNING)
    one = t.anti_join(several, "cluster")
    one = one.group_by(*keys).agg(m=one.count(), population=one.population.max())
    many = t.semi_join(several, "cluster")
    many = many.group_by(*keys).agg(m=many.cluster.nunique(), population=many.population.max())
    both = one.union(many)
    return both.group_by(*keys).agg(m=both.m.sum(), population=both.population.max())


@cache
def cell_sums(held: Held, shape: Shape, cluster: str) -> ir.Table:
    """Sums of each cell and stratum; places of all region levels side by side."""
    t = held_table(held, cluster)
    if not shape.counted:
        t = t.filter(t.n > 0)
    if held.by is None:
        t = t.mutate(by=ibis.null("string"))
    several = ibis.table({"cluster": cluster}, SPANNING)
    inside = ["period", "region", "by", "stratum"]
    one = _squared(t.anti_join(several, "cluster"), inside)
    many = _placed(t.semi_join(several, "cluster"))
    keys = ["period", "place", "by", "stratum"]
    many = many.group_by(*keys, "cluster").agg(**{name: many[name].sum() for name in SUMS})
    both = (
        _placed(one).select(*keys, *_SQUARED).union(_squared(many, keys).select(*keys, *_SQUARED))
    )
    return both.group_by(*keys).agg(**{name: both[name].sum() for name in _SQUARED})


_SQUARED = (*SUMS, "aa", "ab", "bb", "clusters")


def _added(t: ir.Table, held: Held) -> ir.Table:
    keys = ["period", "region", *(["by"] if held.by is not None else []), "stratum", "cluster"]
    sums = {name: t[name].sum() for name in _CARRIED}
    return t.group_by(*keys).agg(**sums, population=t.population.max())


def _squared(clusters: ir.Table, keys: list[str]) -> ir.Table:
    sums = {name: clusters[name].sum() for name in SUMS}
    a, b = clusters.a, clusters.b
    squares = {"aa": (a * a).sum(), "ab": (a * b).sum(), "bb": (b * b).sum()}
    judged = (clusters.n > 0).cast("int64").sum()
    return clusters.group_by(*keys).agg(**sums, **squares, clusters=judged)


def _placed(t: ir.Table) -> ir.Table:
    epochs = ibis.table({"period": "int32", "epoch": "int32"}, EPOCHS)
    return t.join(epochs, "period").join(members_table(), ["epoch", "region"])


def _coarser(number: ir.Value, length: int) -> ir.Value:
    return number if length == 1 else (number // length).cast("int32")


def _columns(cluster: str) -> dict[str, str]:
    columns = {"region": "int32", "stratum": "string", "cluster": cluster}
    columns |= dict.fromkeys(("a", "b", "population"), "float64")
    return columns | dict.fromkeys(("n", "unweighted", "sampled"), "int64")
