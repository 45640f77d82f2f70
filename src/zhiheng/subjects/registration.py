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

from zhiheng.office.progress import Progress
from zhiheng.subjects import finding
from zhiheng.subjects.identifiers.uscc import KINDS
from zhiheng.subjects.judgements import RESOLVED, REVIEW
from zhiheng.subjects.names import comparison_key, normalise_names
from zhiheng.subjects.references import UNRESOLVED, USCC

CHUNK = 5_000
"""References written in one transaction: short enough that nobody waits half a second."""
LONGEST_NAME = 300

_ORGANISATIONS = """
INSERT INTO subjects_organisation (origin, uscc, name, normal, key, region, kind, address)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_SCHEMES = "INSERT INTO subjects_scheme (name) VALUES (%s) ON CONFLICT DO NOTHING"
_NAMES = """
UPDATE subjects_organisation SET name = %s, normal = %s, key = %s WHERE origin = %s
"""
_REFERENCES = """
INSERT INTO subjects_subjectreference
    (ref, state, raw_code, raw_name, raw_address, region, source_party, first_batch,
     organisation_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, (SELECT id FROM subjects_organisation WHERE origin = %s))
ON CONFLICT DO NOTHING
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
    """Write what `prepare` made, chunk by chunk; returns counts of new rows.

    Each chunk is its own transaction and harmless to repeat: an import that was killed goes over
    them once more.
    """
    counts = {"new": 0, "review": 0, "organisations": 0}
    _note_schemes(prepared)
    for chunk in prepared.iter_slices(CHUNK):
        with transaction.atomic():
            for name, count in _write_chunk(chunk, source, batch).items():
                counts[name] += count
        progress.step(len(chunk))
    return counts


def _note_schemes(prepared: pl.DataFrame) -> None:
    schemes = prepared["ref"].str.splitn(":", 2).struct.field("field_0").unique()
    _execute(_SCHEMES, [(name,) for name in schemes])


def _write_chunk(chunk: pl.DataFrame, source: str, batch: int | None) -> dict[str, int]:
    is_held = chunk["ref"].is_in(_held("subjects_subjectreference", "ref", chunk["ref"]))
    new, again = chunk.filter(~is_held), chunk.filter(is_held)
    made = _add_organisations(new.filter(pl.col("origin").is_not_null()))
    _name_the_nameless(again.filter(pl.col("origin").is_not_null() & (pl.col("normal") != "")))
    state = pl.when(pl.col("origin").is_null()).then(pl.lit(REVIEW)).otherwise(pl.lit(RESOLVED))
    rows = new.select(
        "ref",
        state.alias("state"),
        "raw_code",
        "raw_name",
        "raw_address",
        "region",
        pl.lit(source).alias("source"),
        pl.lit(batch).alias("batch"),
        "origin",
    )
    _execute(_REFERENCES, rows.rows())
    return {"new": len(new), "review": new["origin"].null_count(), "organisations": made}


def _add_organisations(coded: pl.DataFrame) -> int:
    """Organisations for codes that name none yet; returns how many."""
    held = _held("subjects_organisation", "origin", coded["origin"])
    missing = coded.filter(~pl.col("origin").is_in(held))
    keys = [comparison_key(normal) if normal else "" for normal in missing["normal"]]
    missing = missing.with_columns(key=pl.Series(keys, dtype=pl.String))
    rows = missing.select(
        "origin",
        "uscc",
        pl.col("raw_name").fill_null(""),
        "normal",
        "key",
        "region",
        "kind",
        pl.col("raw_address").fill_null(""),
    )
    _execute(_ORGANISATIONS, rows.rows())
    _make_findable(missing)
    return len(missing)


def _make_findable(named: pl.DataFrame) -> None:
    """Keep the parts of names: columns origin and key."""
    numbers = _numbers(named["origin"])
    keys = named.select("origin", "key").rows()
    finding.remember((numbers[origin], key) for origin, key in keys if key)


def _numbers(origins: pl.Series) -> dict[str, int]:
    """Ids of the organisations of these origins."""
    return dict(_select("subjects_organisation", "origin, id", "origin", origins))


def _name_the_nameless(coded: pl.DataFrame) -> None:
    """A code that came alone is named by the first row that brings a name with it."""
    nameless = _held("subjects_organisation", "origin", coded["origin"], "AND normal = ''")
    rows = coded.filter(pl.col("origin").is_in(nameless)).select("raw_name", "normal", "origin")
    keys = [comparison_key(normal) for normal in rows["normal"]]
    rows = rows.with_columns(key=pl.Series(keys, dtype=pl.String))
    _execute(_NAMES, rows.select("raw_name", "normal", "key", "origin").rows())
    _make_findable(rows)


def _held(table: str, column: str, texts: pl.Series, condition: str = "") -> list[str]:
    """Which texts the table has in that column."""
    return [text for (text,) in _select(table, column, column, texts, condition)]


def _select(
    table: str, wanted: str, column: str, texts: pl.Series, condition: str = ""
) -> list[tuple[Any, ...]]:
    """Rows with one of these texts in that column; they travel as one parameter, not thousands."""
    if texts.is_empty():
        return []
    among = (
        "= ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))"
        if connection.vendor == "postgresql"
        else "IN (SELECT value FROM json_each(%s))"
    )
    with connection.cursor() as cursor:
        query = f"SELECT {wanted} FROM {table} WHERE {column} {among} {condition}"
        cursor.execute(query, [json.dumps(texts.to_list())])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _execute(statement: str, rows: Rows) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
