"""Rows held to what was sealed of them: leaves, the columns that repeat them, and the lake.

Works on blocks of a batch's rows, so that several processes can share the work; a block's size is
a power of two, so that its root is a node of the batch's tree. No framework here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import polars as pl

from zhiheng.evidence import proofs
from zhiheng.evidence.canonical import SHARED, decode
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.projection import columns_of, typed

BLOCK = 1 << 16

_STORED = {
    "id": pl.Int64,
    "of_batch": pl.Int64,
    "external_id": pl.Binary,
    "record_type": pl.Binary,
    "subject": pl.Binary,
    "region": pl.Binary,
    "occurred_on": pl.Binary,
    "supersedes": pl.Int64,
    "sealed": pl.Binary,
    "leaf": pl.Binary,
}
_TEXTS = ["external_id", "record_type", "subject", "region", "occurred_on"]
_SEALED = {
    "sqlite": "CAST(x'00' || salt || canonical AS blob)",
    "postgresql": "'\\x00'::bytea || salt || canonical",
}
"""What the leaf is the hash of: its prefix, salt and canonical bytes."""
_BEFORE_TEXT = 1 + proofs.SALT_BYTES
_BYTES = {"sqlite": "CAST({column} AS blob)", "postgresql": "convert_to({column}, 'UTF8')"}
"""A text as bytes: a damaged one may be no text any more."""
_MOMENT = {
    "sqlite": "CAST(recorded_at AS text)",
    "postgresql": "to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
}
_ROWS = """
SELECT id,
       CASE WHEN batch_id = {batch} AND kind = {kind} AND source = {source} AND {moment} = {at}
       AND length(salt) = {salt} THEN 1 ELSE 0 END AS of_batch,
       {external_id} AS external_id, {record_type} AS record_type, {subject} AS subject,
       {region} AS region, {occurred_on} AS occurred_on, supersedes, {sealed} AS sealed, leaf
FROM evidence_row WHERE id >= {start} AND id < {end} ORDER BY id
"""
_SUPERSEDED = """
SELECT r.id, s.leaf FROM evidence_row r JOIN evidence_row s ON s.id = r.supersedes
WHERE r.id >= {start} AND r.id < {end} AND r.supersedes IS NOT NULL
"""
_REPEATED = {
    "$day": "occurred_on",
    "$id": "external_id",
    "$region": "region",
    "$subject": "subject",
    "$supersedes": "superseded_leaf",
    "$type": "record_type",
}
"""Keys of the canonical form that columns of the row table repeat."""


class Record(Protocol):
    @property
    def vendor(self) -> str: ...

    def read(self, sql: str, schema: dict[str, Any]) -> pl.DataFrame: ...


class _Bad(Exception):
    def __init__(self, row: int, what: str) -> None:
        super().__init__(what)
        self.row, self.what = row, what


def recheck_rows(record: Record, job: dict[str, Any]) -> dict[str, Any]:
    """Recompute the rows ``start`` to before ``end`` of a batch.

    Args:
        job: ``batch`` (id), ``kind``, ``source``, ``at`` (recorded), ``start``, ``end``, and
            ``lake``: the batch's files, or none where the lake has not got it yet.

    Returns:
        ``{"root"}`` of the block, or ``{"row", "what"}``: the first row that is not as sealed and
        in which way: ``gone``, ``leaf``, ``columns``, ``lake``.
    """
    try:
        rows = _read(record, job)
        _check_places(rows["id"], job)
        leaves = _check_leaves(rows)
        _check_marks(rows)
        if job["lake"]:
            _check_lake(rows, job)
        else:
            _check_columns(rows, _texts(rows), job)
    except _Bad as bad:
        return {"row": bad.row, "what": bad.what}
    return {"root": proofs.root(leaves).hex()}


def _read(record: Record, job: dict[str, Any]) -> pl.DataFrame:
    place = {"start": job["start"], "end": job["end"]}
    constant = {
        "batch": int(job["batch"]),
        "kind": _quoted(job["kind"]),
        "source": _quoted(job["source"]),
        "at": _quoted(datetime.fromisoformat(job["at"]).strftime("%Y-%m-%d %H:%M:%S")),
        "moment": _MOMENT[record.vendor],
        "sealed": _SEALED[record.vendor],
        "salt": proofs.SALT_BYTES,
    }
    columns = {name: _BYTES[record.vendor].format(column=name) for name in _TEXTS[:-1]}
    columns["occurred_on"] = _BYTES[record.vendor].format(column="CAST(occurred_on AS varchar(10))")
    rows = record.read(_ROWS.format(**constant, **place, **columns), _STORED)
    rows = rows.with_columns(_as_text(rows[name]) for name in _TEXTS)
    if rows["supersedes"].null_count() == len(rows):
        return rows.with_columns(superseded_leaf=pl.lit(None, dtype=pl.String))
    schema = {"id": pl.Int64, "superseded_leaf": pl.Binary}
    older = record.read(_SUPERSEDED.format(**place), schema)
    older = older.with_columns(pl.col("superseded_leaf").bin.encode("hex"))
    return rows.join(older, on="id", how="left", maintain_order="left")


def _as_text(column: pl.Series) -> pl.Series:
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError:
        texts = [None if value is None else _decoded(value) for value in column]
        return pl.Series(column.name, texts, dtype=pl.String)


def _decoded(value: bytes) -> str:
    """What is no text becomes one that no sealed text equals."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "\0" + value.hex()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first(wrong: pl.Series, ids: pl.Series, what: str) -> None:
    """Raise at the first row where ``wrong``."""
    if wrong.any():
        raise _Bad(int(ids[wrong.arg_true()[0]]), what)


def _check_places(ids: pl.Series, job: dict[str, Any]) -> None:
    expected = pl.int_range(job["start"], job["end"], eager=True)
    found = ids.extend_constant(None, len(expected) - len(ids)) if len(ids) < len(expected) else ids
    _first(found.ne_missing(expected), expected, "gone")


def _check_leaves(rows: pl.DataFrame) -> list[bytes]:
    stored: list[bytes] = rows["leaf"].to_list()
    recomputed = proofs.hashes(rows["sealed"].fill_null(b"").to_list())
    if recomputed != stored:
        first = next(i for i, leaf in enumerate(recomputed) if leaf != stored[i])
        raise _Bad(rows["id"][first], "leaf")
    return stored


def _texts(rows: pl.DataFrame) -> pl.Series:
    return rows["sealed"].bin.slice(_BEFORE_TEXT).cast(pl.String, strict=False)


def _check_marks(rows: pl.DataFrame) -> None:
    """What all rows of a batch share, and that a correction corrects a row there is."""
    wrong = (rows["of_batch"] != 1) | (
        rows["supersedes"].is_null() != rows["superseded_leaf"].is_null()
    )
    _first(wrong.fill_null(True), rows["id"], "columns")


def _check_columns(rows: pl.DataFrame, said: pl.Series, job: dict[str, Any]) -> None:
    """The columns that make a row findable must say what its sealed text says."""
    both = pl.DataFrame({"said": said, "beginning": _beginning(rows, job)})
    plain = both.select(pl.col("said").str.starts_with(pl.col("beginning")))["said"]
    plain = plain.fill_null(False)
    if not plain.all():
        slow = rows.filter(~plain)
        told = said.filter(~plain).str.json_decode(pl.Struct(SHARED)).struct.unnest()
        differ = pl.Series([False] * len(slow))
        for key, value in (("$at", "at"), ("$kind", "kind"), ("$source", "source")):
            differ |= told[key].ne_missing(pl.Series([job[value]]))
        for key, column in _REPEATED.items():
            differ |= told[key].ne_missing(slow[column])
        _first(differ, slow["id"], "columns")


def _beginning(rows: pl.DataFrame, job: dict[str, Any]) -> pl.Series:
    """How the canonical text of a row begins: keys that all kinds share come first."""
    told = _shared(job)
    text = rows.select(_json(told).str.strip_suffix("}").alias("text"))["text"]
    return text + ","


def _shared(job: dict[str, Any]) -> dict[str, pl.Expr]:
    """Keys that all kinds share, of columns of the ledger."""
    told = {key: pl.col(column) for key, column in _REPEATED.items()}
    return told | {f"${name}": pl.lit(job[name]) for name in ("at", "kind", "source")}


def _json(told: dict[str, pl.Expr]) -> pl.Expr:
    return pl.struct(told[key].alias(key) for key in sorted(told)).struct.json_encode()


def _check_lake(rows: pl.DataFrame, job: dict[str, Any]) -> None:
    """The lake's rows must be these, and columns and lake say what the sealed texts say."""
    kind = ALL[job["kind"]]
    lake = _lake_rows(job, kind)
    if not lake["row"].equals(rows["id"]):
        _check_columns(rows, _texts(rows), job)
        missing = set(rows["id"]) ^ set(lake["row"])
        raise _Bad(min(missing) if missing else job["start"], "lake")
    said = _texts(rows)
    doubtful = ~_plainly_alike(rows, lake, said, job, kind)
    if doubtful.any():
        rows, found, said = rows.filter(doubtful), lake.filter(doubtful), said.filter(doubtful)
        _check_columns(rows, said, job)
        places = rows.rename({"id": "row"})
        at = datetime.fromisoformat(job["at"])
        expected = typed(decode(said, kind), places, job["batch"], at, kind)
        differ = pl.Series([False] * len(found))
        for name in expected.columns:
            differ |= found[name].ne_missing(expected[name])
        _first(differ, found["row"], "lake")


def _lake_rows(job: dict[str, Any], kind: Kind) -> pl.DataFrame:
    schema = columns_of(kind)
    inside = pl.col("row").is_between(job["start"], job["end"] - 1)
    try:
        parts = [pl.scan_parquet(path).filter(inside).collect() for path in job["lake"]]
    except (pl.exceptions.PolarsError, OSError):
        raise _Bad(job["start"], "unreadable") from None
    frame = pl.concat(parts, how="diagonal_relaxed")
    absent = [pl.lit(None, dtype=t).alias(n) for n, t in schema.items() if n not in frame.columns]
    return frame.with_columns(absent).select(list(schema)).sort("row")


def _plainly_alike(
    rows: pl.DataFrame, lake: pl.DataFrame, said: pl.Series, job: dict[str, Any], kind: Kind
) -> pl.Series:
    """True where the ledger's columns and the lake's own, written out, give the sealed text, and
    the columns that both have are alike; False proves nothing.

    Personal values are not in the lake; in the text they are digests, which are left out of it.
    """
    own = {c.name: pl.col(f"lake.{c.name}") for c in kind.plain_columns}
    days = [n for n in own if lake.schema[n] == pl.Date]
    own |= {n: own[n].dt.to_string("%Y-%m-%d") for n in days}
    own |= {c.name: pl.lit(None, dtype=pl.String) for c in kind.personal_columns}
    both = pl.concat([rows, lake.rename(lambda name: f"lake.{name}")], how="horizontal")
    told = pl.lit(said)
    if kind.personal_columns:
        told = told.str.replace_all(r'"sha256:[0-9a-f]{64}"', "null")
    alike = [
        told == _json(_shared(job) | own),
        *(
            pl.col(f"lake.{name}").eq_missing(pl.col(name))
            for name in ("external_id", "record_type", "subject", "region", "supersedes")
        ),
        pl.col("lake.leaf") == pl.col("leaf").bin.encode("hex"),
        pl.col("lake.occurred_on").dt.to_string("%Y-%m-%d") == pl.col("occurred_on"),
        pl.col("lake.since").is_null(),
        pl.col("lake.recorded_at") == datetime.fromisoformat(job["at"]),
        pl.col("lake.batch") == job["batch"],
        pl.col("lake.source") == job["source"],
    ]
    certain: pl.Series = both.select(pl.all_horizontal(alike).fill_null(False).alias("alike"))[
        "alike"
    ]
    return certain
