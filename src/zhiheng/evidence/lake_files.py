"""The files of the lake: one for a batch and year, the same bytes for the same rows.

Row groups are cut by the rows alone, not by how they came, so that writing from what an import
has at hand and writing from the ledger give one file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

ROW_GROUP = 1 << 17
_ONE_A_ROW = {"row", "leaf", "external_id"}
"""Columns whose values hardly repeat, so that a dictionary of them is in vain."""


@dataclass(frozen=True)
class Written:
    year: int
    rows: int
    sha256: str


class _File:
    """One file in the making, which bears its name only when it is whole."""

    def __init__(self, path: Path, partial: Path) -> None:
        self.path = path
        self.partial = partial
        self.rows = 0
        self._waiting: list[pl.DataFrame] = []
        self._writer: pq.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        self._waiting.append(frame)
        self.rows += len(frame)
        if sum(map(len, self._waiting)) >= ROW_GROUP:
            whole = pl.concat(self._waiting)
            groups = len(whole) // ROW_GROUP
            for index in range(groups):
                self._write(whole[index * ROW_GROUP : (index + 1) * ROW_GROUP])
            self._waiting = [whole[groups * ROW_GROUP :]]

    def close(self) -> None:
        rest = pl.concat(self._waiting)
        if len(rest):
            self._write(rest)
        assert self._writer is not None
        self._writer.close()

    def _write(self, frame: pl.DataFrame) -> None:
        table = frame.rechunk().to_arrow()
        if self._writer is None:
            repeating = [name for name in table.column_names if name not in _ONE_A_ROW]
            self._writer = pq.ParquetWriter(
                self.partial, table.schema, compression="zstd", use_dictionary=repeating
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)


class Making:
    """A batch's files in the making, from rows that come in the order of their ids.

    Args:
        folder: where they shall lie in the end, replacing what lies there.
        work: where they lie until then, on the same disk.
    """

    def __init__(self, folder: Path, batch: int, work: Path) -> None:
        self._folder = folder
        self._batch = batch
        self._work = work
        self._files: dict[int, _File] = {}
        self._written: list[Written] = []

    def add(self, frame: pl.DataFrame) -> None:
        years = frame["occurred_on"].dt.year()
        if years.n_unique() == 1:
            self._file(int(years[0])).add(frame)
            return
        for (year,), part in frame.group_by(years.alias("year"), maintain_order=True):
            self._file(int(str(year))).add(part)

    def _file(self, year: int) -> _File:
        if year not in self._files:
            path = self._folder / f"year={year}" / f"batch-{self._batch}.parquet"
            self._files[year] = _File(path, self._work / f"batch-{self._batch}-{year}.part")
        return self._files[year]

    def finish(self) -> list[Written]:
        """Write the files to their ends; no rows may come after."""
        for file in self._files.values():
            file.close()
        self._written = [
            Written(year, f.rows, digest(f.partial)) for year, f in sorted(self._files.items())
        ]
        return self._written

    def publish(self) -> list[Written]:
        """Put the finished files in their places."""
        for file in self._files.values():
            file.path.parent.mkdir(parents=True, exist_ok=True)
            file.partial.rename(file.path)
        return self._written


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
