"""Registers: how many rows stand at the end of each month. Pure expressions.

A row stands from its first day to its last. What is grouped is the pair of months between which
it stands, so that a row of ten years is counted once and not a hundred and twenty times.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from zhiheng.indicators import rows
from zhiheng.indicators.declaration import Indicator, Snapshot
from zhiheng.indicators.grouping import month_of, placed
from zhiheng.indicators.periods import month_number


def spans(register: Snapshot, as_at: date) -> ir.Table:
    """The register's rows with the first month (``since``) at whose end each stands and the first
    one after that (``until``) at whose end it does not.

    The month under way ends on the day to which the evidence reaches: what begins or ends later
    does so in no month yet.
    """
    t = rows.table(register.kind, as_at)
    if register.where is not None:
        t = t.filter(register.where(t).fill_null(False))
    t = t.mutate(
        since=_month_by(register.begun(t), as_at), until=_month_by(register.ended(t), as_at)
    )
    return t.filter(t.since < t.until)


def counted(indicator: Indicator, register: Snapshot, as_at: date) -> ir.Table:
    """Rows standing at the end of each month and their successes, as `grouping` reads them."""
    t = spans(register, as_at)
    keys = ["since", "until", "region", *indicator.breakdowns]
    if indicator.holds is not None:
        standing = t.group_by(*keys).agg(n=t.count(), a=ibis.literal(0))
        held = _overlaps(t, _islands(spans(indicator.holds, as_at)))
        holders = held.group_by(*keys).agg(n=ibis.literal(0), a=held.count())
        found = standing.cast({"a": "int64"}).union(holders.cast({"n": "int64"}))
    else:
        assert indicator.success is not None
        success = indicator.success(t).fill_null(False).cast("int64")
        found = t.group_by(*keys).agg(n=t.count(), a=success.sum())
    return _by_month(found, indicator.breakdowns)


def exposed(register: Snapshot, as_at: date) -> ir.Table:
    """How many rows of a register stand in each place at each period's end."""
    t = spans(register, as_at)
    found = t.group_by("since", "until", "region").agg(n=t.count())
    t = placed(_at_month_ends(found))
    return t.group_by("period", "place").agg(exposure=t.n.sum())


def _month_by(day: ir.Value, as_at: date) -> ir.Value:
    last = month_number(as_at)
    known = day <= ibis.literal(as_at, "date")
    return known.fill_null(False).ifelse(month_of(day), last + 1).cast("int32")


def _islands(t: ir.Table) -> ir.Table:
    """Of each organisation the spans in which it holds anything, none touching another."""
    t = t.filter(t.organisation.notnull()).select("organisation", "since", "until").distinct()
    before = ibis.window(group_by="organisation", order_by=["since", "until"], preceding=(None, 1))
    t = t.mutate(reached=t.until.max().over(before))
    t = t.mutate(fresh=(t.reached.isnull() | (t.since > t.reached)).cast("int64"))
    upto = ibis.window(group_by="organisation", order_by=["since", "until"], preceding=(None, 0))
    t = t.mutate(island=t.fresh.sum().over(upto))
    islands = t.group_by("organisation", "island").agg(
        held_from=t.since.min(), held_to=t.until.max()
    )
    return islands.select("organisation", "held_from", "held_to")


def _overlaps(t: ir.Table, islands: ir.Table) -> ir.Table:
    """The parts of the spans of ``t`` that lie in an island of the same organisation."""
    t = t.join(islands, "organisation")
    t = t.mutate(since=ibis.greatest(t.since, t.held_from), until=ibis.least(t.until, t.held_to))
    return t.filter(t.since < t.until)


def _at_month_ends(t: ir.Table) -> ir.Table:
    days = rows.days_table()
    return t.join(days, [t.since <= days.month, days.month < t.until])


def _by_month(found: ir.Table, breakdowns: tuple[str, ...]) -> ir.Table:
    """Weighted by nothing, drawn singly: counts say everything."""
    t = _at_month_ends(found)
    t = t.group_by("month", "region", *breakdowns).agg(a=t.a.sum(), n=t.n.sum())
    a, count = t.a.cast("float64"), t.n.cast("float64")
    return t.mutate(
        stratum=ibis.literal(""),
        a=a,
        b=count,
        aa=a,
        ab=a,
        bb=count,
        sampled=t.n,
        unweighted=ibis.literal(0),
        population=ibis.null("float64"),
    )
