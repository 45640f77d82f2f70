"""The log and the audit trail held to themselves, and both to the batches."""

from __future__ import annotations

import json
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet

from zhiheng.evidence import proofs
from zhiheng.evidence.models import Batch, LogEntry
from zhiheng.evidence.noted_files import NotAsSealed
from zhiheng.office import audit
from zhiheng.office.models import AuditEntry
from zhiheng.office.words import _

UNREADABLE = (DatabaseError, ValueError, TypeError)
"""What reading a record raises whose bytes are no text, no moment or no JSON any more."""


def intact(records: QuerySet[Any]) -> list[Any]:
    """All of them; names the first that cannot be read."""
    try:
        found = list(records)
    except UNREADABLE:
        raise _unreadable(records) from None
    for record in found:
        for field in record._meta.concrete_fields:
            if not field.null and getattr(record, field.attname) is None:
                raise _unreadable_one(records, record.pk)
    return found


def _unreadable(records: QuerySet[Any]) -> NotAsSealed:
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


def check_log(entries: list[LogEntry]) -> None:
    """The root beside each entry is that of all entries up to it."""
    tree = proofs.GrowingTree()
    for entry in entries:
        tree.add(bytes(entry.leaf))
        if tree.root() != bytes(entry.root):
            raise NotAsSealed(
                None, None, _("日志第 {position} 条的根与其各条不符", position=entry.position)
            )


def check_audit(entries: list[LogEntry]) -> None:
    trail = AuditEntry.objects.order_by("id")
    try:
        broken = audit.first_broken(trail.iterator())
    except UNREADABLE:
        raise _unreadable(trail) from None
    if broken is not None:
        raise NotAsSealed(None, None, _("审计记录第 {id} 条被改动或其前有缺失", id=broken.id))
    for entry in entries:
        if entry.kind == "audit":
            block = json.loads(entry.body)["audit"]
            if entry.last_audit != block["last"]:
                reason = _("日志第 {position} 条被改动", position=entry.position)
                raise NotAsSealed(None, None, reason)
            last = AuditEntry.objects.filter(id=block["last"], chain=block["head"])
            if not last.exists():
                raise NotAsSealed(None, None, _("审计记录第 {id} 条与日志不符", id=block["last"]))
    _check_noted_imports()


def _check_noted_imports() -> None:
    """Every import in the audit trail must be a batch in the log: one taken out whole is found."""
    noted = AuditEntry.objects.filter(verb="evidence.import").order_by("id")
    logged = set(LogEntry.objects.exclude(batch=None).values_list("batch_id", flat=True))
    for name in noted.values_list("object", flat=True).iterator():
        batch = name.removeprefix("batch ")
        if batch.isdigit() and int(batch) not in logged:
            raise NotAsSealed(int(batch), None, _("审计记录里的这一批不在日志里"))
