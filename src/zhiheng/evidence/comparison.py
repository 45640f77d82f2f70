"""Which of the rows at hand the ledger has already, which it has otherwise, which are new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from zhiheng.evidence import storage
from zhiheng.evidence.canonical import content_digests
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import PersonalValue

_ASKED_AT_ONCE = 900
_KNOWN = {
    "$id": pl.String,
    "known": pl.Int64,
    "known_leaf": pl.Binary,
    "known_content": pl.Binary,
    "known_canonical": pl.Binary,
}
_SQL = """
SELECT r.external_id, r.id, r.leaf, r.content, {canonical}
FROM evidence_row r JOIN evidence_batch b ON b.id = r.batch_id AND b.state = 'sealed'
WHERE r.kind = %s AND r.source = %s AND r.external_id IN ({marks})
AND NOT EXISTS (SELECT 1 FROM evidence_row s WHERE s.supersedes = r.id)
"""


@dataclass(frozen=True)
class Comparison:
    """``frame`` has the rows to append (new and corrected, with ``supersedes`` and ``$supersedes``
    filled in for the latter, and ``content``); ``repeated`` counts those left out."""

    frame: pl.DataFrame
    corrected: int
    repeated: int


def compare(frame: pl.DataFrame, kind: Kind, source: str) -> Comparison:
    """Hold rows (all `typed_fields`, personal values as filed) against the current ledger."""
    known = _known_rows(frame["$id"], kind, source)
    content = pl.Series("content", content_digests(frame, kind), dtype=pl.Binary)
    joined = frame.with_columns(content).join(known, on="$id", how="left", maintain_order="left")
    same = joined["known_content"] == joined["content"]
    if kind.personal_columns and same.any():
        same &= _same_persons(joined, same.fill_null(False), kind)
    repeated = same.fill_null(False)
    rest = joined.filter(~repeated).with_columns(
        pl.col("known").alias("supersedes"),
        pl.col("known_leaf").bin.encode("hex").alias("$supersedes"),
    )
    return Comparison(
        rest.drop("known", "known_leaf", "known_content", "known_canonical"),
        corrected=rest["supersedes"].count(),
        repeated=int(repeated.sum()),
    )


def _known_rows(ids: pl.Series, kind: Kind, source: str) -> pl.DataFrame:
    canonical = "r.canonical" if kind.personal_columns else "NULL"
    found = [pl.DataFrame(schema=_KNOWN)]
    for part in _parts(ids.to_list()):
        marks = ", ".join(["%s"] * len(part))
        sql = _SQL.format(marks=marks, canonical=canonical)
        found.extend(storage.select(sql, [kind.code, source, *part], _KNOWN))
    return pl.concat(found)


def _parts(values: list[str]) -> list[list[str]]:
    return [values[i : i + _ASKED_AT_ONCE] for i in range(0, len(values), _ASKED_AT_ONCE)]


def _same_persons(joined: pl.DataFrame, asked: pl.Series, kind: Kind) -> pl.Series:
    """True where every personal value is as it was; an erased one is not brought back."""
    names = [c.name for c in kind.personal_columns]
    rows = joined.filter(asked)
    stored = _stored_values(rows["known"].to_list())
    alike = []
    for row in rows.select("known", "known_canonical", *names).iter_rows(named=True):
        sealed = json.loads(row["known_canonical"])
        alike.append(
            all(
                sealed.get(name) is None
                if row[name] is None
                else stored.get((row["known"], name), row[name] if sealed.get(name) else None)
                == row[name]
                for name in names
            )
        )
    places = asked.arg_true()
    answer = pl.Series([False] * len(joined))
    return answer.scatter(places, alike)


def _stored_values(rows: Sequence[int]) -> dict[tuple[int, str], str]:
    found: dict[tuple[int, str], str] = {}
    for start in range(0, len(rows), _ASKED_AT_ONCE):
        part = PersonalValue.objects.filter(row__in=rows[start : start + _ASKED_AT_ONCE])
        found.update({(r, c): v for r, c, v in part.values_list("row", "column", "value")})
    return found
