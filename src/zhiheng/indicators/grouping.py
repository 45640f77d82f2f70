"""The grouped queries over rows that were drawn singly, and what all grouped queries share.

Pure expressions on tables that the engine knows by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ibis
import ibis.expr.types as ir

FINE, CALENDAR = "cells_fine", "cells_calendar"
REGIONS, MEMBERS = "cells_regions", "cells_members"

SUMS = ("a", "b", "n", "unweighted")
SQUARES = ("aa", "ab", "bb")


@dataclass(frozen=True)
class Shape:
    """What tells one grouped query from another; every indicator of a shape shares its query.

    ``counted``: a place whose rows contribute nothing is a zero, not an empty cell.
    """

    by: str | None
    counted: bool


def month_sums(t: ir.Table, breakdowns: tuple[str, ...]) -> ir.Table:
    """The rows of `zhiheng.indicators.rows.contributions`, added up by month and region."""
    t = t.mutate(month=month_of(t.day), a=t.w * t.y, b=t.w * t.x)
    sums = {
        "a": t.a.sum(),
        "b": t.b.sum(),
        "n": t.judged.sum(),
        "unweighted": (t.judged * (1 - t.weighted)).sum(),
        "sampled": t.sampled.sum(),
        "population": t.population.max(),
    }
    squares = {"aa": (t.a * t.a).sum(), "ab": (t.a * t.b).sum(), "bb": (t.b * t.b).sum()}
    return t.group_by("month", "region", *breakdowns, "stratum").agg(**sums, **squares)


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
def months(table: str) -> ir.Table:
    return ibis.table({"month": "int32"}, table).group_by("month").agg()


@cache
def cell_sums(shape: Shape) -> ir.Table:
    """Sums of each cell and stratum; places of all region levels side by side."""
    t = _fine(shape.by)
    t = t.mutate(by=t[shape.by] if shape.by else ibis.null("string"))
    if not shape.counted:
        t = t.filter(t.n > 0)
    if shape.by:
        t = t.filter(t.by.notnull())
    t = t.join(calendar_table(), "month").join(members_table(), ["epoch", "region"])
    found = {name: t[name].sum() for name in (*SUMS, *SQUARES)}
    return t.group_by("period", "place", "by", "stratum").agg(clusters=t.n.sum(), **found)


@cache
def sizes() -> ir.Table:
    """Rows of each stratum in the whole sample of a period."""
    t = _fine(None).join(calendar_table(), "month")
    keys = t.group_by("period", "stratum")
    return keys.agg(m=t.sampled.sum(), population=t.population.max())


def numbered(t: ir.Table) -> ir.Table:
    """With the region's number in place of its key: numbers group faster than texts.

    A row whose region the tree does not know keeps null: it is in no place, but in the sample.
    """
    names = ibis.table({"key": "string", "number": "int32"}, name=REGIONS)
    joined = t.left_join(names, t.region == names.key)
    return joined.mutate(region=joined.number).drop("key", "number")


def placed(t: ir.Table) -> ir.Table:
    """Rows of (month, region, …) once for each period and place that holds them."""
    return numbered(t).join(calendar_table(), "month").join(members_table(), ["epoch", "region"])


def month_of(day: ir.Value) -> ir.Value:
    """Months since year 0, as `Period` counts them."""
    return (day.year().cast("int32") * 12 + day.month().cast("int32") - 1).cast("int32")


def calendar_table() -> ir.Table:
    return ibis.table({"month": "int32", "period": "int32", "epoch": "int32"}, name=CALENDAR)


def members_table() -> ir.Table:
    return ibis.table(dict.fromkeys(("epoch", "region", "place"), "int32"), name=MEMBERS)


def _fine(by: str | None) -> ir.Table:
    columns = {"month": "int32", "region": "int32", "stratum": "string"}
    columns |= {by: "string"} if by else {}
    columns |= dict.fromkeys((*SQUARES, "a", "b", "population"), "float64")
    return ibis.table({**columns, **dict.fromkeys(("n", "unweighted", "sampled"), "int64")}, FINE)
