"""Subject references into the record by columns: existing ones are left, new ones are resolved.

A reference with a code of a declared scheme names an organisation by itself, which is made if it
is not there yet; any other waits for review.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection, transaction

from zhiheng.office.inserting import insert_missing
from zhiheng.office.pacing import paced
from zhiheng.office.progress import Progress
from zhiheng.subjects import finding
from zhiheng.subjects.identifiers.uscc import KINDS
from zhiheng.subjects.judgements import RESOLVED, REVIEW
from zhiheng.subjects.names import comparison_key, normalise_names
from zhiheng.subjects.references import UNRESOLVED, USCC

_ASKED_AT_ONCE = 50_000
LONGEST_NAME = 300

_SCHEMES = "INSERT INTO subjects_scheme (name) VALUES (%s) ON CONFLICT DO NOTHING"
_NAMES = """
UPDATE subjects_organisation SET name = %s, normal = %s, key = %s
WHERE origin = %s AND normal = ''
"""
Rows = Sequence[Sequence[Any]]


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """What both tables want to know of a frame from `references.reference_frame`.

    Adds origin (the ref if it names an organisation by itself, else null), uscc, kind, normal;
    a missing raw_address counts as null.
    """
    if "raw_address" not in frame.columns:
        frame = frame.with_columns(raw_address=pl.lit(None, dtype=pl.String))
    scheme = pl.col("ref").str.splitn(":", 2).struct.field("field_0")
    uscc = pl.when(scheme == USCC).then(pl.col("ref").str.slice(len(USCC) + 1))
    return frame.with_columns(
        *(_storable(column) for column in ("raw_code", "raw_name", "raw_address", "region")),
        origin=pl.when(~scheme.is_in(UNRESOLVED)).then("ref"),
        uscc=uscc,
        kind=uscc.str.slice(0, 2).replace_strict(KINDS, default="").fill_null(""),
        normal=normalise_names(frame["raw_name"]).fill_null("").str.slice(0, LONGEST_NAME),
    )


def _storable(column: str) -> pl.Expr:
    """PostgreSQL keeps no NUL in a text, and neither text may outgrow its column."""
    text = pl.col(column).cast(pl.String).str.replace_all("\0", "", literal=True)
    return text.str.slice(0, LONGEST_NAME)


def write(
    prepared: pl.DataFrame, source: str, batch: int | None, progress: Progress
) -> dict[str, int]:
    """Write what `prepare` made, in short transactions; returns counts of new rows.

    Each is harmless to repeat: an import that was killed goes over them once more. What the
    record has already is looked up without a lock.
    """
    counts = {"new": 0, "review": 0, "organisations": 0}
    _note_schemes(prepared)
    for asked in prepared.iter_slices(_ASKED_AT_ONCE):
        is_held = asked["ref"].is_in(_held("subjects_subjectreference", "ref", asked["ref"]))
        # In their order the index over them grows in few places at a time.
        new = asked.filter(~is_held).sort("ref")
        for part in paced(len(new)):
            # What can be worked out without the record is, before others wait for it.
            coded = _with_keys(new[part].filter(pl.col("origin").is_not_null()))
            with transaction.atomic():
                for name, count in _write_new(new[part], coded, source, batch).items():
                    counts[name] += count
            progress.step(len(new[part]))
        _name_the_nameless(asked.filter(is_held))
        progress.step(len(asked) - len(new))
    return counts


def _note_schemes(prepared: pl.DataFrame) -> None:
    schemes = prepared["ref"].str.splitn(":", 2).struct.field("field_0").unique()
    _execute(_SCHEMES, [(name,) for name in schemes])


def _write_new(
    new: pl.DataFrame, coded: pl.DataFrame, source: str, batch: int | None
) -> dict[str, int]:
    made = _add_organisations(coded)
    numbers = _numbers(coded["origin"])
    rows = new.select(
        "ref",
        pl.lit(REVIEW).alias("state"),
        "raw_code",
        "raw_name",
        "raw_address",
        "region",
        pl.lit(source).alias("source_party"),
        pl.lit(batch).alias("first_batch"),
        pl.col("origin").replace_strict(numbers, return_dtype=pl.Int64).alias("organisation_id"),
    )
    is_resolved = rows["organisation_id"].is_not_null()
    review = _insert("subjects_subjectreference", rows.filter(~is_resolved))
    resolved = rows.filter(is_resolved).with_columns(state=pl.lit(RESOLVED))
    count = review + _insert("subjects_subjectreference", resolved)
    return {"new": count, "review": review, "organisations": made}


def _add_organisations(coded: pl.DataFrame) -> int:
    """Organisations for codes that name none yet; returns how many."""
    held = _held("subjects_organisation", "origin", coded["origin"])
    missing = coded.filter(~pl.col("origin").is_in(held))
    rows = missing.select(
        "origin",
        "uscc",
        pl.col("raw_name").fill_null("").alias("name"),
        "normal",
        "key",
        "region",
        "kind",
        pl.col("raw_address").fill_null("").alias("address"),
    )
    made = _insert("subjects_organisation", rows)
    _make_findable(missing)
    return made


def _with_keys(named: pl.DataFrame) -> pl.DataFrame:
    keys = [comparison_key(normal) if normal else "" for normal in named["normal"]]
    return named.with_columns(key=pl.Series(keys, dtype=pl.String))


def _make_findable(named: pl.DataFrame) -> None:
    """Keep the parts of names: columns origin and key."""
    numbers = _numbers(named["origin"])
    keys = named.select("origin", "key").iter_rows()
    finding.remember((numbers[origin], key) for origin, key in keys if key)


def _numbers(origins: pl.Series) -> dict[str, int]:
    """Ids of the organisations of these origins."""
    return dict(_select("subjects_organisation", "origin, id", "origin", origins))


def _name_the_nameless(known: pl.DataFrame) -> None:
    """A code that came alone is named by the first row that brings a name with it."""
    named = known.filter(pl.col("origin").is_not_null() & (pl.col("normal") != ""))
    held = _held("subjects_organisation", "origin", named["origin"], "AND normal = ''")
    rows = _with_keys(named.filter(pl.col("origin").is_in(held)))
    for part in paced(len(rows)):
        with transaction.atomic():
            _execute(_NAMES, rows[part].select("raw_name", "normal", "key", "origin").rows())
            _make_findable(rows[part])


def _held(table: str, column: str, texts: pl.Series, condition: str = "") -> list[str]:
    """Which texts the table has in that column."""
    return [text for (text,) in _select(table, column, column, texts, condition)]


def _select(
    table: str, wanted: str, column: str, texts: pl.Series, condition: str = ""
) -> list[tuple[Any, ...]]:
    """Rows with one of these texts in that column; they travel as one parameter, not thousands."""
    if texts.is_empty():
        return []
    given: Any
    if connection.vendor == "postgresql":
        among, given = "= ANY(%s::text[])", texts.to_list()
    else:
        among, given = "IN (SELECT value FROM json_each(%s))", json.dumps(texts.to_list())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted} FROM {table} WHERE {column} {among} {condition}", [given])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _insert(table: str, rows: pl.DataFrame) -> int:
    return insert_missing(table, rows.columns, rows.rows()) if len(rows) else 0


def _execute(statement: str, rows: Rows) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
