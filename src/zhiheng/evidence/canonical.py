"""The canonical bytes of a row: one JSON text for one fact, and what it takes to get it back.

Keys are sorted; those that all kinds share begin with ``$``. Days are ISO, nothing is left out
(an empty value is null), personal values appear as ``sha256:`` digests of salt and value.
"""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from zhiheng.evidence.conversion import POLARS_TYPE
from zhiheng.evidence.declaration import Kind, Type

ROW_TYPE, NOTHING_TYPE, VOID_TYPE = "row", "nothing", "void"
SHARED: dict[str, type[pl.DataType]] = {
    "$at": pl.String,
    "$day": pl.String,
    "$id": pl.String,
    "$kind": pl.String,
    "$region": pl.String,
    "$source": pl.String,
    "$subject": pl.String,
    "$supersedes": pl.String,
    "$type": pl.String,
}
"""``$supersedes`` is the leaf of the corrected row; ``$at`` is when it was recorded (UTC)."""

NOTHING: dict[str, type[pl.DataType]] = {**SHARED, "$note": pl.String, "$since": pl.String}
"""The form of a nothing-to-report row: its period goes from ``$since`` to ``$day``."""

_LATER = {"$at", "$supersedes"}


def typed_fields(kind: Kind) -> dict[str, type[pl.DataType]]:
    """Every key of the kind's canonical form with its type in JSON, sorted."""
    own: dict[str, type[pl.DataType]] = {
        c.name: pl.String if c.type is Type.DATE else POLARS_TYPE[c.type]
        for c in kind.plain_columns
    }
    personal: dict[str, type[pl.DataType]] = dict.fromkeys(
        (c.name for c in kind.personal_columns), pl.String
    )
    fields = {**SHARED, **own, **personal}
    return {name: fields[name] for name in sorted(fields)}


def _texts(frame: pl.DataFrame, kind: Kind, without: set[str]) -> pl.Series:
    """JSON of each row in the form of its record type, leaving out some keys."""
    forms = {ROW_TYPE: typed_fields(kind), NOTHING_TYPE: NOTHING}
    texts = {
        record_type: pl.struct([f for f in sorted(fields) if f not in without]).struct.json_encode()
        for record_type, fields in forms.items()
    }
    is_row = pl.col("$type") != NOTHING_TYPE
    if (frame["$type"] != NOTHING_TYPE).all():
        return frame.select(texts[ROW_TYPE].alias("text"))["text"]
    chosen = pl.when(is_row).then(texts[ROW_TYPE]).otherwise(texts[NOTHING_TYPE])
    return frame.select(chosen.alias("text"))["text"]


def encode(frame: pl.DataFrame, kind: Kind) -> pl.Series:
    """Canonical text of each row; ``frame`` has the fields of its rows' forms, days as text."""
    return _texts(frame, kind, set()).alias("canonical")


def contents(frame: pl.DataFrame, kind: Kind) -> pl.Series:
    """What each row says apart from when it was recorded, what it corrects and who is in it.

    Two deliveries of one fact say the same; personal values are compared themselves, since their
    sealed digests are salted anew each time.
    """
    return _texts(frame, kind, _LATER | {c.name for c in kind.personal_columns})


def contents_of(texts: pl.Series, kind: Kind) -> pl.Series:
    """The same of canonical texts: what is left of each without those keys.

    A row that was declared void is taken for what it was before. A quotation mark inside of a
    value is escaped, so that no value can look like a key.
    """
    left = texts.str.replace(r'^\{"\$at":"[^"]*",', "{")
    left = left.str.replace(r'"\$supersedes":(?:null|"[0-9a-f]{64}"),', "")
    left = left.str.replace(f'"$type":"{VOID_TYPE}"', f'"$type":"{ROW_TYPE}"', literal=True)
    for column in kind.personal_columns:
        left = left.str.replace(rf',"{column.name}":(?:null|"sha256:[0-9a-f]{{64}}")', "")
    return left


def decode(texts: pl.Series, kind: Kind) -> pl.DataFrame:
    """Back from canonical text to typed columns, days as days."""
    fields = {**NOTHING, **typed_fields(kind)}
    return with_days(texts.str.json_decode(pl.Struct(fields)).struct.unnest(), kind)


def with_days(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Rows in the canonical form with days as days; fields that a form lacks are null."""
    absent = {n: t for n, t in NOTHING.items() if n not in frame.columns}
    frame = frame.with_columns(pl.lit(None, dtype=t).alias(n) for n, t in absent.items())
    days = ["$day", "$since", *(c.name for c in kind.plain_columns if c.type is Type.DATE)]
    return frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in days)


def personal_digest(salt: bytes, value: str) -> str:
    return "sha256:" + sha256(salt + value.encode()).hexdigest()
