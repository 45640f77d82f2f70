"""The append-only ledger: a batch is staged, written in chunks while invisible, then sealed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import IntegrityError, connection, transaction

from zhiheng.evidence import log, proofs, storage
from zhiheng.evidence.canonical import encode, personal_digest
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import MOST_ROWS, ROW_BITS, Batch, PersonalValue, Row
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.clock import now_after
from zhiheng.office.home import current
from zhiheng.office.locks import held_if_free
from zhiheng.office.progress import Progress
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError
from zhiheng.subjects.actions import withdraw_references
from zhiheng.subjects.models import SubjectReference


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


def _staged_path(batch: Batch) -> Path:
    return current().staging / f"batch-{batch.id}.parquet"


def _personal_path(batch: Batch) -> Path:
    return current().staging / f"batch-{batch.id}.personal.parquet"


def stage(batch: Batch, frame: pl.DataFrame, kind: Kind) -> None:
    """Give rows their salts, leaves and ids and keep them in the staging file.

    ``frame`` has all of `typed_fields` (personal values still as filed), ``content`` and
    ``supersedes``.
    """
    if len(frame) > MOST_ROWS:
        raise ContentError(
            "batch.size",
            _("一批最多 {most} 行，此文件有 {rows} 行。", most=MOST_ROWS, rows=len(frame)),
            _("请拆成几个文件。"),
        )
    ids = pl.Series("id", range(len(frame)), dtype=pl.Int64) + (batch.id << ROW_BITS)
    frame, personal = _seal_persons(frame, ids, kind)
    canonical = encode(frame, kind)
    salts = proofs.new_salts(len(frame))
    leaves = proofs.leaf_hashes((text.encode() for text in canonical), salts)
    staged = frame.select(
        ids,
        pl.lit(batch.id, dtype=pl.Int64).alias("batch_id"),
        pl.col("$kind").alias("kind"),
        pl.col("$source").alias("source"),
        pl.col("$id").alias("external_id"),
        pl.col("$type").alias("record_type"),
        pl.col("$subject").alias("subject"),
        pl.col("$region").alias("region"),
        pl.col("$day").alias("occurred_on"),
        canonical.cast(pl.Binary),
        "content",
        pl.Series("salt", salts, dtype=pl.Binary),
        pl.Series("leaf", leaves, dtype=pl.Binary),
        "supersedes",
    )
    personal.write_parquet(_personal_path(batch))
    partial = _staged_path(batch).with_suffix(".part")
    staged.write_parquet(partial)
    partial.rename(_staged_path(batch))


def _seal_persons(
    frame: pl.DataFrame, ids: pl.Series, kind: Kind
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Personal values replaced by salted digests, and the values beside them."""
    parts = [
        pl.DataFrame(
            schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "salt": pl.Binary}
        )
    ]
    for column in kind.personal_columns:
        values = frame[column.name]
        given = values.is_not_null()
        salts = proofs.new_salts(int(given.sum()))
        filed = values.filter(given)
        digests = [personal_digest(salt, value) for salt, value in zip(salts, filed, strict=True)]
        sealed = pl.Series(column.name, [None] * len(frame), dtype=pl.String)
        frame = frame.with_columns(sealed.scatter(given.arg_true(), digests))
        parts.append(
            pl.DataFrame(
                {
                    "row": ids.filter(given),
                    "column": [column.name] * len(filed),
                    "value": filed,
                    "salt": pl.Series(salts, dtype=pl.Binary),
                }
            )
        )
    return frame, pl.concat(parts)


def commit(batch: Batch, actor: Actor, progress: Progress) -> None:
    """Write what is staged, from wherever an earlier attempt stopped, and seal the batch."""
    staged = pl.read_parquet(_staged_path(batch))
    done = Row.objects.filter(batch=batch).count()
    progress.start(len(staged) - done, _("写入台账"))
    recorded_at = connection.ops.adapt_datetimefield_value(batch.recorded_at)
    columns = list(storage.ROW_COLUMNS)
    rows = staged.with_columns(pl.lit(None).alias("recorded_at")).select(columns)
    at = columns.index("recorded_at")
    for start in range(done, len(rows), storage.CHUNK):
        part = rows[start : start + storage.CHUNK]
        filled = ((*row[:at], recorded_at, *row[at + 1 :]) for row in part.iter_rows())
        storage.insert("evidence_row", columns, filled)
        progress.step(len(part))
    personal = pl.read_parquet(_personal_path(batch))
    _write_personal(batch, personal)
    _seal(batch, actor, [bytes(leaf) for leaf in staged["leaf"]])
    _forget_staged(batch)


def _write_personal(batch: Batch, personal: pl.DataFrame) -> None:
    first = batch.id << ROW_BITS
    PersonalValue.objects.filter(row__gte=first, row__lt=first + MOST_ROWS).delete()
    for start in range(0, len(personal), storage.CHUNK):
        part = personal[start : start + storage.CHUNK].select(storage.PERSONAL_COLUMNS)
        storage.insert("evidence_personalvalue", storage.PERSONAL_COLUMNS, part.iter_rows())


@transaction.atomic
def _seal(batch: Batch, actor: Actor, leaves: list[bytes]) -> None:
    batch.rows = len(leaves)
    batch.root = proofs.root(leaves).hex()
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
    first = batch.id << ROW_BITS
    Row.objects.filter(batch=batch).delete()
    PersonalValue.objects.filter(row__gte=first, row__lt=first + MOST_ROWS).delete()
    batch.state = Batch.State.DROPPED
    batch.save(update_fields=["state"])
    _forget_staged(batch)


def _forget_staged(batch: Batch) -> None:
    for path in current().staging.glob(f"batch-{batch.id}.*"):
        if path != lock_path(batch):
            path.unlink(missing_ok=True)


def recover(actor: Actor, progress: Progress) -> list[tuple[int, str]]:
    """Finish or drop what a killed import left behind; says which batch ended how.

    A batch whose rows were all checked and staged is resumed; one killed before that is dropped.
    """
    outcomes = []
    for batch in Batch.objects.filter(state=Batch.State.OPEN).order_by("id"):
        with held_if_free(lock_path(batch)) as free:
            if not free:
                continue
            if _staged_path(batch).exists():
                commit(batch, actor, progress)
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
    withdraw_references(actor, brought, set(used.values_list("subject", flat=True).distinct()))
