"""The engine under the cells: a few verbs, so that one engine can take another's place.

Expressions are built with Ibis on tables known by name. Building and compiling one costs as much
time as running it on a hundred thousand rows, so those that indicators share are made once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import polars as pl

from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.tables import lake_table, nothing_table

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


HASH = ibis.udf.scalar.builtin(lambda name: None, name="hash", signature=(("string",), "uint64"))
"""DuckDB's own; what Ibis offers carries it to a signed number by a dear cast."""


class Engine(ABC):
    """Grouped queries over the lake's views.

    ``cluster`` is the type of the keys that `key` makes of clusters' names.
    """

    cluster: ClassVar[str]

    @abstractmethod
    def lend(self, name: str, frame: pl.DataFrame) -> None:
        """Let queries read a small table of ours under this name."""

    @abstractmethod
    def keep(self, name: str, expression: ir.Table) -> None:
        """Keep a result in the engine under this name, in place of what had it."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forget what was kept under this name."""

    @abstractmethod
    def ask(self, expression: ir.Table) -> pl.DataFrame:
        """The result of a query."""

    @abstractmethod
    def key(self, name: ir.StringValue) -> ir.Value:
        """A cluster's name as a key that groups cheaply."""

    def reach(self, kinds: tuple[Kind, ...]) -> date | None:
        """The day to which the evidence of these kinds reaches; None without any.

        The latest day that a row speaks of, but no later than the day it was recorded: a mistyped
        year must not carry a register into the future.
        """
        days = [self._reach[kind.code] for kind in kinds]
        return max((day for day in days if day is not None), default=None)

    @cached_property
    def _reach(self) -> dict[str, date | None]:
        return dict(self.ask(_reaching()).iter_rows())


class DuckDB(Engine):
    """DuckDB in this process."""

    cluster = "uint64"

    def __init__(self, backend: Backend) -> None:
        self._con = backend.con

    def lend(self, name: str, frame: pl.DataFrame) -> None:
        self._con.register(name, frame.to_arrow())

    def keep(self, name: str, expression: ir.Table) -> None:
        self._con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {_sql(expression.op())}')

    def drop(self, name: str) -> None:
        self._con.execute(f'DROP TABLE IF EXISTS "{name}"')

    def ask(self, expression: ir.Table) -> pl.DataFrame:
        frame = pl.from_arrow(self._con.sql(_sql(expression.op())).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def key(self, name: ir.StringValue) -> ir.Value:
        """A 64-bit hash: grouping 10^7 texts costs twice the time and memory, and among a million
        clusters two share a hash in 1 of 37 million samples."""
        return HASH(name)


@cache
def _sql(expression: ops.Node) -> str:
    return str(ibis.to_sql(expression.to_expr(), dialect="duckdb"))


@cache
def _reaching() -> ir.Table:
    """By kind. A delivery is recorded at one moment, so days are compared once a delivery."""
    days = []
    for kind in KINDS.values():
        for t in (lake_table(kind), nothing_table(kind)):
            latest = t.group_by("recorded_at").agg(day=t.occurred_on.max())
            spoken = ibis.least(latest.day, latest.recorded_at.date())
            days.append(latest.aggregate(day=spoken.max()).mutate(kind=ibis.literal(kind.code)))
    every = ibis.union(*days)
    return every.group_by("kind").agg(day=every.day.max())
