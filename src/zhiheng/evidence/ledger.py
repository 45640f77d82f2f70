"""The append-only ledger: a batch is written pack by pack while invisible, then sealed."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from django.db import IntegrityError, transaction

from zhiheng.evidence import hashing, lake, lake_files, log, postings, word_index
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import Batch, Correction, Pack, PersonalValue
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS, SIZE
from zhiheng.evidence.postings import Postings
from zhiheng.evidence.sealing import Sealed, seal_rows
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.clock import now_after
from zhiheng.office.home import current
from zhiheng.office.inserting import insert
from zhiheng.office.locks import held, held_if_free
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError
from zhiheng.subjects.actions import withdraw_references
from zhiheng.subjects.models import SubjectReference

_PART = 32 * SIZE
"""Rows that are sealed and written at once: a transaction of about two tenths of a second, after
which sealing the next part leaves everybody who waits for the record time to have it."""
_MOST_WAITING = 2
"""Parts that wait to be written into the lake's file beside the next one's sealing."""


def moment() -> datetime:
    """When a batch that is opened now counts as recorded: whole seconds, never before another."""
    last = Batch.objects.order_by("-id").values_list("recorded_at", flat=True).first()
    return now_after(last).replace(microsecond=0)


@contextmanager
def open_batch(batch: Batch) -> Iterator[Batch]:
    """Open a batch and hold its lock while the block runs; a kind and source have one at a time.

    Left by an exception the batch stays open, like that of a killed process; `recover` drops such
    ones, and is called here where one stands in the way.

    Raises:
        ConflictError: ``batch.open``.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_open(batch))
        except IntegrityError:
            recover(Actor.system())
            stack.enter_context(_open_at_last(batch))
        yield batch


def _open_at_last(batch: Batch) -> ExitStack:
    try:
        return _open(batch)
    except IntegrityError as error:
        raise ConflictError(
            "batch.open",
            _("{source} 的“{kind}”正在导入另一个文件。", source=batch.source, kind=batch.kind),
            _("请等它完成后再试。"),
        ) from error


def _open(batch: Batch) -> ExitStack:
    """Its lock, held before anybody sees the batch: nobody takes it for a dead one."""
    with ExitStack() as stack:
        with transaction.atomic():
            batch.save(force_insert=True)
            stack.enter_context(held(lock_path(batch)))
        return stack.pop_all()


def lock_path(batch: Batch) -> Path:
    """Whoever works on the batch holds this lock, so that recovery tells the living from dead."""
    return current().staging / f"batch-{batch.id}.lock"


class Writing:
    """Writes an open batch part by part and at last seals it; killed meanwhile, it is dropped.

    While a part is written into the record, the next one is sealed beside it, and the one before
    goes into the lake's file.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._rest: pl.DataFrame | None = None
        self._roots: list[bytes] = []
        self._packs = sha256()
        self._postings: list[Postings] = []
        self._sealer, self._lake_writer = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._sealing: deque[Future[Sealed]] = deque()
        self._laking: deque[Future[None]] = deque()
        self._lake: lake_files.Making | None = None
        self._given = 0
        self.rows = 0

    def add(self, frame: pl.DataFrame, kind: Kind) -> None:
        """Write these rows, but for those that make no whole pack yet.

        Rows of a subject are put side by side, so that it is found in few packs.
        """
        self.rows += len(frame)
        subjects = postings.hashed(frame["$subject"].fill_null(""))
        ordered = frame[np.argsort(subjects, kind="stable")]
        rows = ordered if self._rest is None else pl.concat([self._rest, ordered])
        whole = len(rows) - len(rows) % SIZE
        self._rest = rows[whole:]
        for part in rows[:whole].iter_slices(_PART):
            self._give(part, kind)

    def _give(self, part: pl.DataFrame, kind: Kind) -> None:
        self._sealing.append(self._sealer.submit(seal_rows, self._batch, part, kind, self._given))
        self._given += len(part)
        if len(self._sealing) > 1:
            self._take()

    def _take(self) -> None:
        """Write the part that was sealed first."""
        sealed = self._sealing.popleft().result()
        self._roots += sealed.roots
        for digest in sealed.packs["digest"]:
            self._packs.update(digest)
        _insert(sealed)
        self._postings.append(sealed.postings)
        if sum(map(len, self._postings)) >= word_index.MOST_WAITING:
            word_index.add(self._batch.id, self._postings)
            self._postings = []
        if self._lake is None:
            _folder(self._batch).mkdir(exist_ok=True)
            self._lake = lake.making(current(), self._batch, _folder(self._batch))
        self._laking.append(self._lake_writer.submit(self._lake.add, sealed.typed))
        if len(self._laking) > _MOST_WAITING:
            self._laking.popleft().result()

    def seal(self, actor: Actor, kind: Kind) -> None:
        """Write what is left, then give the batch its root and its place in the log."""
        if self._rest is not None and len(self._rest):
            self._give(self._rest, kind)
        while self._sealing:
            self._take()
        while self._laking:
            self._laking.popleft().result()
        self._sealer.shutdown()
        self._lake_writer.shutdown()
        if self._postings:
            word_index.add(self._batch.id, self._postings)
        assert self._lake is not None
        self._batch.rows = self.rows
        self._batch.root = hashing.root(b"".join(self._roots)).hex()
        self._batch.packs_digest = self._packs.hexdigest()
        self._batch.lake_digests = {str(w.year): w.sha256 for w in self._lake.finish()}
        _seal(self._batch, actor)
        with held(lake.lock_path(current())):
            lake.publish(self._batch, self._lake)
        _forget(self._batch)


def write_whole(batch: Batch, frame: pl.DataFrame, kind: Kind, actor: Actor) -> None:
    """Write and seal a batch that is at hand whole; see `Writing`."""
    writing = Writing(batch)
    writing.add(frame, kind)
    writing.seal(actor, kind)


@transaction.atomic
def _insert(sealed: Sealed) -> None:
    for model, frame in (
        (Pack, sealed.packs),
        (Correction, sealed.corrections),
        (PersonalValue, sealed.persons),
    ):
        if len(frame):
            insert(model._meta.db_table, frame.columns, frame.iter_rows())


@transaction.atomic
def _seal(batch: Batch, actor: Actor) -> None:
    batch.state = Batch.State.SEALED
    batch.save(update_fields=["rows", "root", "packs_digest", "lake_digests", "state", "outcome"])
    audit.record(
        actor,
        "evidence.import",
        f"batch {batch.id}",
        {"kind": batch.kind, "source": batch.source, "file": batch.file_hash, "rows": batch.rows},
    )
    log.append(batch)
    word_index.keep(batch.id)


def ids(batch: Batch) -> tuple[int, int]:
    """Ids that rows of the batch may have: from the first to before the second."""
    first = batch.id << ROW_BITS
    return first, first + MOST_ROWS


def drop(batch: Batch) -> None:
    """Take back a batch that was never sealed, whole."""
    first, end = ids(batch)
    with transaction.atomic():
        word_index.drop(batch.id)
        Pack.objects.filter(id__gte=first, id__lt=end).delete()
        Correction.objects.filter(row__gte=first, row__lt=end).delete()
        PersonalValue.objects.filter(row__gte=first, row__lt=end).delete()
        batch.state = Batch.State.DROPPED
        batch.save(update_fields=["state"])
    _forget(batch)


def recover(actor: Actor) -> list[int]:
    """Drop what killed imports left behind; returns the batches that were dropped."""
    _sweep()
    dropped = []
    for batch in Batch.objects.filter(state=Batch.State.OPEN).order_by("id"):
        with held_if_free(lock_path(batch)) as lock:
            # It may have been sealed since it was listed.
            if lock is not None and _is_open(batch):
                drop(batch)
                dropped.append(batch.id)
    _withdraw_references(actor)
    return dropped


def _is_open(batch: Batch) -> bool:
    return Batch.objects.filter(id=batch.id, state=Batch.State.OPEN).exists()


def _folder(batch: Batch) -> Path:
    return current().staging / f"batch-{batch.id}"


def _forget(batch: Batch) -> None:
    shutil.rmtree(_folder(batch), ignore_errors=True)


def _sweep() -> None:
    """Take away what was left of batches that are no longer open: files of the lake in the making,
    and locks that a killed import held until it died."""
    left = list(current().staging.glob("batch-*"))
    states = Batch.objects.filter(state=Batch.State.OPEN).values_list("id", flat=True)
    wanted = {f"batch-{batch}" for batch in states}
    for path in left:
        if path.stem in wanted:
            continue
        with held_if_free(path.with_suffix(".lock")) as lock:
            # One that was just sealed is still being put into the lake by whoever holds it.
            if lock is not None and path.suffix != ".lock":
                shutil.rmtree(path, ignore_errors=True)


def _withdraw_references(actor: Actor) -> None:
    """What dropped batches brought and no row uses waits for nobody's judgement.

    An import that is under way may yet use it: then nothing is withdrawn this time.
    """
    if Batch.objects.filter(state=Batch.State.OPEN).exists():
        return
    dropped = Batch.objects.filter(state=Batch.State.DROPPED).values("id")
    brought = SubjectReference.objects.filter(first_batch__in=dropped)
    used = word_index.mentioned(set(brought.values_list("ref", flat=True)))
    withdraw_references(actor, brought, used)
