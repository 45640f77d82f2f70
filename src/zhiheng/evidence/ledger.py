"""The append-only ledger: a batch is staged, written in chunks while invisible, then sealed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Self

import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import Max

from zhiheng.evidence import lake, lake_files, log, proofs, staging, storage
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import MOST_ROWS, ROW_BITS, Batch, PersonalValue, Row
from zhiheng.evidence.staging import Part
from zhiheng.evidence.workers import Worker
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.clock import now_after
from zhiheng.office.home import current
from zhiheng.office.locks import held, held_if_free
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError
from zhiheng.subjects.actions import withdraw_references
from zhiheng.subjects.models import SubjectReference

_DROPPED_AT_ONCE = 10_000
_STAGED_AT_ONCE = 1 << 15
"""Rows of a part: so few that the helper soon has something to write."""


def moment() -> datetime:
    """When a batch that is opened now counts as recorded: whole seconds, never before another."""
    last = Batch.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    return now_after(last).replace(microsecond=0)


def open_batch(batch: Batch) -> Batch:
    """Open a batch; only one may be open for a kind and source.

    Raises:
        ConflictError: ``batch.open``.
    """
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as error:
        raise ConflictError(
            "batch.open",
            _("{source} 的“{kind}”正在导入另一个文件。", source=batch.source, kind=batch.kind),
            _("请等它完成后再试。"),
        ) from error
    return batch


def lock_path(batch: Batch) -> Path:
    """Whoever works on the batch holds this lock, so that recovery tells the living from dead."""
    return current().staging / f"batch-{batch.id}.lock"


class Writing:
    """Stages an open batch part by part and writes it, and at last seals it.

    A small batch is written when it is whole. A big one is written by a helper process while the
    next part is still being staged; killed meanwhile, it is dropped.

    Args:
        lock: descriptor of the batch's lock, which the helper holds too.
        expected: how many rows there may be; for many the helper is called before the first.
    """

    def __init__(self, batch: Batch, lock: int, progress: Progress, expected: int) -> None:
        self._batch = batch
        self._lock = lock
        self._progress = progress
        self._expected = expected
        self._waiting: list[Part] = []
        self._worker: Worker | None = None
        self._written = _written(batch)
        self._tree = proofs.Tree()
        self._lake: lake_files.Making | None = None
        self.rows = 0

    def __enter__(self) -> Self:
        if self._expected >= storage.BULK:
            self._worker = storage.worker(self._lock)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._worker is not None:
            self._worker.__exit__(*exception)

    def add(self, frame: pl.DataFrame, kind: Kind) -> None:
        """Stage these rows and have them written.

        Rows are put in the order of their subjects: so the index by subject grows in few places.
        """
        if self._lake is None:
            self._lake = lake.making(current(), self._batch, staging.folder(self._batch))
        for frame_of_part in frame.sort("$subject", maintain_order=True).iter_slices(
            _STAGED_AT_ONCE
        ):
            staged = staging.stage(self._batch, frame_of_part, kind, self.rows)
            self._take(staged.part, staged.leaves)
            self._lake.add(staged.typed)

    def _take(self, part: Part, leaves: list[bytes]) -> None:
        self.rows += part.rows
        self._waiting.append(part)
        if self._worker is not None:
            self._hand_over(self._worker)
        self._tree.add(leaves)

    def _hand_over(self, worker: Worker) -> None:
        """Leave the writing of what waits to the helper."""
        for part in self._waiting:
            job = {"do": "append", "table": Row._meta.db_table, "path": str(part.path)}
            worker.ask(job | {"skip": self._skip(part)})
        self._waiting.clear()

    def _skip(self, part: Part) -> int:
        return min(max(self._written - part.first, 0), part.rows)

    def resume(self) -> None:
        """Take up everything that an import staged before it was killed."""
        for part in staging.parts(self._batch):
            self._take(part, pl.read_parquet(part.path, columns=["leaf"])["leaf"].to_list())

    def seal(self, actor: Actor) -> None:
        """Wait until all is written, then give the batch its root and its place in the log."""
        staging.complete(self._batch)
        self._progress.start(self.rows - self._written, _("写入台账"))
        while self._worker is not None and self._worker.waiting:
            self._progress.step(self._worker.answer()["rows"])
        for part in self._waiting:
            frame = pl.read_parquet(part.path)[self._skip(part) :]
            storage.insert_frame(Row._meta.db_table, frame)
            self._progress.step(len(frame))
        _write_personal(self._batch)
        _seal(self._batch, actor, self.rows, self._tree.root())
        with held(lake.lock_path(current())):
            if self._lake is None:
                lake.write_batch(current(), self._batch)
            else:
                lake.publish(self._batch, self._lake)
        staging.forget(self._batch)


def write_whole(batch: Batch, lock: int, frame: pl.DataFrame, kind: Kind, actor: Actor) -> None:
    """Stage, write and seal a batch that is at hand whole; see `Writing`."""
    with Writing(batch, lock, Silent(), len(frame)) as writing:
        writing.add(frame, kind)
        writing.seal(actor)


def ids(batch: Batch) -> tuple[int, int]:
    """Ids that rows of the batch may have: from the first to before the second."""
    first = batch.id << ROW_BITS
    return first, first + MOST_ROWS


def _written(batch: Batch) -> int:
    """How many rows of the batch the ledger has: they are its first."""
    first, end = ids(batch)
    last = Row.objects.filter(id__gte=first, id__lt=end).aggregate(last=Max("id"))["last"]
    return 0 if last is None else int(last) - first + 1


def _write_personal(batch: Batch) -> None:
    first, end = ids(batch)
    PersonalValue.objects.filter(row__gte=first, row__lt=end).delete()
    for part in staging.parts(batch):
        if part.personal.exists():
            frame = pl.read_parquet(part.personal).select(storage.PERSONAL_COLUMNS)
            storage.insert_frame(PersonalValue._meta.db_table, frame)


@transaction.atomic
def _seal(batch: Batch, actor: Actor, rows: int, root: bytes) -> None:
    batch.rows = rows
    batch.root = root.hex()
    batch.state = Batch.State.SEALED
    batch.save(update_fields=["rows", "root", "state", "outcome"])
    audit.record(
        actor,
        "evidence.import",
        f"batch {batch.id}",
        {"kind": batch.kind, "source": batch.source, "file": batch.file_hash, "rows": batch.rows},
    )
    log.append(batch)


def drop(batch: Batch) -> None:
    """Take back a batch that was never sealed, whole."""
    first, end = ids(batch)
    for start in range(first, first + _written(batch), _DROPPED_AT_ONCE):
        Row.objects.filter(id__gte=start, id__lt=start + _DROPPED_AT_ONCE).delete()
    PersonalValue.objects.filter(row__gte=first, row__lt=end).delete()
    batch.state = Batch.State.DROPPED
    batch.save(update_fields=["state"])
    staging.forget(batch)


def recover(actor: Actor, progress: Progress) -> list[tuple[int, str]]:
    """Finish or drop what a killed import left behind; says which batch ended how.

    A batch whose rows were all checked and staged is resumed; one killed before that is dropped.
    """
    outcomes = []
    staging.sweep()
    for batch in Batch.objects.filter(state=Batch.State.OPEN).order_by("id"):
        with held_if_free(lock_path(batch)) as lock:
            if lock is None:
                continue
            if staging.is_complete(batch):
                staged = sum(part.rows for part in staging.parts(batch))
                with Writing(batch, lock, progress, staged) as writing:
                    writing.resume()
                    writing.seal(actor)
                outcomes.append((batch.id, "resumed"))
            else:
                drop(batch)
                outcomes.append((batch.id, "dropped"))
    _withdraw_references(actor)
    return outcomes


def _withdraw_references(actor: Actor) -> None:
    """What dropped batches brought and no row uses waits for nobody's judgement.

    An import that is under way may yet use it: then nothing is withdrawn this time.
    """
    if Batch.objects.filter(state=Batch.State.OPEN).exists():
        return
    dropped = Batch.objects.filter(state=Batch.State.DROPPED).values("id")
    brought = SubjectReference.objects.filter(first_batch__in=dropped)
    used = Row.objects.filter(subject__in=brought.values("ref"))
    names = used.values_list("subject", flat=True).distinct()
    withdraw_references(actor, brought, {name for name in names if name is not None})
