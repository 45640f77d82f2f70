"""The columns of the pack table, and the words by which packs are found. No framework here."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from zhiheng.evidence import packs
from zhiheng.evidence.packs import SIZE
from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES


def words_of(pack: pl.Series, number: pl.Series, subject: pl.Series) -> pl.DataFrame:
    """The words by which rows are found, each once a pack: see `models.Mention`."""
    rows = pl.DataFrame({"pack": pack, "number": number, "subject": subject})
    numbers = rows.select((pl.lit("#") + pl.col("number")).alias("word"), "pack")
    # Rows of one subject mostly lie side by side.
    changed = pl.col("subject").ne_missing(pl.col("subject").shift()) | (
        pl.col("pack") != pl.col("pack").shift()
    )
    subjects = rows.filter(changed.fill_null(True)).select(pl.col("subject").alias("word"), "pack")
    return pl.concat([numbers.unique(), subjects.drop_nulls().unique()])


def summaries(rows: pl.DataFrame) -> pl.DataFrame:
    """What packs say of their rows so that they can be passed over.

    Args:
        rows: ``pack``, ``$region``, ``$day`` (ISO text), in the order of packs.
    """
    regions = pl.col("$region").drop_nulls().unique().sort()
    return rows.group_by("pack", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("$day").min().alias("first_day"),
        pl.col("$day").max().alias("last_day"),
        (pl.lit(" ") + regions.str.join(" ") + pl.lit(" ")).first().alias("regions"),
    )


def pack_columns(
    batch: int,
    rows: pl.DataFrame,
    texts: pl.Series,
    salts: bytes,
    leaves: bytes,
    roots: list[bytes],
) -> pl.DataFrame:
    """The pack table's columns.

    Args:
        rows: ``pack``, ``$region``, ``$day``; the first of them begins a pack.
        texts: sealed texts, binary.
    """
    said = summaries(rows)
    bodies = list(packs.bodies(texts))
    packed = {
        "digest": [packs.digest(body) for body in bodies],
        "root": roots,
        "salts": list(_cut(salts, SIZE * SALT_BYTES)),
        "leaves": list(_cut(leaves, SIZE * LEAF_BYTES)),
        "body": bodies,
    }
    return said.select(
        pl.col("pack").alias("id"),
        pl.lit(batch, dtype=pl.Int64).alias("batch_id"),
        *("rows", "first_day", "last_day", "regions"),
        *(pl.Series(name, values, dtype=pl.Binary) for name, values in packed.items()),
    )


def _cut(run: bytes, size: int) -> Iterator[bytes]:
    return (run[start : start + size] for start in range(0, len(run), size))
