"""Which rows of a file share a number, also where the file comes in pieces."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from zhiheng.documents.headers import ROW


@dataclass(frozen=True)
class Shared:
    """Rows that share a number: those that say different things, with their numbers, and those
    that only say again what an earlier row said."""

    conflicting: pl.DataFrame
    repeated: pl.Series


class Numbers:
    """Collects the numbers of a file's rows and a digest of what each row says."""

    def __init__(self) -> None:
        self._seen: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame, number: str) -> None:
        """Take in rows: ``ROW``, the column ``number`` and all others."""
        said = frame.lazy().select(
            ROW, pl.col(number).alias("number"), pl.struct(pl.exclude(ROW)).hash().alias("said")
        )
        self._seen.append(said.collect())

    def shared(self) -> Shared:
        seen = pl.concat(self._seen)
        several = seen.filter(pl.col("number").is_not_null() & pl.col("number").is_duplicated())
        differ = (pl.col("said") != pl.col("said").first()).any().over("number")
        marked = several.with_columns(differ=differ, first=pl.col(ROW).first().over("number"))
        again = marked.filter(~pl.col("differ") & (pl.col(ROW) != pl.col("first")))
        return Shared(marked.filter("differ").select(ROW, "number"), again[ROW])
