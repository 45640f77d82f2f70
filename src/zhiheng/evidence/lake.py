"""The lake: the ledger's rows as typed columns in Parquet, one file per batch and year.

A projection and nothing more: every file is written from the ledger's canonical bytes alone, so
that rebuilding gives the same rows, and the same bytes under the same lock file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from django.db import transaction

from zhiheng.evidence import hashing, lake_files, reading
from zhiheng.evidence.canonical import NOTHING_TYPE, ROW_TYPE, decode
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch, Correction, LakeFile
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.projection import columns_of, typed
from zhiheng.evidence.proofs import LEAF_BYTES
from zhiheng.office.home import Home
from zhiheng.office.locks import held
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.subjects.queries import resolution_frame, resolution_of

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_PACKS_AT_ONCE = 64
_SQL_TYPE = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}


def write_batch(home: Home, batch: Batch) -> None:
    """Write a sealed batch's files from the ledger, replacing any that lie there."""
    made = making(home, batch, home.lake)
    for frame in _from_ledger(batch, ALL[batch.kind]):
        made.add(frame)
    made.finish()
    publish(batch, made)


def making(home: Home, batch: Batch, work: Path) -> lake_files.Making:
    """The batch's files, for rows in the form of `typed`; nobody sees them before `publish`."""
    return lake_files.Making(home.lake / f"kind={batch.kind}", batch.id, work)


def publish(batch: Batch, made: lake_files.Making) -> None:
    """Put a sealed batch's files into the lake and note them."""
    written = made.publish()
    with transaction.atomic():
        LakeFile.objects.filter(batch=batch).delete()
        LakeFile.objects.bulk_create(
            LakeFile(batch=batch, year=w.year, rows=w.rows, sha256=w.sha256) for w in written
        )


def _from_ledger(batch: Batch, kind: Kind) -> Iterator[pl.DataFrame]:
    corrections = dict(
        Correction.objects.filter(
            row__gte=batch.id << ROW_BITS, row__lt=(batch.id + 1) << ROW_BITS
        ).values_list("row", "supersedes")
    )
    of_batch = reading.packs_of(batch)
    while part := list(islice(of_batch, _PACKS_AT_ONCE)):
        held = [reading.contents_of(pack) for pack in part]
        rows = [pl.int_range(p.id, p.id + p.rows, eager=True) for p in part]
        leaves = b"".join(contents.leaves for contents in held)
        places = pl.DataFrame({"row": pl.concat(rows), "leaf": hashing.fixed(leaves, LEAF_BYTES)})
        said = decode(pl.concat([h.texts() for h in held]).cast(pl.String), kind)
        corrected = pl.col("row").replace_strict(corrections, default=None, return_dtype=pl.Int64)
        places = places.with_columns(corrected.alias("supersedes"))
        yield typed(said, places, batch.id, batch.recorded_at, kind)


def lock_path(home: Home) -> Path:
    """Whoever writes the lake holds this lock."""
    return home.lake / ".lock"


def missing(home: Home) -> list[Batch]:
    """Sealed batches of which the lake lacks a file."""
    held = {(p.name, p.parent.name) for p in home.lake.glob("kind=*/year=*/batch-*.parquet")}
    known: dict[int, set[tuple[str, str]]] = {}
    for batch, year in LakeFile.objects.values_list("batch_id", "year"):
        known.setdefault(batch, set()).add((f"batch-{batch}.parquet", f"year={year}"))
    sealed = Batch.objects.filter(state=Batch.State.SEALED, rows__gt=0).order_by("id")
    return [batch for batch in sealed if batch.id not in known or not known[batch.id] <= held]


def catch_up(home: Home, progress: Progress | None = None) -> int:
    """Write every sealed batch that the lake has not yet; returns how many."""
    if not missing(home):
        return 0
    with held(lock_path(home)):
        progress = progress or Silent()
        wanted = missing(home)
        progress.start(len(wanted), _("写入数据湖"))
        for batch in wanted:
            write_batch(home, batch)
            progress.step()
    return len(wanted)


def rebuild(home: Home, progress: Progress | None = None) -> int:
    """Throw the lake away and write it anew from the ledger."""
    LakeFile.objects.all().delete()
    for folder in home.lake.glob("kind=*"):
        shutil.rmtree(folder)
    return catch_up(home, progress)


def connect(home: Home) -> Backend:
    """DuckDB over the lake: per kind a view ``<kind>`` of current rows and ``<kind>_nothing``.

    Superseded rows are left out. ``organisation`` is the resolved organisation's id as text,
    else the subject reference itself. ``<kind>_current`` has the rows of both without it, and
    ``<kind>_filed`` the superseded ones too.
    """
    import ibis

    catch_up(home)
    backend = ibis.duckdb.connect()
    backend.con.register("resolved", resolution_frame().to_arrow())
    backend.con.execute("CREATE TABLE resolution AS FROM resolved")
    for kind in ALL.values():
        _define_views(backend, home, kind)
    return backend


def current_rows(home: Home, kind: Kind) -> pl.DataFrame:
    """The rows of a kind's view in `connect`, read without starting an engine.

    For a kind of which some thousand rows are read whole; an engine takes seconds to start.
    """
    catch_up(home)
    pieces = [pl.read_parquet(path) for path in sorted(files_of(home, kind))]
    nothing = pl.DataFrame(schema=columns_of(kind))
    filed = pl.concat([nothing, *pieces], how="diagonal_relaxed").select(list(nothing.columns))
    superseded = filed["supersedes"].drop_nulls()
    current = filed.filter(
        (pl.col("record_type") == ROW_TYPE) & ~pl.col("row").is_in(superseded.implode())
    )
    subjects = current["subject"].drop_nulls().unique().sort().to_list()
    resolved = resolution_of(subjects).rename({"ref": "subject"})
    return current.join(resolved, on="subject", how="left").with_columns(
        organisation=pl.coalesce("organisation", "subject")
    )


def files_of(home: Home, kind: Kind) -> list[Path]:
    """The files that hold a kind's rows; a copy under another name would say them twice."""
    found = home.lake.glob(f"kind={kind.code}/*/batch-*.parquet")
    return [path for path in found if path.stem.removeprefix("batch-").isdigit()]


def _define_views(backend: Backend, home: Home, kind: Kind) -> None:
    files = sorted(map(str, files_of(home, kind)))
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
    current = _current(backend, code) if files else f"SELECT * FROM {code}_filed"
    backend.con.execute(f"CREATE VIEW {code}_current AS {current}")
    for suffix, record_type in (("", ROW_TYPE), ("_nothing", NOTHING_TYPE)):
        backend.con.execute(
            f"CREATE VIEW {code}{suffix} AS "
            "SELECT f.*, coalesce(s.organisation, f.subject) AS organisation "
            f"FROM {code}_current f LEFT JOIN resolution s ON f.subject = s.ref "
            f"WHERE f.record_type = '{record_type}'"
        )


def _current(backend: Backend, code: str) -> str:
    """Rows are looked up among the superseded ones only where there are any: the look-up hides
    from the engine how few values a column has, and costs more than reading the rows does."""
    gone, filed = f"{code}_superseded", f"SELECT * FROM {code}_filed"
    backend.con.execute(
        f"CREATE TABLE {gone} AS SELECT supersedes AS row FROM {code}_filed "
        "WHERE supersedes IS NOT NULL"
    )
    some = backend.con.execute(f"SELECT count(*) FROM {gone}").fetchone()
    return f"{filed} WHERE row NOT IN (SELECT row FROM {gone})" if some != (0,) else filed


def _sql_type(dtype: pl.DataType | type[pl.DataType]) -> str:
    return "TIMESTAMPTZ" if isinstance(dtype, pl.Datetime) else _SQL_TYPE[dtype]  # type: ignore[index]
