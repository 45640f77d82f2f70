"""The engine under the cells: a few verbs, so that one engine can take another's place.

Expressions are built with Ibis on tables known by name. Building and compiling one costs as much
time as running it on a hundred thousand rows, so those that indicators share are made once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import polars as pl

from zhiheng.evidence.declaration import Kind

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


class Engine(ABC):
    """Grouped queries over the lake's views.

    A query is SQL that every engine reads, or an Ibis expression where declarations speak.
    """

    @abstractmethod
    def lend(self, name: str, frame: pl.DataFrame) -> None:
        """Let queries read a small table of ours under this name."""

    @abstractmethod
    def view(self, name: str, expression: ir.Table) -> None:
        """Let queries read an expression under this name, computed when it is read."""

    @abstractmethod
    def keep(self, name: str, query: str) -> None:
        """Keep a result in the engine under this name, in place of what had it."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forget what was kept under this name."""

    @abstractmethod
    def ask(self, query: ir.Table | str) -> pl.DataFrame:
        """The result of a query."""

    @abstractmethod
    def key(self, name: str) -> str:
        """A cluster's name (a column) as a key that groups cheaply."""

    def reach(self, kinds: tuple[Kind, ...]) -> date | None:
        """The day to which the evidence of these kinds reaches; None without any.

        The latest day that a row speaks of, but no later than the day it was recorded: a mistyped
        year must not carry a register into the future.
        """
        days = [self._reaches(kind.code) for kind in kinds]
        return max((day for day in days if day is not None), default=None)

    @cached_property
    def _reach(self) -> dict[str, date | None]:
        """By kind, what was asked already."""
        return {}

    def _reaches(self, code: str) -> date | None:
        if code not in self._reach:
            self._reach[code] = self.ask(_reaching(code))["day"][0]
        return self._reach[code]


class DuckDB(Engine):
    """DuckDB in this process."""

    def __init__(self, backend: Backend) -> None:
        self._con = backend.con

    def lend(self, name: str, frame: pl.DataFrame) -> None:
        self._con.register(name, frame.to_arrow())

    def view(self, name: str, expression: ir.Table) -> None:
        self._con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {_sql(expression.op())}")

    def keep(self, name: str, query: str) -> None:
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")

    def drop(self, name: str) -> None:
        self._con.execute(f"DROP TABLE IF EXISTS {name}")

    def ask(self, query: ir.Table | str) -> pl.DataFrame:
        text = query if isinstance(query, str) else _sql(query.op())
        frame = pl.from_arrow(self._con.sql(text).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def key(self, name: str) -> str:
        """A 64-bit hash: grouping 10^7 texts costs twice the time and memory, and among a million
        clusters two share a hash in 1 of 37 million samples."""
        return f"HASH({name})"


@cache
def _sql(expression: ops.Node) -> str:
    return str(ibis.to_sql(expression.to_expr(), dialect="duckdb"))


def _reaching(code: str) -> str:
    """A delivery is recorded at one moment, so days are compared once a delivery."""
    return (
        "SELECT MAX(LEAST(day, CAST(recorded_at AS DATE))) AS day FROM "
        f"(SELECT recorded_at, MAX(occurred_on) AS day FROM {code}_current "
        "GROUP BY recorded_at) AS t"
    )
