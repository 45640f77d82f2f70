"""The columns of the pack table. No framework here."""

from __future__ import annotations

import polars as pl

from zhiheng.evidence import packs
from zhiheng.evidence.packs import SIZE
from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES


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
    words: dict[int, bytes],
    corrections: pl.DataFrame,
) -> pl.DataFrame:
    """The pack table's columns.

    Args:
        rows: ``pack``, ``$region``, ``$day``; the first of them begins a pack.
        texts: sealed texts, binary.
        words: for each pack the digest of its words.
        corrections: ``row``, ``supersedes``, in the order of rows.
    """
    said = summaries(rows)
    bodies = list(packs.bodies(texts))
    cut_salts, cut_leaves = _cut(salts, SIZE * SALT_BYTES), _cut(leaves, SIZE * LEAF_BYTES)
    corrected = _corrections_by_pack(corrections)
    digests = []
    for place, (pack, count, *texts_said) in enumerate(said.iter_rows()):
        parts = (
            *(text.encode() for text in texts_said),
            roots[place],
            words[pack],
            cut_salts[place],
            cut_leaves[place],
            bodies[place],
            packs.pairs(corrected.get(pack, [])),
        )
        digests.append(packs.digest((pack, batch, count), parts))
    packed = {
        "digest": digests,
        "root": roots,
        "words": [words[pack] for pack in said["pack"]],
        "salts": cut_salts,
        "leaves": cut_leaves,
        "body": bodies,
    }
    return said.select(
        pl.col("pack").alias("id"),
        pl.lit(batch, dtype=pl.Int64).alias("batch_id"),
        *("rows", "first_day", "last_day", "regions"),
        *(pl.Series(name, values, dtype=pl.Binary) for name, values in packed.items()),
    )


def _corrections_by_pack(corrections: pl.DataFrame) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for row, supersedes in corrections.iter_rows():
        found.setdefault(row - row % SIZE, []).append((row, supersedes))
    return found


def _cut(run: bytes, size: int) -> list[bytes]:
    return [run[start : start + size] for start in range(0, len(run), size)]
