"""The audit trail: every act, chained, written in the transaction of the act itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from zhiheng.office import writing
from zhiheng.office.actors import Actor
from zhiheng.office.clock import now_after, seconds_behind
from zhiheng.office.compiled import compiled, first
from zhiheng.office.models import AuditEntry

START = "0" * 64
_LOCK = 0x5A48_4155
# Every page asks several times; the framework's making of a query costs ten times the query.
_LAST = "SELECT chain FROM office_auditentry WHERE verb = %s ORDER BY id DESC LIMIT 1"


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, non-ASCII kept: one text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def link(previous: str, record: str) -> str:
    """Next head of the chain: SHA-256 over previous head, ``|`` and the record's canonical text."""
    return hashlib.sha256(f"{previous}|{record}".encode()).hexdigest()


def _record_text(entry: AuditEntry) -> str:
    return canonical(
        {
            "actor": entry.actor,
            "at": entry.at.isoformat(),
            "detail": json.loads(entry.detail),
            "object": entry.object,
            "party": entry.party,
            "verb": entry.verb,
        }
    )


def record(
    actor: Actor, verb: str, object: str, detail: dict[str, Any] | None = None
) -> AuditEntry:
    """Append one entry; must be called inside the action's own transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record outside of a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    before = first(_newest())
    chain, at = (before.chain, before.at) if before else (START, None)
    detail = dict(detail or {})
    if behind := seconds_behind(at):
        detail["clock_behind_seconds"] = behind
    entry = AuditEntry(
        at=now_after(at),
        actor=actor.name,
        party=actor.party,
        verb=verb,
        object=object,
        detail=canonical(detail),
    )
    entry.chain = link(chain, _record_text(entry))
    writing.insert(entry)
    return entry


@compiled
def _newest() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.order_by("-id")[:1]


def last(verb: str) -> str:
    """The head of the chain at the last act of this verb; empty where there was none.

    What such acts left behind may be kept by its reader for as long as this stays the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [verb])
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def first_broken(entries: Iterable[AuditEntry], head: str = START) -> AuditEntry | None:
    """The first entry whose chain value does not follow from the one before it."""
    for entry in entries:
        try:
            head = link(head, _record_text(entry))
        except (ValueError, AttributeError):  # detail is no JSON any more, or the moment none
            return entry
        if head != entry.chain:
            return entry
    return None
