"""The log: batch roots and blocks of the audit trail, in the order in which they were sealed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from zhiheng.evidence import proofs
from zhiheng.evidence.models import Batch, LogEntry
from zhiheng.office.audit import START, canonical
from zhiheng.office.models import AuditEntry

_LOCK = 0x5A48_4C4F


@dataclass(frozen=True)
class Head:
    """How far the log goes and the root that stands for all of it."""

    size: int
    root: str


def head() -> Head:
    last = LogEntry.objects.order_by("-position").values_list("position", "root").first()
    if last is None:
        return Head(0, proofs.EMPTY_ROOT.hex())
    return Head(last[0] + 1, bytes(last[1]).hex())


def leaves(size: int | None = None) -> list[bytes]:
    """The leaves of the log's first ``size`` entries."""
    entries = LogEntry.objects.order_by("position").values_list("leaf", flat=True)
    return [bytes(leaf) for leaf in (entries if size is None else entries[:size])]


def batch_body(batch: Batch) -> str:
    """What the log says of a batch; the batch's own columns must agree with it for ever."""
    body = {
        "at": batch.recorded_at.isoformat(),
        "batch": batch.id,
        "file": batch.file_hash,
        "kind": batch.kind,
        "root": batch.root,
        "rows": batch.rows,
        "source": batch.source,
    }
    if batch.packs_digest is not None:
        body |= {"lake": batch.lake_digests, "packs": batch.packs_digest}
    return canonical(body)


def append(batch: Batch | None = None) -> None:
    """Seal the batch's root, if any, and the audit entries since the last block.

    Runs inside the caller's transaction, which it makes wait for any other sealer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = leaves()
    if batch is not None:
        _write(known, "batch", batch_body(batch), batch=batch)
    block = _audit_block()
    if block is not None:
        body, last = block
        _write(known, "audit", body, last_audit=last)


def _write(
    known: list[bytes],
    kind: str,
    body: str,
    batch: Batch | None = None,
    last_audit: int | None = None,
) -> None:
    leaf = proofs.leaf_hash(body.encode())
    known.append(leaf)
    LogEntry.objects.create(
        position=len(known) - 1,
        kind=kind,
        batch=batch,
        last_audit=last_audit,
        body=body,
        leaf=leaf,
        root=proofs.root(known),
        sealed_at=timezone.now(),
    )


def _audit_block() -> tuple[str, int] | None:
    sealed = (
        LogEntry.objects.filter(kind="audit")
        .order_by("-position")
        .values_list("last_audit", flat=True)
        .first()
    ) or 0
    entries = list(
        AuditEntry.objects.filter(id__gt=sealed).order_by("id").values_list("id", "chain")
    )
    if not entries:
        return None
    before = (
        AuditEntry.objects.filter(id__lte=sealed).order_by("-id").values_list("chain", flat=True)
    )
    body = {
        "after": before.first() or START,
        "entries": len(entries),
        "first": entries[0][0],
        "head": entries[-1][1],
        "last": entries[-1][0],
    }
    return canonical({"audit": body}), entries[-1][0]
