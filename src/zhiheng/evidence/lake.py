"""The lake: the ledger's rows as typed columns in Parquet, one file per batch and year.

A projection and nothing more: every file is written from the ledger's canonical bytes alone, so
that rebuilding gives the same rows, and the same bytes under the same lock file.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from zhiheng.evidence import storage
from zhiheng.evidence.canonical import NOTHING_TYPE, ROW_TYPE, decode
from zhiheng.evidence.conversion import POLARS_TYPE
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch
from zhiheng.office.home import Home
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.subjects.queries import resolution_frame

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

SHARED_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "batch": pl.Int64,
    "source": pl.String,
    "external_id": pl.String,
    "record_type": pl.String,
    "subject": pl.String,
    "region": pl.String,
    "occurred_on": pl.Date,
    "since": pl.Date,
    "recorded_at": pl.Datetime("us", "UTC"),
    "leaf": pl.String,
    "supersedes": pl.Int64,
}
"""Columns of every lake file; ``since`` is the first day of a nothing-to-report period."""

_STORED = {"row": pl.Int64, "leaf": pl.Binary, "supersedes": pl.Int64, "canonical": pl.Binary}
_SQL = "SELECT id, leaf, supersedes, canonical FROM evidence_row WHERE batch_id = %s ORDER BY id"
_SQL_TYPE = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}


def columns_of(kind: Kind) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The lake's columns of a kind, with their Polars types."""
    own = {c.name: POLARS_TYPE[c.type] for c in kind.plain_columns}
    return {**SHARED_COLUMNS, **own}


def write_batch(home: Home, batch: Batch) -> list[Path]:
    """Write a sealed batch's files, replacing any that lie there."""
    kind = ALL[batch.kind]
    frames = [_typed(part, kind, batch) for part in storage.select(_SQL, [batch.id], _STORED)]
    if not frames:
        return []
    frame = pl.concat(frames)
    paths = []
    for (year,), part in frame.group_by(pl.col("occurred_on").dt.year(), maintain_order=True):
        folder = home.lake / f"kind={kind.code}" / f"year={year}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"batch-{batch.id}.parquet"
        partial = path.with_suffix(".part")
        part.write_parquet(partial, compression="zstd", statistics=True, row_group_size=131_072)
        partial.rename(path)
        paths.append(path)
    return paths


def _typed(stored: pl.DataFrame, kind: Kind, batch: Batch) -> pl.DataFrame:
    said = decode(stored["canonical"].cast(pl.String), kind)
    shared = said.select(
        stored["row"],
        pl.lit(batch.id, dtype=pl.Int64).alias("batch"),
        pl.col("$source").alias("source"),
        pl.col("$id").alias("external_id"),
        pl.col("$type").alias("record_type"),
        pl.col("$subject").alias("subject"),
        pl.col("$region").alias("region"),
        pl.col("$day").alias("occurred_on"),
        pl.col("$since").alias("since"),
        pl.lit(batch.recorded_at).cast(pl.Datetime("us", "UTC")).alias("recorded_at"),
        stored["leaf"].bin.encode("hex"),
        stored["supersedes"],
    )
    return pl.concat([shared, said.select(c.name for c in kind.plain_columns)], how="horizontal")


def catch_up(home: Home, progress: Progress | None = None) -> int:
    """Write every sealed batch that the lake has not yet; returns how many."""
    progress = progress or Silent()
    present = {
        int(p.stem.removeprefix("batch-")) for p in home.lake.glob("kind=*/*/batch-*.parquet")
    }
    sealed = Batch.objects.filter(state=Batch.State.SEALED, rows__gt=0)
    missing = [batch for batch in sealed.order_by("id") if batch.id not in present]
    progress.start(len(missing), _("写入数据湖"))
    for batch in missing:
        write_batch(home, batch)
        progress.step()
    return len(missing)


def rebuild(home: Home, progress: Progress | None = None) -> int:
    """Throw the lake away and write it anew from the ledger."""
    for folder in home.lake.glob("kind=*"):
        shutil.rmtree(folder)
    return catch_up(home, progress)


def connect(home: Home) -> Backend:
    """DuckDB over the lake: per kind a view ``<kind>`` of current rows and ``<kind>_nothing``.

    Superseded rows are left out. ``organisation`` is the resolved organisation's id as text,
    else the subject reference itself.
    """
    import ibis

    catch_up(home)
    backend = ibis.duckdb.connect()
    backend.con.register("resolution", resolution_frame().to_arrow())
    for kind in ALL.values():
        _define_views(backend, home, kind)
    return backend


def _define_views(backend: Backend, home: Home, kind: Kind) -> None:
    files = sorted(str(p) for p in home.lake.glob(f"kind={kind.code}/*/batch-*.parquet"))
    typed = {name: _sql_type(dtype) for name, dtype in columns_of(kind).items()}
    if files:
        names = ", ".join("'" + f.replace("'", "''") + "'" for f in files)
        source = f"read_parquet([{names}], union_by_name=true, hive_partitioning=false)"
        present = {r[0] for r in backend.con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        columns = ", ".join(
            f'"{name}"' if name in present else f'NULL::{sql} AS "{name}"'
            for name, sql in typed.items()
        )
        body = f"SELECT {columns} FROM {source}"
    else:
        columns = ", ".join(f'NULL::{sql} AS "{name}"' for name, sql in typed.items())
        body = f"SELECT {columns} WHERE false"
    code = kind.code
    backend.con.execute(f"CREATE VIEW {code}_filed AS {body}")
    current = (
        f"SELECT f.*, coalesce(CAST(s.organisation AS VARCHAR), f.subject) AS organisation "
        f"FROM {code}_filed f LEFT JOIN resolution s ON f.subject = s.ref "
        f"WHERE f.row NOT IN (SELECT supersedes FROM {code}_filed WHERE supersedes IS NOT NULL)"
    )
    for suffix, record_type in (("", ROW_TYPE), ("_nothing", NOTHING_TYPE)):
        backend.con.execute(
            f"CREATE VIEW {code}{suffix} AS {current} AND f.record_type = '{record_type}'"
        )


def _sql_type(dtype: pl.DataType | type[pl.DataType]) -> str:
    return "TIMESTAMPTZ" if isinstance(dtype, pl.Datetime) else _SQL_TYPE[dtype]  # type: ignore[index]
