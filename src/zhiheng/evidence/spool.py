"""Frames put by between two passes over a table too large for memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl


class Spool:
    """Keeps one frame in memory, several in files without a name, which vanish with the process.

    Args:
        folder: on the disk where the files should lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: pl.DataFrame | None = None
        self._files: list[IO[bytes]] = []

    def add(self, frame: pl.DataFrame) -> None:
        if self._held is not None:
            self._write(self._held)
        self._held = None
        if self._files:
            self._write(frame)
        else:
            self._held = frame

    def _write(self, frame: pl.DataFrame) -> None:
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the spool
        frame.write_parquet(file, compression="lz4", statistics=False)
        self._files.append(file)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The frames in the order in which they came; may be gone through again."""
        if self._held is not None:
            yield self._held
        for file in self._files:
            file.seek(0)
            yield pl.read_parquet(file)
