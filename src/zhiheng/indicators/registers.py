"""Registers: how many rows stand at the end of each month.

A row stands from its first day to its last. What is grouped is the pair of months between which
it stands, and what is added up are comings and goings, so that a row of ten years is counted
twice and not a hundred and twenty times.
"""

from __future__ import annotations

from datetime import date

import ibis.expr.types as ir

from zhiheng.indicators import rows
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.grouping import (
    CALENDAR,
    FINE,
    REGIONS,
    SAID,
    WORDS,
    Shape,
    grouped,
    month,
    placed,
)
from zhiheng.indicators.periods import month_number

HELD, PAIRS, STANDING = "cells_held", "cells_pairs", "cells_standing"


def rows_of(register: Snapshot, as_at: date, indicator: Indicator | None = None) -> ir.Table:
    """The register's rows: organisation, region, begun, ended, identified (whether they can be
    found in other registers); of an indicator on the register also its breakdowns and success."""
    t = rows.table(register.kind, as_at)
    if register.where is not None:
        t = t.filter(register.where(t).fill_null(False))
    own = {"begun": register.begun(t), "ended": register.ended(t), "identified": rows.identified(t)}
    if indicator is not None:
        own |= {name: t[name] for name in indicator.breakdowns}
        if indicator.success is not None:
            own["success"] = indicator.success(t).fill_null(False)
    return t.select("organisation", "region", **own)


def keep_counted(engine: Engine, indicator: Indicator, shape: Shape, as_at: date) -> None:
    """Keep rows standing at the end of each month and their successes as `grouping.FINE` has
    them: weighted by nothing, drawn singly, so that counts say everything.

    `SAID` holds the rows of the indicator's register, `rows.DAYS` the months.
    """
    spans = _spans(SAID, as_at)
    counts: tuple[str, ...] = ("a", "n")
    if indicator.holds is not None:
        counts += ("unresolved", "unmatched")
        engine.view(HELD, rows_of(indicator.holds, as_at))
        pairs = _matched(shape, spans, _spans(HELD, as_at))
    else:
        pairs = _pairs(shape, spans, {"a": "CASE WHEN success THEN 1e0 ELSE 0e0 END", "n": "1e0"})
    engine.keep(PAIRS, pairs)
    keys = {"month": "d.month", "region": "t.region", "stratum": "CAST(0 AS INT)"}
    a, n = "SUM(t.a)", "SUM(t.n)"
    sums = {"a": a, "b": n, "n": n, "aa": a, "ab": a, "bb": n}
    sums |= {name: f"SUM(t.{name})" for name in counts[2:]}
    source = _at_month_ends(shape.values, counts)
    engine.keep(FINE, grouped(keys | {v: f"t.{v}" for v in shape.values}, sums, source))
    engine.drop(PAIRS)


def _matched(shape: Shape, spans: str, held: str) -> str:
    """Rows of a register (``spans``), those among them whose organisation stands in the other one
    (``held``), and what cannot be matched: rows of either that nobody has identified yet."""
    columns = ("region", *shape.breakdowns)
    known, unknown = (f"{spans} AND {test}" for test in ("identified", "NOT identified"))
    strangers = ", ".join(("region", "since", "until", *_nulls(shape)))
    unmatched = f"SELECT {strangers} FROM ({held} AND NOT identified) AS h"
    nothing = dict.fromkeys(("a", "n", "unresolved", "unmatched"), "0e0")
    parts = (
        (known, "n"),
        (_overlaps(columns, known, _islands(held)), "a"),
        (unknown, "unresolved"),
        (unmatched, "unmatched"),
    )
    return " UNION ALL ".join(_pairs(shape, t, nothing | {name: "1e0"}) for t, name in parts)


def _nulls(shape: Shape) -> list[str]:
    return [f"CAST(NULL AS VARCHAR(400)) AS {name}" for name in shape.breakdowns]


def exposed(engine: Engine, register: Snapshot, as_at: date) -> str:
    """How many rows of a register stand in each place at each period's end; `grouping.CALENDAR`
    names the month that closes each period."""
    engine.view(HELD, rows_of(register, as_at))
    shape = Shape((), False, False, False, False, False, False)
    engine.keep(PAIRS, _pairs(shape, _spans(HELD, as_at), {"n": "1e0"}))
    keys = {"period": "c.period", "region": "t.region"}
    source = f"{_at_month_ends((), ('n',))} JOIN {CALENDAR} AS c ON c.month = d.month"
    engine.keep(STANDING, grouped(keys, {"n": "SUM(t.n)"}, source))
    lying = placed(STANDING, ("period", "place"), ("n",))
    return grouped(("period", "place"), {"exposure": "SUM(n)"}, f"({lying}) AS t")


def _spans(view: str, as_at: date) -> str:
    """The rows of a view with the first month (``since``) at whose end each stands and the first
    one after that (``until``) at whose end it does not.

    The month under way ends on the day to which the evidence reaches: what begins or ends later
    does so in no month yet.
    """
    after = month_number(as_at) + 1

    def by(day: str) -> str:
        return f"CASE WHEN {day} <= DATE '{as_at}' THEN {month(day)} ELSE {after} END"

    months = f"SELECT *, {by('begun')} AS since, {by('ended')} AS until FROM {view}"
    return f"SELECT * FROM ({months}) AS m WHERE since < until"


def _islands(spans: str) -> str:
    """Of each organisation the spans in which it holds anything, none touching another."""
    each = f"SELECT DISTINCT organisation, since, until FROM ({spans}) AS s"
    over = "OVER (PARTITION BY organisation ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING"
    fresh = f"CASE WHEN since > MAX(until) {over} AND 1 PRECEDING) THEN 1 ELSE 0 END"
    apart = (
        f"SELECT organisation, since, until, {fresh} AS fresh FROM ({each}) AS e "
        "WHERE organisation IS NOT NULL"
    )
    numbered = (
        f"SELECT organisation, since, until, SUM(fresh) {over} AND CURRENT ROW) AS island "
        f"FROM ({apart}) AS f"
    )
    return (
        "SELECT organisation, MIN(since) AS held_from, MAX(until) AS held_to "
        f"FROM ({numbered}) AS i GROUP BY organisation, island"
    )


def _overlaps(columns: tuple[str, ...], spans: str, islands: str) -> str:
    """The parts of the spans that lie in an island of the same organisation."""
    return (
        f"SELECT {', '.join(f's.{column}' for column in columns)}, "
        "GREATEST(s.since, i.held_from) AS since, LEAST(s.until, i.held_to) AS until "
        f"FROM ({spans}) AS s JOIN ({islands}) AS i ON s.organisation = i.organisation "
        "WHERE GREATEST(s.since, i.held_from) < LEAST(s.until, i.held_to)"
    )


def _pairs(shape: Shape, spans: str, counts: dict[str, str]) -> str:
    """Rows by the two months between which they stand, region and breakdowns as numbers; what
    each row counts is added up."""
    keys = {"since": "t.since", "until": "t.until", "region": "r.number"}
    keys |= {f"b{i}": f"w{i}.number" for i in range(len(shape.breakdowns))}
    joins = [f"LEFT JOIN {REGIONS} AS r ON t.region = r.key"]
    joins += [
        f"LEFT JOIN {WORDS} AS w{i} ON t.{column} = w{i}.word"
        for i, column in enumerate(shape.breakdowns)
    ]
    sums = {name: f"SUM({each})" for name, each in counts.items()}
    return grouped(keys, sums, f"({spans}) AS t {' '.join(joins)}")


def _at_month_ends(values: tuple[str, ...], counts: tuple[str, ...]) -> str:
    """`PAIRS` as comings and goings, added up to the end of each of the `rows.DAYS`."""
    columns = ", ".join(("region", *values))
    gone = ", ".join(f"-{name} AS {name}" for name in counts)
    moves = (
        f"SELECT since AS month, {columns}, {', '.join(counts)} FROM {PAIRS} "
        f"UNION ALL SELECT until AS month, {columns}, {gone} FROM {PAIRS}"
    )
    keys = ("month", "region", *values)
    added = grouped(keys, {name: f"SUM({name})" for name in counts}, f"({moves}) AS m")
    return f"({added}) AS t JOIN {rows.DAYS} AS d ON t.month <= d.month"
