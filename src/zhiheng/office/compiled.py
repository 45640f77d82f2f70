"""Queries that the framework writes once and that are asked again and again.

Writing a statement takes the framework ten times as long as the database takes to answer it from
an index. A page that asks a dozen such questions spends most of its time there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from copy import copy
from functools import lru_cache, wraps
from inspect import Parameter, signature
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

MOST_KEPT = 200
"""Statements of one query that are kept: one for each shape, such as each actor."""

BIGGEST = 2**63
"""Numbers from here on fit into no column of a database."""

_NUMBER = 7_340_000_000_000_000_000
_TEXT = "\ue000{}\ue001"

T = TypeVar("T")
Asked = ParamSpec("Asked")


class Statement(Generic[T]):
    """A query set with its compiled statement; ``places`` says which parameter is which value."""

    def __init__(self, make: Callable[..., QuerySet[Any, T]], shape: Any, names: tuple[str, ...],
                 marks: dict[str, Any]) -> None:  # fmt: skip
        self._rows = make(*shape, **marks)
        self._compiler = self._rows.query.get_compiler(using=self._rows.db)
        try:
            self._sql, given = self._compiler.as_sql()
        except EmptyResultSet:
            self._sql, given = "", ()
        by_mark = {mark: name for name, mark in marks.items()}
        self._places = [(value, by_mark.get(value)) for value in given]
        missing = set(names).difference(name for _value, name in self._places)
        if self._sql and missing:
            raise TypeError(f"{make.__qualname__} does not use {sorted(missing)} as they are given")

    def answer(self, values: dict[str, Any]) -> list[T]:
        """What the database says, as the query set would."""
        if not self._sql:
            return []
        compiler = copy(self._compiler)
        compiler.connection = connections[self._rows.db]
        filled = tuple(value if name is None else values[name] for value, name in self._places)
        compiler.as_sql = lambda *_args, **_kwargs: (self._sql, filled)
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(rows)


def compiled(make: Callable[Asked, QuerySet[Any, T]]) -> Callable[Asked, list[T]]:
    """The rows of a query whose statement is written once for each shape.

    Positional arguments are the shape: whatever decides how the statement is written, above all the
    whole actor, so that nobody is ever answered with another's statement. Arguments that must be
    named are values (int or str) filled in at each asking. ``make`` looks at nothing else: not at
    the clock, and not at the record.
    """
    numbers = {
        name: parameter.annotation in {int, "int"}
        for name, parameter in signature(make).parameters.items()
        if parameter.kind is Parameter.KEYWORD_ONLY
    }
    marks = {
        name: _NUMBER + place if number else _TEXT.format(place)
        for place, (name, number) in enumerate(numbers.items())
    }

    @lru_cache(maxsize=MOST_KEPT)
    def statement(_database: str, shape: tuple[Hashable, ...]) -> Statement[T]:
        return Statement(make, shape, tuple(numbers), marks)

    @wraps(make)
    def ask(*shape: Asked.args, **values: Asked.kwargs) -> list[T]:
        return statement(connections["default"].vendor, shape).answer(values)

    return ask


def first(rows: Iterable[T]) -> T | None:
    """The first row, None where there is none."""
    return next(iter(rows), None)
