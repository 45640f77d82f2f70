"""Recompute everything the log vouches for, and name the first thing that is not as sealed."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from zhiheng.evidence import log, proofs, reading, word_sums
from zhiheng.evidence.models import Batch, LogEntry, Mention, Pack
from zhiheng.evidence.noted_files import NotAsSealed, NotedFiles, row_in_lake, unreadable_in_lake
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS
from zhiheng.evidence.rechecking import BLOCK, recheck_rows
from zhiheng.evidence.workers import Worker
from zhiheng.office import audit
from zhiheng.office.models import AuditEntry
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _

BULK = 50_000
"""Rows from which on starting helper processes pays."""
_AT_ONCE = 100_000
_WAITING = 2
"""Jobs that each helper has in hand, so that none waits for the next."""


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


def verify(progress: Progress | None = None) -> Verification:
    """Hold rows to their leaves, leaves to batch roots, those and the audit trail to the log; and
    the lake to the rows."""
    progress = progress or Silent()
    rows = batches = 0
    root = ""
    try:
        sealed = {b.id: b for b in _intact(Batch.objects.filter(state=Batch.State.SEALED))}
        files = NotedFiles()
        entries = _intact(LogEntry.objects.order_by("position"))
        progress.start(sum(b.rows for b in sealed.values()), _("复算台账"))
        root = (bytes(entries[-1].root) if entries else proofs.EMPTY_ROOT).hex()
        with ExitStack() as stack:
            helpers = _helpers(sum(b.rows for b in sealed.values()), stack)
            words: dict[int, word_sums.Sum] = {}
            for batch in _verified(
                _logged(entries, sealed, files), helpers, files, words, progress
            ):
                rows += batch.rows
                batches += 1
            _check_words(words, helpers)
        if sealed:
            raise NotAsSealed(min(sealed), None, _("这一批不在日志里"))
        _check_log(entries)
        _check_audit(entries)
        files.refuse_strangers()
    except NotAsSealed as bad:
        return Verification(rows, batches, root, bad.where, bad.reason)
    return Verification(rows, batches, root, None, lake_pending=tuple(files.pending))


_UNREADABLE = (DatabaseError, ValueError, TypeError)
"""What reading a record raises whose bytes are no text, no moment or no JSON any more."""


def _intact(records: QuerySet[Any]) -> list[Any]:
    """All of them; names the first that cannot be read."""
    try:
        found = list(records)
    except _UNREADABLE:
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
        except _UNREADABLE:
            return _unreadable_one(records, pk)
    return _unreadable_one(records, "?")


def _unreadable_one(records: QuerySet[Any], pk: object) -> NotAsSealed:
    batch = pk if records.model is Batch and isinstance(pk, int) else None
    table = records.model._meta.db_table
    return NotAsSealed(batch, None, _("{table} 表第 {id} 条读不出来", table=table, id=pk))


@dataclass(frozen=True)
class _Here:
    """The record through this process's own connection, for what is too little to share out."""

    vendor: str

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while part := cursor.fetchmany(_AT_ONCE):
                yield part


def _helpers(rows: int, stack: ExitStack) -> list[Any]:
    if rows < BULK:
        return []
    count = min(os.cpu_count() or 1, max(rows // BLOCK, 1))
    return [stack.enter_context(Worker()) for _number in range(count)]


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
        body = {}
    named = body.get("batch", entry.batch_id)
    kind = "audit" if "audit" in body else "batch"
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


def _verified(
    batches: Iterator[tuple[Batch, list[Path]]],
    helpers: list[Any],
    files: NotedFiles,
    words: dict[int, word_sums.Sum],
    progress: Progress,
) -> Iterator[Batch]:
    """The batches again, in the same order, each once all its rows were found to be as sealed."""
    waiting: deque[tuple[Batch, dict[str, Any], Any, bool]] = deque()
    roots: list[bytes] = []
    given = 0

    def take() -> Iterator[Batch]:
        batch, job, helper, last = waiting.popleft()
        answer = helper.answer() if helper is not None else _here(job)
        roots.append(_root_of(batch, job, answer))
        count, digest = answer["words"]
        words[batch.id] = word_sums.added(words.get(batch.id, word_sums.NONE), (count, digest))
        progress.step(job["end"] - job["start"])
        if last:
            if batch.rows and proofs.root(roots).hex() != batch.root:
                only = batch.id << ROW_BITS if batch.rows == 1 else None
                raise NotAsSealed(batch.id, only, _("各行与这一批的根不符"))
            roots.clear()
            _refuse_extra_rows(batch)
            files.refuse_changed(batch, _jobs(batch, []))
            yield batch

    while True:
        try:
            batch, paths = next(batches)
        except StopIteration:
            break
        except NotAsSealed:
            # What lies before it in the log comes first.
            while waiting:
                yield from take()
            raise
        jobs = list(_jobs(batch, paths))
        for number, job in enumerate(jobs):
            helper = helpers[given % len(helpers)] if helpers else None
            given += 1
            if helper is not None:
                helper.ask(job)
            waiting.append((batch, job, helper, number == len(jobs) - 1))
            if len(waiting) > _WAITING * len(helpers):
                yield from take()
    while waiting:
        yield from take()


def _here(job: dict[str, Any]) -> dict[str, Any]:
    return recheck_rows(_Here(connection.vendor), job)


def _jobs(batch: Batch, paths: list[Path]) -> Iterator[dict[str, Any]]:
    first = batch.id << ROW_BITS
    for start in range(first, first + max(batch.rows, 1), BLOCK):
        yield {
            "do": "recheck",
            "batch": batch.id,
            "kind": batch.kind,
            "source": batch.source,
            "at": batch.recorded_at.isoformat(),
            "start": start,
            "end": min(start + BLOCK, first + batch.rows),
            "lake": [str(path) for path in paths],
        }


def _root_of(batch: Batch, job: dict[str, Any], answer: dict[str, Any]) -> bytes:
    if "root" in answer:
        return bytes.fromhex(answer["root"])
    row, what = answer["row"], answer["what"]
    if what == "gone" and not Pack.objects.filter(id__gt=row, batch=batch).exists():
        found = row - (batch.id << ROW_BITS)
        raise NotAsSealed(
            batch.id, None, _("应有 {rows} 行，只有 {found} 行", rows=batch.rows, found=found)
        )
    if what == "lake":
        raise row_in_lake(batch, row, job["lake"])
    if what == "unreadable":
        raise unreadable_in_lake(batch, job["lake"])
    reasons = {
        "gone": _("这一行不见了"),
        "leaf": _("这一行的内容与封存时不同"),
        "pack": _("从这一行起的一包读不出来"),
        "columns": _("索引列与封存的内容不符"),
    }
    raise NotAsSealed(batch.id, row, reasons[what])


def _refuse_extra_rows(batch: Batch) -> None:
    first = batch.id << ROW_BITS
    extra = Pack.objects.filter(id__gte=first + batch.rows, id__lt=first + MOST_ROWS)
    found = extra.order_by("id").values_list("id", flat=True).first()
    if found is not None:
        raise NotAsSealed(batch.id, found, _("这一行不在封存的各行之内"))


def _check_words(expected: dict[int, word_sums.Sum], helpers: list[Any]) -> None:
    """Every row is found by its number and its subject, and by nothing else."""
    stored: dict[int, word_sums.Sum] = {}
    shares = max(len(helpers), 1)
    jobs = [{"do": "words", "share": share, "shares": shares} for share in range(shares)]
    for helper, job in zip(helpers, jobs, strict=False):
        helper.ask(job)
    here = _Here(connection.vendor)
    answers = [h.answer() for h in helpers] or [word_sums.stored_sums(here, jobs[0])]
    for answer in answers:
        for batch, count, digest in answer["sums"]:
            stored[batch] = word_sums.added(stored.get(batch, word_sums.NONE), (count, digest))
    for batch, total in expected.items():
        if stored.get(batch, word_sums.NONE) != total:
            raise NotAsSealed(batch, _row_of_wrong_word(batch), _("索引与封存的内容不符"))


def _row_of_wrong_word(batch: int) -> int:
    """The first row of the first pack that is found by a wrong word, or not by a right one."""
    first = batch << ROW_BITS
    kept = Mention.objects.filter(pack__gte=first, pack__lt=first + MOST_ROWS)
    try:
        wrong = set(kept.values_list("word", "pack").iterator())
    except _UNREADABLE:
        return first
    for pack in reading.packs_of(Batch.objects.get(id=batch)):
        rows = reading.rows_of(pack, range(pack.rows))
        wrong ^= {(reading.number_word(row.external_id), pack.id) for row in rows}
        wrong ^= {(row.subject, pack.id) for row in rows if row.subject is not None}
    return int(min(pack for _word, pack in wrong))


def _check_log(entries: list[LogEntry]) -> None:
    """The root beside each entry is that of all entries up to it."""
    tree = proofs.GrowingTree()
    for entry in entries:
        tree.add(bytes(entry.leaf))
        if tree.root() != bytes(entry.root):
            raise NotAsSealed(
                None, None, _("日志第 {position} 条的根与其各条不符", position=entry.position)
            )


def _check_audit(entries: list[LogEntry]) -> None:
    trail = AuditEntry.objects.order_by("id")
    try:
        broken = audit.first_broken(trail.iterator())
    except _UNREADABLE:
        raise _unreadable(trail) from None
    if broken is not None:
        raise NotAsSealed(None, None, _("审计记录第 {id} 条被改动或其前有缺失", id=broken.id))
    for entry in entries:
        if entry.kind == "audit":
            block = json.loads(entry.body)["audit"]
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
