"""One number for all the words by which a batch's packs are found, in whatever order they come.

So the words that are kept are held to those that the rows say, without sorting either. No
framework here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import polars as pl

from zhiheng.evidence.packs import ROW_BITS, SIZE

Sum = tuple[int, int]
"""How many words, and their digests joined by exclusive or."""
NONE: Sum = (0, 0)

_BYTES = {"sqlite": "CAST(word AS blob)", "postgresql": "convert_to(word, 'UTF8')"}
"""A text as bytes: a damaged one may be no text any more."""
_WORDS = "SELECT {word}, pack FROM evidence_mention WHERE pack / {size} % {shares} = {share}"
_SCHEMA = {"word": pl.Binary, "pack": pl.Int64}


class Record(Protocol):
    @property
    def vendor(self) -> str: ...

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]: ...


def added(one: Sum, other: Sum) -> Sum:
    return one[0] + other[0], one[1] ^ other[1]


def sum_of(words: pl.DataFrame) -> Sum:
    """The sum of words (binary) with their packs."""
    if words.is_empty():
        return NONE
    digests = words.select(pl.struct("word", "pack").hash().bitwise_xor())
    return len(words), int(digests.item())


def stored_sums(record: Record, job: dict[str, Any]) -> dict[str, Any]:
    """The sums of the words that are kept, by batch.

    Args:
        job: ``share`` of ``shares``: which part of them.
    """
    sql = _WORDS.format(word=_BYTES[record.vendor], size=SIZE, **_share(job))
    sums: dict[int, Sum] = {}
    for part in record.rows(sql):
        columns = zip(*part, strict=True)
        words = pl.DataFrame(dict(zip(_SCHEMA, columns, strict=True)), schema=_SCHEMA)
        by_batch = words.group_by(pl.col("pack").alias("batch") // (1 << ROW_BITS)).agg(
            pl.len(), pl.struct("word", "pack").hash().bitwise_xor()
        )
        for batch, count, digest in by_batch.iter_rows():
            sums[batch] = added(sums.get(batch, NONE), (count, digest))
    return {"sums": [(batch, *total) for batch, total in sums.items()]}


def _share(job: dict[str, Any]) -> dict[str, int]:
    return {"share": int(job["share"]), "shares": int(job["shares"])}
