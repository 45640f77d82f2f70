"""The engine under the cells: three verbs, so that another engine can take DuckDB's place.

Expressions are built with Ibis on tables known by name. Compiling one costs as much time as
running it on a hundred thousand rows, so those that every indicator shares are compiled once.
"""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.tables import lake_table, nothing_table

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


class Engine:
    """DuckDB over the lake's views."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def lend(self, name: str, frame: pl.DataFrame) -> None:
        """Let queries read a small table of ours under this name."""
        self._backend.con.register(name, frame.to_arrow())

    def keep(self, name: str, expression: ir.Table) -> None:
        """Keep a result in the engine under this name, in place of what had it."""
        self._backend.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {compiled(expression)}")

    def ask(self, sql: str) -> pl.DataFrame:
        frame = pl.from_arrow(self._backend.con.sql(sql).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def reach(self, kinds: tuple[Kind, ...]) -> date | None:
        """The day to which the evidence of these kinds reaches; None without any.

        The latest day that a row speaks of, but no later than the day it was recorded: a mistyped
        year must not carry a register into the future.
        """
        days = [self._reach[kind.code] for kind in kinds]
        return max((day for day in days if day is not None), default=None)

    @cached_property
    def _reach(self) -> dict[str, date | None]:
        return dict(self.ask(_reach_sql()).iter_rows())


def compiled(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


@cache
def _reach_sql() -> str:
    days = []
    for kind in KINDS.values():
        for t in (lake_table(kind), nothing_table(kind)):
            spoken = ibis.least(t.occurred_on, t.recorded_at.date())
            days.append(t.aggregate(day=spoken.max()).mutate(kind=ibis.literal(kind.code)))
    every = ibis.union(*days)
    return compiled(every.group_by("kind").agg(day=every.day.max()))
