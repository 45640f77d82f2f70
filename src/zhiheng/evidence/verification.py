"""Recompute everything the log vouches for, and name the first thing that is not as sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.evidence import log, proofs, storage
from zhiheng.evidence.canonical import SHARED
from zhiheng.evidence.models import ROW_BITS, Batch, LogEntry
from zhiheng.office import audit
from zhiheng.office.models import AuditEntry
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _

_STORED = {
    "id": pl.Int64,
    "kind": pl.String,
    "source": pl.String,
    "external_id": pl.String,
    "record_type": pl.String,
    "subject": pl.String,
    "region": pl.String,
    "occurred_on": pl.String,
    "supersedes": pl.Int64,
    "superseded_leaf": pl.Binary,
    "canonical": pl.Binary,
    "salt": pl.Binary,
    "leaf": pl.Binary,
}
_SQL = """
SELECT r.id, r.kind, r.source, r.external_id, r.record_type, r.subject, r.region,
       CAST(r.occurred_on AS varchar(10)), r.supersedes, s.leaf, r.canonical, r.salt, r.leaf
FROM evidence_row r LEFT JOIN evidence_row s ON s.id = r.supersedes
WHERE r.batch_id = %s ORDER BY r.id
"""
_REPEATED = {
    "$kind": "kind",
    "$source": "source",
    "$id": "external_id",
    "$type": "record_type",
    "$subject": "subject",
    "$region": "region",
    "$day": "occurred_on",
}
"""Keys of the canonical form that columns of the row table repeat."""


@dataclass(frozen=True)
class Verification:
    """What was recomputed. ``first_bad`` names batch and row; a row of None means the batch as a
    whole, a batch of None the log or the audit trail, with the reason in ``reason``."""

    rows: int
    batches: int
    root: str
    first_bad: dict[str, Any] | None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.first_bad is None

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "batches": self.batches,
            "root": self.root,
            "ok": self.ok,
            "first_bad": self.first_bad,
        }


class _Bad(Exception):
    def __init__(self, batch: int | None, row: int | None, reason: str) -> None:
        super().__init__(reason)
        self.where = {"batch": batch, "row": row}
        self.reason = reason


def verify(progress: Progress | None = None) -> Verification:
    """Hold rows to their leaves, leaves to batch roots, those and the audit trail to the log."""
    progress = progress or Silent()
    entries = list(LogEntry.objects.order_by("position"))
    sealed = {b.id: b for b in Batch.objects.filter(state=Batch.State.SEALED)}
    progress.start(sum(b.rows for b in sealed.values()), _("复算台账"))
    rows = batches = 0
    try:
        for position, entry in enumerate(entries):
            _check_entry(position, entry, sealed)
            if entry.batch_id is not None:
                rows += _check_batch(sealed.pop(entry.batch_id), progress)
                batches += 1
        if sealed:
            raise _Bad(min(sealed), None, _("这一批不在日志里"))
        _check_log(entries)
        _check_audit(entries)
    except _Bad as bad:
        return Verification(rows, batches, log.head().root, bad.where, bad.reason)
    return Verification(rows, batches, log.head().root, None)


def _check_entry(position: int, entry: LogEntry, sealed: dict[int, Batch]) -> None:
    body = json.loads(entry.body)
    named = body.get("batch", entry.batch_id)
    if entry.position != position:
        raise _Bad(named, None, _("日志缺少第 {position} 条", position=position))
    if proofs.leaf_hash(entry.body.encode()) != bytes(entry.leaf):
        raise _Bad(named, None, _("日志第 {position} 条被改动", position=position))
    if entry.kind != "batch":
        return
    if entry.batch_id not in sealed:
        raise _Bad(named, None, _("日志里的这一批不见了"))
    if log.batch_body(sealed[entry.batch_id]) != entry.body:
        raise _Bad(named, None, _("批次信息与日志不符"))


def _check_batch(batch: Batch, progress: Progress) -> int:
    """Rows of the batch; raises at the first row that is not as sealed."""
    leaves: list[bytes] = []
    for part in storage.select(_SQL, [batch.id], _STORED):
        _check_places(part["id"], batch, len(leaves))
        texts = part["canonical"]
        recomputed = proofs.leaf_hashes(texts, part["salt"])
        stored = part["leaf"].to_list()
        if recomputed != stored:
            first = next(i for i, leaf in enumerate(recomputed) if leaf != stored[i])
            raise _Bad(batch.id, part["id"][first], _("这一行的内容与封存时不同"))
        _check_repeated(part, batch)
        leaves.extend(stored)
        progress.step(len(part))
    if len(leaves) != batch.rows:
        raise _Bad(
            batch.id, None, _("应有 {rows} 行，只有 {found} 行", rows=batch.rows, found=len(leaves))
        )
    if proofs.root(leaves).hex() != batch.root:
        raise _Bad(batch.id, _first_foreign(batch, leaves), _("各行与这一批的根不符"))
    return len(leaves)


def _check_places(ids: pl.Series, batch: Batch, done: int) -> None:
    expected = pl.Series(range(done, done + len(ids)), dtype=pl.Int64) + (batch.id << ROW_BITS)
    wrong = (ids != expected).arg_true()
    if len(wrong):
        raise _Bad(batch.id, expected[int(wrong[0])], _("这一行不见了"))


def _check_repeated(part: pl.DataFrame, batch: Batch) -> None:
    """The columns that make a row findable must say what its sealed text says."""
    said = part["canonical"].cast(pl.String).str.json_decode(pl.Struct(SHARED)).struct.unnest()
    agrees = pl.Series([True] * len(part))
    for key, column in _REPEATED.items():
        agrees &= said[key].eq_missing(part[column])
    agrees &= said["$supersedes"].eq_missing(part["superseded_leaf"].bin.encode("hex"))
    agrees &= part["supersedes"].is_null() == part["superseded_leaf"].is_null()
    wrong = (~agrees).arg_true()
    if len(wrong):
        raise _Bad(batch.id, part["id"][int(wrong[0])], _("索引列与封存的内容不符"))


def _first_foreign(batch: Batch, leaves: list[bytes]) -> int | None:
    """Which row it is cannot be told from a root alone, except where the batch has one row."""
    return batch.id << ROW_BITS if len(leaves) == 1 else None


def _check_log(entries: list[LogEntry]) -> None:
    known: list[bytes] = []
    for entry in entries:
        known.append(bytes(entry.leaf))
    for entry in entries[-1:]:
        if proofs.root(known) != bytes(entry.root):
            raise _Bad(None, None, _("日志的根与其各条不符"))


def _check_audit(entries: list[LogEntry]) -> None:
    broken = audit.first_broken(AuditEntry.objects.order_by("id").iterator())
    if broken is not None:
        raise _Bad(None, None, _("审计记录第 {id} 条被改动或其前有缺失", id=broken.id))
    for entry in entries:
        if entry.kind == "audit":
            block = json.loads(entry.body)["audit"]
            last = AuditEntry.objects.filter(id=block["last"], chain=block["head"])
            if not last.exists():
                raise _Bad(None, None, _("审计记录第 {id} 条与日志不符", id=block["last"]))
