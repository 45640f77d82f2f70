"""Packs held to what was sealed of them: leaves, what packs say of themselves, and the lake.

Works on blocks of a batch's packs, so that several processes can share the work; a block's size
is a power of two, so that its root is a node of the batch's tree. No framework here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from zhiheng.evidence import hashing, packs, word_sums
from zhiheng.evidence.canonical import SHARED, decode
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.pack_columns import summaries, words_of
from zhiheng.evidence.packs import SIZE, Contents
from zhiheng.evidence.projection import columns_of, typed
from zhiheng.evidence.proofs import LEAF_BYTES
from zhiheng.evidence.word_sums import Record

BLOCK = 1 << 16
_BYTES = {"sqlite": "CAST({column} AS blob)", "postgresql": "convert_to({column}::text, 'UTF8')"}
"""A text as bytes: a damaged one may be no text any more."""
_TEXTS = ("first_day", "last_day", "regions")
_PACKS = """
SELECT id, batch_id, rows, {first_day}, {last_day}, {regions}, digest, root, salts, leaves, body
FROM evidence_pack WHERE id >= {start} AND id < {end} ORDER BY id
"""
_CORRECTIONS = """
SELECT row, supersedes FROM evidence_correction WHERE row >= {start} AND row < {end} ORDER BY row
"""
_LEAVES = "SELECT id, leaves FROM evidence_pack WHERE id IN ({ids})"
_ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class _Stored:
    """A pack's columns as they lie in the record."""

    id: int
    batch: int
    rows: int
    first_day: bytes
    last_day: bytes
    regions: bytes
    digest: bytes
    root: bytes
    salts: bytes
    leaves: bytes
    body: bytes


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
        ``{"root","words"}`` of the block, or ``{"row","what"}``: the first row (or the first of a
        pack) that is not as sealed and in which way: ``gone``, ``pack``, ``leaf``, ``columns``,
        ``lake``, ``unreadable``.
    """
    try:
        stored = _read(record, job)
        _check_places(stored, job)
        held = [_contents(pack) for pack in stored]
        ids = pl.int_range(job["start"], job["end"], eager=True)
        texts = pl.concat([contents.texts() for contents in held])
        leaves = _check_leaves(texts, stored, ids)
        superseded = _superseded(record, job)
        said = _said(texts, leaves, superseded, ids, job)
        _check_corrections(said, superseded, ids)
        words = _check_summaries(said, stored, ids, job)
    except _Bad as bad:
        return {"row": bad.row, "what": bad.what}
    roots = b"".join(pack.root for pack in stored)
    return {"root": hashing.root(roots).hex(), "words": words}


def _read(record: Record, job: dict[str, Any]) -> list[_Stored]:
    texts = {name: _BYTES[record.vendor].format(column=name) for name in _TEXTS}
    sql = _PACKS.format(start=int(job["start"]), end=int(job["end"]), **texts)
    found = [_Stored(*row) for part in record.rows(sql) for row in part]
    for pack in found:
        if not all(isinstance(v, bytes) for v in (pack.digest, pack.root, pack.salts, pack.leaves)):
            raise _Bad(pack.id, "columns")
    return found


def _check_places(stored: list[_Stored], job: dict[str, Any]) -> None:
    expected = job["start"]
    for pack in stored:
        if pack.id != expected:
            break
        if pack.rows != min(SIZE, job["end"] - expected):
            raise _Bad(pack.id, "columns")
        expected += pack.rows
    if expected != job["end"]:
        raise _Bad(expected, "gone")


def _contents(pack: _Stored) -> Contents:
    try:
        return packs.contents(pack.rows, pack.body, pack.salts, pack.leaves)
    except packs.Unreadable:
        raise _Bad(pack.id, "pack") from None


def _first(wrong: pl.Series, ids: pl.Series, what: str) -> None:
    """Raise at the first row where ``wrong``."""
    if wrong.any():
        raise _Bad(int(ids[wrong.arg_true()[0]]), what)


def _check_leaves(texts: pl.Series, stored: list[_Stored], ids: pl.Series) -> bytes:
    leaves = b"".join(pack.leaves for pack in stored)
    recomputed = hashing.leaves(texts, b"".join(pack.salts for pack in stored))
    if recomputed != leaves:
        wrong = hashing.fixed(recomputed, LEAF_BYTES) != hashing.fixed(leaves, LEAF_BYTES)
        _first(wrong, ids, "leaf")
    for pack, root in zip(stored, hashing.roots(leaves, SIZE), strict=True):
        if pack.root != root or pack.digest != packs.digest(pack.body):
            raise _Bad(pack.id, "columns")
    return leaves


def _superseded(record: Record, job: dict[str, Any]) -> dict[int, tuple[int, bytes | None]]:
    """Which row a row corrects, and the leaf of that one."""
    sql = _CORRECTIONS.format(start=int(job["start"]), end=int(job["end"]))
    corrected = {row: int(older) for part in record.rows(sql) for row, older in part}
    leaves: dict[int, bytes] = {}
    wanted = sorted({older - older % SIZE for older in corrected.values()})
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        listed = ", ".join(map(str, wanted[start : start + _ASKED_AT_ONCE]))
        for part in record.rows(_LEAVES.format(ids=listed)):
            leaves.update(part)
    found = {}
    for row, older in corrected.items():
        place = older % SIZE * LEAF_BYTES
        leaf = leaves.get(older - older % SIZE, b"")[place : place + LEAF_BYTES]
        found[row] = (older, leaf or None)
    return found


def _said(
    texts: pl.Series,
    leaves: bytes,
    superseded: dict[int, tuple[int, bytes | None]],
    ids: pl.Series,
    job: dict[str, Any],
) -> pl.DataFrame:
    """The shared keys of the sealed texts, once the lake was found to say all that they say."""
    if not job["lake"]:
        said = _decoded(texts)
        _check_batch(said, ids, job)
        return said
    kind = ALL[job["kind"]]
    lake = _lake_rows(job, kind)
    if not lake["row"].equals(ids):
        missing = set(ids) ^ set(lake["row"])
        raise _Bad(min(missing) if missing else job["start"], "lake")
    places = pl.DataFrame({"row": ids, "leaf": hashing.fixed(leaves, LEAF_BYTES)})
    corrected = {row: older for row, (older, _leaf) in superseded.items()}
    older = pl.col("row").replace_strict(corrected, default=None, return_dtype=pl.Int64)
    places = places.with_columns(older.alias("supersedes"))
    told = texts.cast(pl.String, strict=False)
    doubtful = ~_plainly_alike(lake, places, told, job, kind)
    if doubtful.any():
        itself = _decoded(texts.filter(doubtful))
        _check_batch(itself, ids.filter(doubtful), job)
        _check_corrections(itself, superseded, ids.filter(doubtful))
        at = datetime.fromisoformat(job["at"])
        rows, found = places.filter(doubtful), lake.filter(doubtful)
        expected = typed(decode(told.filter(doubtful), kind), rows, job["batch"], at, kind)
        differ = pl.Series([False] * len(found))
        for name in expected.columns:
            differ |= found[name].ne_missing(expected[name])
        _first(differ, found["row"], "lake")
    named = lake.select(
        pl.col("occurred_on").dt.to_string("%Y-%m-%d").alias("$day"),
        pl.col("external_id").alias("$id"),
        pl.col("region").alias("$region"),
        pl.col("subject").alias("$subject"),
    )
    if not superseded and lake["supersedes"].null_count() == len(lake):
        return named.with_columns(pl.lit(None, dtype=pl.String).alias("$supersedes"))
    return named.with_columns(_decoded(texts)["$supersedes"])


def _decoded(texts: pl.Series) -> pl.DataFrame:
    told = texts.cast(pl.String, strict=False)
    return told.str.json_decode(pl.Struct(SHARED)).struct.unnest()


def _check_batch(said: pl.DataFrame, ids: pl.Series, job: dict[str, Any]) -> None:
    """What all rows of a batch share."""
    differ = pl.Series([False] * len(said))
    for key in ("at", "kind", "source"):
        differ |= said[f"${key}"].ne_missing(pl.Series([job[key]]))
    _first(differ, ids, "columns")


def _check_corrections(
    said: pl.DataFrame, superseded: dict[int, tuple[int, bytes | None]], ids: pl.Series
) -> None:
    """A row corrects what its sealed text says that it corrects."""
    if not superseded and said["$supersedes"].null_count() == len(said):
        return
    leaf_of = {row: leaf.hex() if leaf else "" for row, (_older, leaf) in superseded.items()}
    noted = ids.replace_strict(leaf_of, default=None, return_dtype=pl.String)
    _first(noted.ne_missing(said["$supersedes"]), ids, "columns")


def _check_summaries(
    said: pl.DataFrame, stored: list[_Stored], ids: pl.Series, job: dict[str, Any]
) -> word_sums.Sum:
    """What packs say of their rows; answers with the sum of the words that find them."""
    rows = said.with_columns((ids - ids % SIZE).alias("pack"))
    summed = summaries(rows).select("first_day", "last_day", "regions")
    for pack, told in zip(stored, summed.iter_rows(), strict=True):
        said_itself = (pack.first_day, pack.last_day, pack.regions)
        if said_itself != tuple(text.encode() for text in told) or pack.batch != job["batch"]:
            raise _Bad(pack.id, "columns")
    words = words_of(rows["pack"], rows["$id"], rows["$subject"])
    return word_sums.sum_of(words.with_columns(pl.col("word").cast(pl.Binary)))


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
    lake: pl.DataFrame, places: pl.DataFrame, told: pl.Series, job: dict[str, Any], kind: Kind
) -> pl.Series:
    """True where the lake's columns, written out, give the sealed text; False proves nothing.

    Personal values are not in the lake; in the text they are digests, which are left out of it.
    """
    text = pl.lit(told)
    if kind.personal_columns:
        text = text.str.replace_all(r'"sha256:[0-9a-f]{64}"', "null")
    alike = [
        text == pl.struct(_written_out(job, kind)).struct.json_encode(),
        pl.col("leaf") == places["leaf"].bin.encode("hex"),
        pl.col("supersedes").is_null() & places["supersedes"].is_null(),
        pl.col("since").is_null(),
        pl.col("recorded_at") == datetime.fromisoformat(job["at"]),
        pl.col("batch") == job["batch"],
        pl.col("source") == job["source"],
    ]
    certain: pl.Series = lake.select(pl.all_horizontal(alike).fill_null(False).alias("alike"))[
        "alike"
    ]
    return certain


def _written_out(job: dict[str, Any], kind: Kind) -> Iterator[pl.Expr]:
    """The keys of a row's canonical form, in order, out of the columns of the lake."""
    shared: dict[str, pl.Expr] = {
        "$day": pl.col("occurred_on").dt.to_string("%Y-%m-%d"),
        "$id": pl.col("external_id"),
        "$region": pl.col("region"),
        "$subject": pl.col("subject"),
        "$supersedes": pl.lit(None, dtype=pl.String),
        "$type": pl.col("record_type"),
        **{f"${name}": pl.lit(job[name]) for name in ("at", "kind", "source")},
    }
    days = {name for name, dtype in columns_of(kind).items() if dtype == pl.Date}
    own = {
        c.name: pl.col(c.name).dt.to_string("%Y-%m-%d") if c.name in days else pl.col(c.name)
        for c in kind.plain_columns
    }
    personal = {c.name: pl.lit(None, dtype=pl.String) for c in kind.personal_columns}
    keys = {**shared, **own, **personal}
    return (keys[name].alias(name) for name in sorted(keys))
