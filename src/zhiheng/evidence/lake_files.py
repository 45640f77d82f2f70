"""The files of the lake: one for a batch and year, the same bytes for the same rows.

Row groups are cut by the rows alone, not by how they came, so that writing from what an import
has at hand and writing from the ledger give one file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

ROW_GROUP = 1 << 17


@dataclass(frozen=True)
class Written:
    year: int
    path: Path
    rows: int
    sha256: str


class _File:
    """One file in the making, which bears its name only when it is whole."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.partial = path.with_suffix(".part")
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
            self._writer = pq.ParquetWriter(self.partial, table.schema, compression="zstd")
        self._writer.write_table(table, row_group_size=ROW_GROUP)


def write(folder: Path, batch: int, frames: Iterable[pl.DataFrame]) -> list[Written]:
    """Write a batch's rows, given in the order of their ids, replacing what lies there."""
    files: dict[int, _File] = {}
    for frame in frames:
        for (year,), part in frame.group_by(pl.col("occurred_on").dt.year(), maintain_order=True):
            if year not in files:
                path = folder / f"year={year}" / f"batch-{batch}.parquet"
                files[int(str(year))] = _File(path)
            files[int(str(year))].add(part)
    for file in files.values():
        file.close()
    for file in files.values():
        file.partial.rename(file.path)
    return [Written(year, f.path, f.rows, digest(f.path)) for year, f in sorted(files.items())]


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
