"""The lake's tables as a declaration sees them: columns by kind, checked before any row exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot
from ibis.common.exceptions import IbisError
from sqlglot import exp

from zhiheng.evidence.declaration import Kind, Type

Expression: TypeAlias = Callable[[ir.Table], ir.Value]

AS_AT = "as_at"
"""Column of every table that expressions see: the day to which the evidence reaches."""

_SHARED = {
    "row": "int64",
    "batch": "int64",
    "source": "string",
    "external_id": "string",
    "subject": "string",
    "region": "string",
    "occurred_on": "date",
    "recorded_at": "timestamp('UTC')",
    "organisation": "string",
}
_TYPES = {
    Type.TEXT: "string",
    Type.CODE: "string",
    Type.INTEGER: "int64",
    Type.NUMBER: "float64",
    Type.DATE: "date",
    Type.BOOLEAN: "boolean",
}


@cache
def table_of(kind: Kind) -> ir.Table:
    """The kind's table without rows: what expressions are built and checked on."""
    return ibis.table({**_columns(kind), AS_AT: "date"}, name=kind.code)


@cache
def lake_table(kind: Kind) -> ir.Table:
    """The lake's view of the kind's current rows."""
    return ibis.table(_columns(kind), name=kind.code)


@cache
def current_table(kind: Kind) -> ir.Table:
    """As `lake_table`, with what was declared to be nothing and without the organisation."""
    columns = {name: of for name, of in _columns(kind).items() if name != "organisation"}
    return ibis.table(columns, name=f"{kind.code}_current")


@cache
def nothing_table(kind: Kind) -> ir.Table:
    """The lake's view of what was declared to be nothing; ``since`` is the first day meant."""
    return ibis.table({**_columns(kind), "since": "date"}, name=f"{kind.code}_nothing")


def _columns(kind: Kind) -> dict[str, str]:
    return {**_SHARED, **{c.name: _TYPES[c.type] for c in kind.plain_columns}}


def column_names(kind: Kind) -> list[str]:
    """Columns that indicators may read, in the order of `table_of`."""
    return list(table_of(kind).columns)


def build(kind: Kind, expression: Expression, wanted: str) -> ir.Value:
    """The expression on the kind's table.

    Args:
        wanted: "boolean", "number", "date" or "text": what it must yield.

    Raises:
        ValueError: a column or a code of a code list does not exist, or the type is another.
    """
    try:
        value = expression(table_of(kind))
    except (AttributeError, IbisError) as error:
        raise ValueError(
            f"reads a column that {kind.code} does not declare ({error}); "
            f"declared are: {', '.join(column_names(kind))}"
        ) from error
    if not _is(value.type(), wanted):
        raise ValueError(f"yields {value.type()}, but a {wanted} is needed: {sql(kind, value)}")
    _check_codes(kind, value)
    return value


def columns_read(kind: Kind, expression: Expression) -> set[str]:
    """Columns of `table_of` that the expression looks at."""
    return {field.name for field in expression(table_of(kind)).op().find(ops.Field)}


def sql(kind: Kind, value: ir.Value) -> str:
    """The expression as DuckDB SQL, without table names."""
    statement = ibis.to_sql(table_of(kind).select(value=value), dialect="duckdb")
    select = sqlglot.parse_one(str(statement), read="duckdb", into=exp.Select)
    expression = select.selects[0].unalias()
    for column in expression.find_all(exp.Column):
        column.set("table", None)
        column.this.set("quoted", False)
    return str(expression.sql("duckdb"))


def _is(given: dt.DataType, wanted: str) -> bool:
    answers: dict[str, bool] = {
        "boolean": given.is_boolean(),
        "number": given.is_numeric() and not given.is_boolean(),
        "date": given.is_date(),
        "text": given.is_string(),
    }
    return answers[wanted]


def _check_codes(kind: Kind, value: ir.Value) -> None:
    """A misspelt code would match no row and nobody would notice."""
    root = value.op()
    compared = [(n.left, n.right) for n in root.find((ops.Equals, ops.NotEquals))]
    compared += [(n.value, option) for n in root.find(ops.InValues) for option in n.options]
    for field, literal in compared:
        if not (isinstance(field, ops.Field) and isinstance(literal, ops.Literal)):
            continue
        column = next((c for c in kind.plain_columns if c.name == field.name), None)
        codes = [choice.code for choice in column.choices] if column else []
        if codes and literal.value not in codes:
            raise ValueError(
                f"compares {kind.code}.{field.name} with {literal.value!r}, "
                f"which is none of its codes: {', '.join(codes)}"
            )
