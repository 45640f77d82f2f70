"""Records read for verification: a database may hold in a cell whatever it was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError, models
from django.db.models import QuerySet

from zhiheng.evidence.models import Batch
from zhiheng.office.words import _

UNREADABLE = (DatabaseError, ValueError, TypeError)
"""What reading a record raises whose bytes are no text, no moment or no JSON any more."""


_HELD: tuple[tuple[type[models.Field[Any, Any]], type | tuple[type, ...]], ...] = (
    (models.IntegerField, int),
    (models.CharField, str),
    (models.TextField, str),
    (models.BinaryField, (bytes, memoryview)),
    (models.DateTimeField, datetime),
)
"""What a field's values are; one that holds JSON says itself what it cannot read."""


class NotAsSealed(Exception):
    """Something that is not as the log vouches for; `where` as in `verification`."""

    def __init__(
        self, batch: int | None, row: int | None, reason: str, file: str | None = None
    ) -> None:
        super().__init__(reason)
        self.where: dict[str, Any] = {"batch": batch, "row": row}
        if file is not None:
            self.where["file"] = file
        self.reason = reason


def intact(records: QuerySet[Any]) -> list[Any]:
    """All of them; names the first that cannot be read, or with a value of another kind than its
    column's."""
    try:
        found = list(records)
    except UNREADABLE:
        raise unreadable(records) from None
    held = [(f.attname, f.null, _kind(f)) for f in records.model._meta.concrete_fields]
    for record in found:
        for name, may_be_null, kind in held:
            value = getattr(record, name)
            if not (may_be_null if value is None else isinstance(value, kind)):
                raise _unreadable_one(records, record.pk)
    return found


def _kind(field: models.Field[Any, Any]) -> type | tuple[type, ...]:
    told = field.target_field if isinstance(field, models.ForeignKey) else field
    return next((kind for sort, kind in _HELD if isinstance(told, sort)), object)


def unreadable(records: QuerySet[Any]) -> NotAsSealed:
    for pk in list(records.values_list("pk", flat=True)):
        try:
            records.get(pk=pk)
        except UNREADABLE:
            return _unreadable_one(records, pk)
    return _unreadable_one(records, "?")


def _unreadable_one(records: QuerySet[Any], pk: object) -> NotAsSealed:
    batch = pk if records.model is Batch and isinstance(pk, int) else None
    table = records.model._meta.db_table
    return NotAsSealed(batch, None, _("{table} 表第 {id} 条读不出来", table=table, id=pk))
