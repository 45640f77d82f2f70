"""Rows written by statements that are made once: for what happens many times a second.

The framework's making of a query costs ten times the query; `compiled` is the same for reads. What
is written goes through the fields' own conversions, so that values are those of the framework.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models


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
