"""The grouped queries themselves, on tables that the engine knows by name. Pure expressions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ibis
import ibis.expr.types as ir

from zhiheng.indicators.engine import compiled

FINE, CALENDAR = "cells_fine", "cells_calendar"
REGIONS, MEMBERS = "cells_regions", "cells_members"
MONTHS_SQL = f"SELECT DISTINCT month FROM {FINE}"

_SUMS = ("a", "b", "n", "unweighted")
_SQUARES = ("aa", "ab", "bb")


@dataclass(frozen=True)
class Shape:
    """What tells one grouped query from another; every indicator of a shape shares its SQL.

    ``counted``: a place whose rows contribute nothing is a zero, not an empty cell.
    """

    clustered: bool
    by: str | None
    counted: bool
    monthly: bool


def summed(t: ir.Table, breakdowns: tuple[str, ...], cluster: str | None) -> ir.Table:
    """The rows of `zhiheng.indicators.rows.contributions`, added up to the finest grain."""
    # A 64-bit hash of the cluster's name: grouping 10^7 texts costs the engine twice the time and
    # memory, and among a million clusters two share a hash in 1 of 37 million samples.
    t = t.mutate(month=month_of(t.day), cluster=t.cluster.hash(), a=t.w * t.y, b=t.w * t.x)
    keys = ["month", "region", *breakdowns, "stratum"]
    sums = {
        "a": t.a.sum(),
        "b": t.b.sum(),
        "n": t.judged.sum(),
        "unweighted": (t.judged * (1 - t.weighted)).sum(),
        "sampled": t.sampled.sum(),
        "population": t.population.max(),
    }
    if cluster is not None:
        return t.group_by(*keys, "cluster").agg(**sums)
    squares = {"aa": (t.a * t.a).sum(), "ab": (t.a * t.b).sum(), "bb": (t.b * t.b).sum()}
    return t.group_by(*keys).agg(**sums, **squares)


def counted(t: ir.Table, breakdowns: tuple[str, ...]) -> ir.Table:
    """Rows of a register, one by one and unweighted, with their ``success``."""
    keys = ["month", "region", *breakdowns]
    found = t.group_by(*keys).agg(a=t.success.ifelse(1.0, 0.0).sum(), n=t.count())
    count = found.n.cast("float64")
    return found.mutate(
        stratum=ibis.literal(""),
        b=count,
        aa=found.a,
        ab=found.a,
        bb=count,
        sampled=found.n,
        unweighted=ibis.literal(0),
        population=ibis.null("float64"),
    )


def zeros(nothing: ir.Table, days: ir.Table, like: ir.Table) -> ir.Table:
    """A row of zeros, in the columns of ``like``, for each month that a declaration covers."""
    covered = [
        days.month >= month_of(nothing.since),
        days.month <= month_of(nothing.occurred_on),
    ]
    said = nothing.join(days, covered).select("month", "region")
    schema = like.schema()
    empty = {
        name: ibis.null(kind) if kind.is_string() or name == "population" else ibis.literal(0, kind)
        for name, kind in schema.items()
        if name not in {"month", "region", "stratum"}
    }
    return said.mutate(**empty, stratum=ibis.literal("")).select(*schema)


@cache
def cells_sql(shape: Shape) -> str:
    """Sums of each cell and stratum; places of all region levels side by side."""
    t = _fine(shape.clustered, shape.by)
    t = t.mutate(by=t[shape.by] if shape.by else ibis.null("string"))
    if not shape.counted:
        t = t.filter(t.n > 0)
    if shape.by:
        t = t.filter(t.by.notnull())
    t = t.join(_calendar(), "month")
    measures = _SUMS if shape.clustered else (*_SUMS, *_SQUARES)
    if not shape.monthly:
        # Within a region first: a year of a cluster shrinks to one row before the region levels
        # multiply it.
        within = ["period", "epoch", "region", "by", "stratum"]
        within += ["cluster"] if shape.clustered else []
        t = t.group_by(*within).agg(**{s: t[s].sum() for s in measures})
    t = t.join(_members(), ["epoch", "region"])
    keys = ["period", "place", "by", "stratum"]
    if not shape.clustered:
        found = {s: t[s].sum() for s in measures}
        return compiled(t.group_by(*keys).agg(clusters=t.n.sum(), **found))
    one = t.group_by(*keys, "cluster").agg(**{s: t[s].sum() for s in _SUMS})
    sums = {s: one[s].sum() for s in _SUMS}
    sums |= {"aa": (one.a * one.a).sum(), "ab": (one.a * one.b).sum()}
    sums |= {"bb": (one.b * one.b).sum(), "clusters": one.count()}
    return compiled(one.group_by(*keys).agg(**sums))


@cache
def sizes_sql(clustered: bool) -> str:
    """Clusters (or rows, where drawn singly) of each stratum in the whole sample of a period."""
    t = _fine(clustered, None).join(_calendar(), "month")
    size = t.cluster.nunique(where=t.sampled > 0) if clustered else t.sampled.sum()
    return compiled(t.group_by("period", "stratum").agg(m=size, population=t.population.max()))


def numbered(t: ir.Table) -> ir.Table:
    """With the region's number in place of its key: numbers group faster than texts.

    A row whose region the tree does not know keeps null: it is in no place, but in the sample.
    """
    names = ibis.table({"key": "string", "number": "int32"}, name=REGIONS)
    joined = t.left_join(names, t.region == names.key)
    return joined.mutate(region=joined.number).drop("key", "number")


def placed(t: ir.Table) -> ir.Table:
    """Rows of (month, region, …) once for each period and place that holds them."""
    return numbered(t).join(_calendar(), "month").join(_members(), ["epoch", "region"])


def exposed(standing: ir.Table) -> ir.Table:
    """How many rows of a register stand in each place at each period's end."""
    t = placed(standing)
    return t.group_by("period", "place").agg(exposure=t.count())


def month_of(day: ir.Value) -> ir.Value:
    """Months since year 0, as `Period` counts them."""
    return (day.year().cast("int32") * 12 + day.month().cast("int32") - 1).cast("int32")


def _fine(clustered: bool, by: str | None) -> ir.Table:
    columns = {"month": "int32", "region": "int32", "stratum": "string"}
    columns |= {by: "string"} if by else {}
    columns |= {"cluster": "int64"} if clustered else dict.fromkeys(_SQUARES, "float64")
    columns |= {"a": "float64", "b": "float64", "population": "float64"}
    return ibis.table({**columns, **dict.fromkeys(("n", "unweighted", "sampled"), "int64")}, FINE)


def _calendar() -> ir.Table:
    return ibis.table({"month": "int32", "period": "int32", "epoch": "int32"}, name=CALENDAR)


def _members() -> ir.Table:
    return ibis.table(dict.fromkeys(("epoch", "region", "place"), "int32"), name=MEMBERS)
