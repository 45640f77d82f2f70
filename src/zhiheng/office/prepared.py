"""Statements that are made once: for what happens many times a second.

The framework's making of a query costs ten times the query. What is asked for and written here
goes through its fields' own conversions, so that values are those of its objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def rows(
    model: type[M], by: str, value: Any, *, order: str | None = None, locked: bool = False
) -> list[M]:
    """The rows of a table whose column ``by`` has a value, as objects.

    Args:
        by: the attribute of a field, such as ``case_id``.
        order: the field they are ordered by, the smallest first.
        locked: nobody else changes them until the transaction ends.
    """
    return _read(model, _select(model, by, order, locked, connection.vendor), [value])


def newest(model: type[M]) -> M | None:
    """The row with the greatest number; None in an empty table."""
    found = _read(model, _newest(model), [])
    return found[0] if found else None


def _read(model: type[M], sql: str, values: Sequence[Any]) -> list[M]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [list(row) for row in cursor.fetchall()]
    for place, converters in _converters(model, connection.vendor):
        for row in found:
            row[place] = _back(converters, row[place])
    names = [field.attname for field in _fields(model)]
    return [model.from_db(connection.alias, names, row) for row in found]


def insert(instance: models.Model) -> None:
    """Write a new row and take over its number."""
    model = type(instance)
    fields = [field for field in _fields(model) if not field.primary_key or _own_key(model)]
    with connection.cursor() as cursor:
        cursor.execute(_insert(model, connection.vendor), _values(instance, fields, add=True))
        number = cursor.fetchone()[0]
    if not _own_key(model):
        instance.pk = number
    instance._state.adding, instance._state.db = False, connection.alias


def update(instance: models.Model, names: Sequence[str]) -> None:
    """Write these fields of a row, named by attribute."""
    model = type(instance)
    fields = [field for field in _fields(model) if field.attname in names]
    sql = _update(model, tuple(field.attname for field in fields), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_values(instance, fields, add=False), instance.pk])


def _values(instance: models.Model, fields: Sequence[Any], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(instance, add), connection) for field in fields]


@cache
def _fields(model: type[models.Model]) -> tuple[Any, ...]:
    return tuple(model._meta.concrete_fields)


def _own_key(model: type[models.Model]) -> bool:
    """Whether rows bear a key of their own making, not a number of the database's."""
    return not isinstance(model._meta.pk, models.AutoField)


@cache
def _converters(model: type[models.Model], _vendor: str) -> list[tuple[int, list[tuple[Any, Any]]]]:
    """Of each field that the database keeps in another form, what brings it back."""
    found = []
    for place, field in enumerate(_fields(model)):
        column = field.get_col(model._meta.db_table)
        backend = connection.ops.get_db_converters(column)
        if converters := [*backend, *field.get_db_converters(connection)]:
            found.append((place, [(convert, column) for convert in converters]))
    return found


def _back(converters: Sequence[tuple[Any, Any]], value: Any) -> Any:
    for convert, column in converters:
        value = convert(value, column, connection)
    return value


@cache
def _select(
    model: type[models.Model], by: str, order: str | None, locked: bool, vendor: str
) -> str:
    names = ", ".join(f'"{field.column}"' for field in _fields(model))
    column = next(field.column for field in _fields(model) if field.attname == by)
    sql = f'SELECT {names} FROM "{model._meta.db_table}" WHERE "{column}" = %s'
    if order is not None:
        sql += f' ORDER BY "{order}"'
    return sql + (" FOR UPDATE" if locked and vendor == "postgresql" else "")


@cache
def _newest(model: type[models.Model]) -> str:
    names = ", ".join(f'"{field.column}"' for field in _fields(model))
    key = next(field.column for field in _fields(model) if field.primary_key)
    return f'SELECT {names} FROM "{model._meta.db_table}" ORDER BY "{key}" DESC LIMIT 1'


@cache
def _insert(model: type[models.Model], _vendor: str) -> str:
    fields = [field for field in _fields(model) if not field.primary_key or _own_key(model)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    key = next(field.column for field in _fields(model) if field.primary_key)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}) RETURNING "{key}"'


@cache
def _update(model: type[models.Model], names: tuple[str, ...], _vendor: str) -> str:
    columns = {field.attname: field.column for field in _fields(model)}
    set_ = ", ".join(f'"{columns[name]}" = %s' for name in names)
    key = next(field.column for field in _fields(model) if field.primary_key)
    return f'UPDATE "{model._meta.db_table}" SET {set_} WHERE "{key}" = %s'
