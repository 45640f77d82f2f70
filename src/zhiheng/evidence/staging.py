"""Checked rows on their way into the ledger: salted, hashed, and kept in the home part by part.

A part that was staged is never made again, since its salts could not be; so whatever of it the
ledger has already is its beginning.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from zhiheng.evidence import proofs
from zhiheng.evidence.canonical import encode, personal_digest, with_days
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import MOST_ROWS, ROW_BITS, Batch
from zhiheng.evidence.projection import typed
from zhiheng.office.home import current
from zhiheng.office.locks import held_if_free
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_COMPLETE = "complete"


@dataclass(frozen=True)
class Part:
    """Rows of a batch from its ``first`` on, ready for the row table; persons beside them."""

    first: int
    rows: int
    path: Path

    @property
    def personal(self) -> Path:
        return self.path.with_name(self.path.name.replace("rows", "persons"))


def folder(batch: Batch) -> Path:
    return current().staging / f"batch-{batch.id}"


@dataclass(frozen=True)
class Staged:
    """A part that was just staged, with its leaves and its rows as the lake has them."""

    part: Part
    leaves: list[bytes]
    typed: pl.DataFrame


def stage(batch: Batch, frame: pl.DataFrame, kind: Kind, first: int) -> Staged:
    """Give rows their salts, leaves and ids and keep them as the batch's next part.

    ``frame`` has all of `typed_fields` (personal values still as filed) and ``supersedes``.
    """
    if first + len(frame) > MOST_ROWS:
        raise ContentError(
            "batch.size",
            _("一批最多 {most} 行，此文件有 {rows} 行。", most=MOST_ROWS, rows=first + len(frame)),
            _("请拆成几个文件。"),
        )
    ids = pl.int_range(first, first + len(frame), eager=True).alias("id") + (batch.id << ROW_BITS)
    frame, personal = _seal_persons(frame, ids, kind)
    canonical = encode(frame, kind).cast(pl.Binary)
    salts = proofs.new_salts(len(frame))
    leaves = proofs.leaf_hashes(canonical.to_list(), salts)
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
        pl.lit(batch.recorded_at).cast(pl.Datetime("us", "UTC")).alias("recorded_at"),
        canonical,
        pl.Series("salt", salts, dtype=pl.Binary),
        pl.Series("leaf", leaves, dtype=pl.Binary),
        "supersedes",
    )
    part = Part(first, len(staged), folder(batch) / f"rows-{first:08d}.parquet")
    part.path.parent.mkdir(exist_ok=True)
    if len(personal):
        personal.write_parquet(part.personal)
    partial = part.path.with_suffix(".part")
    staged.write_parquet(partial, compression="lz4", statistics=False)
    partial.rename(part.path)
    places = staged.select(pl.col("id").alias("row"), "leaf", "supersedes")
    said = with_days(frame, kind)
    return Staged(part, leaves, typed(said, places, batch.id, batch.recorded_at, kind))


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


def complete(batch: Batch) -> None:
    """Say that the batch has no more parts to come: from now on it can be resumed."""
    (folder(batch) / _COMPLETE).touch()


def is_complete(batch: Batch) -> bool:
    return (folder(batch) / _COMPLETE).exists()


def parts(batch: Batch) -> list[Part]:
    """What was staged of the batch, in the order of its rows."""
    return [
        Part(int(path.stem.removeprefix("rows-")), pq.read_metadata(path).num_rows, path)
        for path in sorted(folder(batch).glob("rows-*.parquet"))
    ]


def sweep() -> None:
    """Take away what was left of batches that are no longer open: parts, and locks that a killed
    import held until it died."""
    left = list(current().staging.glob("batch-*"))
    states = Batch.objects.filter(state=Batch.State.OPEN).values_list("id", flat=True)
    wanted = {f"batch-{batch}" for batch in states}
    for path in left:
        if path.stem in wanted:
            continue
        if path.suffix == ".lock":
            with held_if_free(path):
                pass
        else:
            shutil.rmtree(path, ignore_errors=True)


def forget(batch: Batch) -> None:
    shutil.rmtree(folder(batch), ignore_errors=True)
