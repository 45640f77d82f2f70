"""Hold everything to what the log vouches for, and name the first thing that is not as sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhiheng.evidence import log, proofs
from zhiheng.evidence.beside_packs import check_objections, check_persons, refuse_strays
from zhiheng.evidence.intact import NotAsSealed, intact
from zhiheng.evidence.log_checks import check_audit, check_log
from zhiheng.evidence.models import Batch, LogEntry
from zhiheng.evidence.noted_files import NotedFiles
from zhiheng.evidence.rechecked_batches import rechecked
from zhiheng.evidence.stored_batches import check_index, is_as_stored
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _


@dataclass(frozen=True)
class Verification:
    """What was recomputed.

    ``first_bad`` names batch and row, and the file where the fault is in the lake's copy alone; a
    row of None means the batch or file as a whole, a batch of None the log or the audit trail,
    with the reason in ``reason``. ``lake_pending`` are batches that the lake has not got yet, as
    after an import that was killed; they are written before the lake is next read.
    """

    rows: int
    batches: int
    root: str
    first_bad: dict[str, Any] | None
    reason: str = ""
    lake_pending: tuple[int, ...] = ()

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
            "reason": self.reason,
            "lake_pending": list(self.lake_pending),
        }


def verify(progress: Progress | None = None, *, every_row: bool = False) -> Verification:
    """Hold the record's bytes to the digests in the log, the lake's files to theirs, the index to
    the packs, and the log and the audit trail to themselves.

    A batch whose bytes are not those that were sealed is recomputed row by row, and so is one of
    which the log has no digests: rows to leaves, leaves to the batch's root, the lake to the rows.

    Args:
        every_row: recompute all batches so.
    """
    progress = progress or Silent()
    rows = batches = 0
    root = ""
    try:
        sealed = {b.id: b for b in intact(Batch.objects.filter(state=Batch.State.SEALED))}
        files = NotedFiles()
        entries = intact(LogEntry.objects.order_by("position"))
        progress.start(sum(b.rows for b in sealed.values()), _("复算台账"))
        root = (bytes(entries[-1].root) if entries else proofs.EMPTY_ROOT).hex()
        right: set[int] = set()
        doubtful: list[tuple[Batch, list[Path]]] = []
        stopped: NotAsSealed | None = None
        try:
            for batch, paths in _logged(entries, sealed, files):
                if every_row or not (files.are_sealed(batch) and is_as_stored(batch)):
                    doubtful.append((batch, paths))
                    continue
                progress.step(batch.rows)
                right.add(batch.id)
                rows += batch.rows
                batches += 1
        except NotAsSealed as bad:
            # What lies before it in the log comes first.
            stopped = bad
        for batch in rechecked(doubtful, files, progress):
            right.add(batch.id)
            rows += batch.rows
            batches += 1
        if stopped is not None:
            raise stopped
        check_index(right)
        check_persons(right)
        refuse_strays()
        check_objections()
        if sealed:
            raise NotAsSealed(min(sealed), None, _("这一批不在日志里"))
        check_log(entries)
        check_audit(entries)
        files.refuse_strangers()
    except NotAsSealed as bad:
        return Verification(rows, batches, root, bad.where, bad.reason)
    return Verification(rows, batches, root, None, lake_pending=tuple(files.pending))


def _logged(
    entries: list[LogEntry], sealed: dict[int, Batch], files: NotedFiles
) -> Iterator[tuple[Batch, list[Path]]]:
    """The batches that the log speaks of; takes each out of ``sealed``."""
    for position, entry in enumerate(entries):
        _check_entry(position, entry, sealed)
        if entry.batch_id is not None:
            batch = sealed.pop(entry.batch_id)
            yield batch, files.of(batch)


def _check_entry(position: int, entry: LogEntry, sealed: dict[int, Batch]) -> None:
    if entry.position != position:
        raise NotAsSealed(None, None, _("日志缺少第 {position} 条", position=position))
    try:
        body = json.loads(entry.body)
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    named = said.get("batch", entry.batch_id)
    kind = "audit" if "audit" in said else "batch"
    if proofs.leaf_hash(entry.body.encode()) != bytes(entry.leaf) or kind != entry.kind:
        raise NotAsSealed(named, None, _("日志第 {position} 条被改动", position=position))
    if entry.batch_id is None:
        return
    if entry.batch_id not in sealed:
        # It may have been sealed since the batches were listed.
        late = Batch.objects.filter(id=entry.batch_id, state=Batch.State.SEALED).first()
        if late is None:
            raise NotAsSealed(named, None, _("日志里的这一批不见了"))
        sealed[late.id] = late
    if log.batch_body(sealed[entry.batch_id]) != entry.body:
        raise NotAsSealed(named, None, _("批次信息与日志不符"))
