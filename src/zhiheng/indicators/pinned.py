"""The lake together with the log's head that it stands for."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from zhiheng.evidence import lake, log
from zhiheng.indicators.engine import DuckDB, Engine
from zhiheng.indicators.inputs import LakeFile, judged_references, lake_files
from zhiheng.office.home import Home, current
from zhiheng.subjects.queries import last_judgement

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MEMORY = "2500MB"
"""What DuckDB may hold; beyond it, it works on disk, so that 10^7 rows are measured within 4 GB."""


class Pinned(NamedTuple):
    """``files`` are those that the engine's views read, ``references`` the `judged_references` by
    which they call subjects."""

    head: log.Head
    engine: Engine
    files: list[LakeFile]
    references: pl.DataFrame


def pinned(engine: str = "duckdb") -> Pinned:
    """The head of the log and the lake exactly as of it, read by DuckDB or by ``spark``.

    A batch sealed or a subject judged while the lake is opened would be in one and not in the
    other, so all are taken again until they stand still; a lake once opened keeps to its files.
    """
    home = current()
    before = _standing(home)
    while True:
        opened, references = _opened(engine, home), judged_references()
        after = _standing(home)
        if after == before:
            head, files, _judged = after
            return Pinned(head, opened, files, references)
        before = after


def _standing(home: Home) -> tuple[log.Head, list[LakeFile], int]:
    return log.head(), lake_files(home), last_judgement()


def _opened(engine: str, home: Home) -> Engine:
    if engine == "spark":
        from zhiheng.indicators import spark

        lake.catch_up(home)
        return spark.connect(home)
    backend = lake.connect(home)
    _bound(backend, home)
    return DuckDB(backend)


def pinned_lake() -> tuple[log.Head, Engine]:
    """As `pinned`, for those who take nothing over from earlier runs."""
    lake = pinned()
    return lake.head, lake.engine


def _bound(backend: Backend, home: Home) -> None:
    folder = _spill(home)
    backend.con.execute(f"SET memory_limit = '{MEMORY}'")
    backend.con.execute(f"SET temp_directory = '{str(folder).replace(chr(39), chr(39) * 2)}'")
    backend.con.execute("SET preserve_insertion_order = false")


def _spill(home: Home) -> Path:
    """This process's folder for what does not fit in memory; those of dead processes go."""
    root = home.spill
    for folder in root.glob("*"):
        if folder.name.isdigit() and not Path(f"/proc/{folder.name}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    return root / str(os.getpid())
