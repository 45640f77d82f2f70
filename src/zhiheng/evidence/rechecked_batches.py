"""Batches recomputed row by row, by helper processes where there is much of it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from zhiheng.evidence import proofs
from zhiheng.evidence.intact import NotAsSealed
from zhiheng.evidence.models import Batch, Pack
from zhiheng.evidence.noted_files import NotedFiles, row_in_lake, unreadable_in_lake
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS
from zhiheng.evidence.rechecking import recheck_rows
from zhiheng.evidence.stored_packs import BLOCK
from zhiheng.evidence.workers import Worker
from zhiheng.office.progress import Progress
from zhiheng.office.words import _

BULK = 50_000
"""Rows from which on starting helper processes pays."""
_AT_ONCE = 4_000
_WAITING = 2
"""Jobs that each helper has in hand, so that none waits for the next."""


@dataclass(frozen=True)
class OwnConnection:
    """The record through this process's own connection, for what is too little to share out."""

    vendor: str

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while part := cursor.fetchmany(_AT_ONCE):
                yield part


def rechecked(
    batches: Sequence[tuple[Batch, list[Path]]], files: NotedFiles, progress: Progress
) -> Iterator[Batch]:
    """The batches again, in the same order, each once all its rows were found to be as sealed.

    Args:
        batches: with their files in the lake.

    Raises:
        NotAsSealed: the first row that is not.
    """
    with ExitStack() as stack:
        helpers = _helpers(sum(batch.rows for batch, _paths in batches), stack)
        yield from _in_turn(batches, helpers, files, progress)


def _helpers(rows: int, stack: ExitStack) -> list[Worker]:
    if rows < BULK:
        return []
    count = min(os.cpu_count() or 1, max(rows // BLOCK, 1))
    return [stack.enter_context(Worker()) for _number in range(count)]


def _in_turn(
    batches: Sequence[tuple[Batch, list[Path]]],
    helpers: list[Worker],
    files: NotedFiles,
    progress: Progress,
) -> Iterator[Batch]:
    waiting: deque[tuple[Batch, dict[str, Any], Worker | None, bool]] = deque()
    roots: list[bytes] = []
    given = 0

    def take() -> Iterator[Batch]:
        batch, job, helper, last = waiting.popleft()
        answer = helper.answer() if helper is not None else _here(job)
        roots.append(_root_of(batch, job, answer))
        progress.step(job["end"] - job["start"])
        if last:
            if batch.rows and proofs.root(roots).hex() != batch.root:
                only = batch.id << ROW_BITS if batch.rows == 1 else None
                raise NotAsSealed(batch.id, only, _("各行与这一批的根不符"))
            roots.clear()
            refuse_extra_rows(batch)
            files.refuse_changed(batch, _jobs(batch, []))
            yield batch

    for batch, paths in batches:
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
    return recheck_rows(OwnConnection(connection.vendor), job)


def _jobs(batch: Batch, paths: list[Path]) -> Iterator[dict[str, Any]]:
    first = batch.id << ROW_BITS
    for start in range(first, first + max(batch.rows, 1), BLOCK):
        yield {
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


def refuse_extra_rows(batch: Batch) -> None:
    """Raises `NotAsSealed` where a batch has packs after its last row."""
    first = batch.id << ROW_BITS
    extra = Pack.objects.filter(id__gte=first + batch.rows, id__lt=first + MOST_ROWS)
    found = extra.order_by("id").values_list("id", flat=True).first()
    if found is not None:
        raise NotAsSealed(batch.id, found, _("这一行不在封存的各行之内"))
