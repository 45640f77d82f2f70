"""Checked rows made ready for the record: salted, hashed, packed, and as the lake has them."""

from __future__ import annotations

import os
from dataclasses import dataclass

import polars as pl

from zhiheng.evidence import hashing, postings, proofs
from zhiheng.evidence.canonical import encode, personal_digest, with_days
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import Batch
from zhiheng.evidence.pack_columns import pack_columns
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS, SIZE
from zhiheng.evidence.postings import Postings
from zhiheng.evidence.projection import typed
from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


@dataclass(frozen=True)
class Sealed:
    """Rows of a batch in the forms in which they are kept.

    Attributes:
        packs: their packs, in the columns of the pack table.
        roots: the root of each pack.
        postings: by which words the packs are found.
        corrections: ``row``, ``supersedes``.
        persons: ``row``, ``column``, ``value``, ``salt``.
        typed: the rows as the lake has them.
    """

    packs: pl.DataFrame
    roots: list[bytes]
    postings: Postings
    corrections: pl.DataFrame
    persons: pl.DataFrame
    typed: pl.DataFrame


def seal_rows(batch: Batch, frame: pl.DataFrame, kind: Kind, first: int) -> Sealed:
    """Give rows their salts, leaves and ids.

    Args:
        frame: all of `typed_fields` (personal values still as filed) and ``supersedes``.
        first: their first position in the batch, where a pack begins.

    Raises:
        ContentError: ``batch.size``.
    """
    if first + len(frame) > MOST_ROWS:
        raise ContentError(
            "batch.size",
            _("一批最多 {most} 行，此文件有 {rows} 行。", most=MOST_ROWS, rows=first + len(frame)),
            _("请拆成几个文件。"),
        )
    ids = pl.int_range(first, first + len(frame), eager=True).alias("row") + (batch.id << ROW_BITS)
    frame, persons = _seal_persons(frame, ids, kind)
    texts = encode(frame, kind).cast(pl.Binary)
    salts = os.urandom(SALT_BYTES * len(frame))
    leaves = hashing.leaves(texts, salts)
    roots = hashing.roots(leaves, SIZE)
    places = pl.DataFrame(
        {"row": ids, "leaf": hashing.fixed(leaves, LEAF_BYTES), "supersedes": frame["supersedes"]}
    )
    corrections = places.select("row", "supersedes").drop_nulls()
    rows = frame.with_columns((ids - ids % SIZE).alias("pack"))
    found_by = postings.postings_of(rows["pack"], rows["$id"], rows["$subject"])
    digests = postings.digests(found_by)
    return Sealed(
        pack_columns(batch.id, rows, texts, salts, leaves, roots, digests, corrections),
        roots,
        found_by,
        corrections,
        persons,
        typed(with_days(frame, kind), places, batch.id, batch.recorded_at, kind),
    )


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
