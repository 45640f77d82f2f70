"""Which rows of a file share a number, also where the file comes in pieces.

Of every row only two digests are kept, 24 bytes; the numbers themselves are looked up again for
the few rows whose digests are alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from zhiheng.documents.headers import ROW


@dataclass(frozen=True)
class Shared:
    """Rows that share a number: those that say different things, with their numbers, and those
    that only say again what an earlier sound row said."""

    conflicting: pl.DataFrame
    repeated: pl.Series


class Numbers:
    """Collects a digest of each row's number, and one of what it says.

    Args:
        number: name of the column.
    """

    def __init__(self, number: str) -> None:
        self._number = number
        self._seen: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame) -> None:
        """Take in rows: ``ROW``, the number's column and all others."""
        rows = frame.lazy().filter(pl.col(self._number).is_not_null())
        said = pl.struct(pl.exclude(ROW)).hash().alias("said")
        self._seen.append(
            rows.select(ROW, pl.col(self._number).hash().alias("key"), said).collect()
        )

    def shared(self, pieces: Iterable[pl.DataFrame], faulty: pl.Series) -> Shared:
        """What `add` took in, which ``pieces`` hold once more.

        Args:
            faulty: rows that cannot be taken. An unreadable value is null, so they may look like a
                sound row, which must not be left out for their sake.
        """
        keys = pl.concat([part["key"] for part in self._seen], rechunk=True).sort()
        twice = keys.filter(keys == keys.shift(1)).unique().implode()
        alike = pl.concat([p.filter(pl.col("key").is_in(twice)).drop("key") for p in self._seen])
        several = self._with_numbers(alike, pieces).filter(pl.col("number").is_duplicated())
        differ = (pl.col("said") != pl.col("said").first()).any().over("number")
        sound = pl.when(~pl.col(ROW).is_in(faulty.implode())).then(ROW)
        marked = several.with_columns(differ=differ, first=sound.min().over("number"))
        again = marked.filter(~pl.col("differ") & (pl.col(ROW) > pl.col("first")))
        return Shared(marked.filter("differ").select(ROW, "number"), again[ROW])

    def _with_numbers(self, rows: pl.DataFrame, pieces: Iterable[pl.DataFrame]) -> pl.DataFrame:
        """Rows in their order with their numbers; those of unlike numbers may be among them."""
        found = [pl.DataFrame(schema={ROW: pl.Int64, "number": pl.String, "said": pl.UInt64})]
        for piece in pieces if len(rows) else ():
            numbers = piece.select(ROW, pl.col(self._number).alias("number"))
            found.append(numbers.join(rows, on=ROW, maintain_order="left"))
        return pl.concat(found)
