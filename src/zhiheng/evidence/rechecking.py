"""Packs held to what was sealed of them: leaves, what packs say of themselves, and the lake.

Works on blocks of a batch's packs, so that several processes can share the work; a block's size
is a power of two, so that its root is a node of the batch's tree. No framework here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import polars as pl

from zhiheng.evidence import hashing, packs, postings
from zhiheng.evidence.canonical import SHARED, decode
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.pack_columns import summaries
from zhiheng.evidence.packs import SIZE, Contents
from zhiheng.evidence.projection import columns_of, typed
from zhiheng.evidence.proofs import LEAF_BYTES
from zhiheng.evidence.stored_packs import Corrections, Record, StoredPack, corrections, stored_packs

_LEAVES = "SELECT id, leaves FROM evidence_pack WHERE id IN ({ids})"
_ASKED_AT_ONCE = 500


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
        ``{"root"}`` of the block, or ``{"row","what"}``: the first row (or the first of a
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
        corrected = corrections(record, job["start"], job["end"])
        superseded = _superseded(record, corrected)
        said = _said(texts, leaves, superseded, ids, job)
        _check_corrections(said, superseded, ids)
        _check_summaries(said, stored, corrected, ids, job)
    except _Bad as bad:
        return {"row": bad.row, "what": bad.what}
    except (pl.exceptions.PolarsError, TypeError, ValueError):
        # A text that was never a row's, sealed anew by whoever put it there.
        return {"row": job["start"], "what": "columns"}
    roots = b"".join(pack.root for pack in stored)
    return {"root": hashing.root(roots).hex()}


def _read(record: Record, job: dict[str, Any]) -> list[StoredPack]:
    found = stored_packs(record, job["start"], job["end"])
    for pack in found:
        if not pack.sound:
            raise _Bad(pack.id, "columns")
    return found


def _check_places(stored: list[StoredPack], job: dict[str, Any]) -> None:
    expected = job["start"]
    for pack in stored:
        if pack.id != expected:
            break
        if pack.rows != min(SIZE, job["end"] - expected):
            raise _Bad(pack.id, "columns")
        expected += pack.rows
    if expected != job["end"]:
        raise _Bad(expected, "gone")


def _contents(pack: StoredPack) -> Contents:
    try:
        return packs.contents(pack.rows, pack.body, pack.salts, pack.leaves)
    except packs.Unreadable:
        raise _Bad(pack.id, "pack") from None


def _first(wrong: pl.Series, ids: pl.Series, what: str) -> None:
    """Raise at the first row where ``wrong``."""
    if wrong.any():
        raise _Bad(int(ids[wrong.arg_true()[0]]), what)


def _check_leaves(texts: pl.Series, stored: list[StoredPack], ids: pl.Series) -> bytes:
    leaves = b"".join(pack.leaves for pack in stored)
    recomputed = hashing.leaves(texts, b"".join(pack.salts for pack in stored))
    if recomputed != leaves:
        wrong = hashing.fixed(recomputed, LEAF_BYTES) != hashing.fixed(leaves, LEAF_BYTES)
        _first(wrong, ids, "leaf")
    for pack, root in zip(stored, hashing.roots(leaves, SIZE), strict=True):
        if pack.root != root:
            raise _Bad(pack.id, "columns")
    return leaves


def _superseded(record: Record, corrections: Corrections) -> dict[int, tuple[int, bytes | None]]:
    """Which row a row corrects, and the leaf of that one."""
    corrected = {row: older for pairs in corrections.values() for row, older in pairs}
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
    said: pl.DataFrame,
    stored: list[StoredPack],
    corrected: Corrections,
    ids: pl.Series,
    job: dict[str, Any],
) -> None:
    """What packs say of their rows and of themselves."""
    rows = said.with_columns((ids - ids % SIZE).alias("pack"))
    summed = summaries(rows).select("first_day", "last_day", "regions")
    words = postings.digests(postings.postings_of(rows["pack"], rows["$id"], rows["$subject"]))
    for pack, told in zip(stored, summed.iter_rows(), strict=True):
        said_itself = (pack.first_day, pack.last_day, pack.regions, pack.words)
        expected = (*(text.encode() for text in told), words[pack.id])
        if said_itself != expected or pack.batch != job["batch"]:
            raise _Bad(pack.id, "columns")
        if pack.digest != pack.summed(corrected.get(pack.id, [])):
            raise _Bad(pack.id, "columns")


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
