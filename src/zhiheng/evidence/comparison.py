"""Which of the rows at hand the ledger has already, which it has otherwise, which are new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from zhiheng.evidence import reading
from zhiheng.evidence.canonical import VOID_TYPE, contents, contents_of
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.models import Batch, Correction, PersonalValue
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.word_index import packs_mentioning

_ASKED_AT_ONCE = 5_000
_KNOWN = {
    "$id": pl.String,
    "known": pl.Int64,
    "known_leaf": pl.Binary,
    "known_canonical": pl.Binary,
    "known_type": pl.String,
}


@dataclass(frozen=True)
class Comparison:
    """``frame`` has the rows to append: new and corrected ones, with ``supersedes`` and
    ``$supersedes`` filled in for the latter."""

    frame: pl.DataFrame
    corrected: int


def compare(frame: pl.DataFrame, kind: Kind, source: str) -> Comparison:
    """Hold rows (all `typed_fields`, personal values as filed) against the current ledger."""
    known = _known_rows(frame["$id"], kind, source)
    if known.is_empty():
        return Comparison(frame.with_columns(pl.lit(None, dtype=pl.Int64).alias("supersedes")), 0)
    joined = frame.join(known, on="$id", how="left", maintain_order="left")
    held = joined["known"].is_not_null()
    same = held.clone()
    said = contents(joined.filter(held), kind)
    texts = joined["known_canonical"].filter(held).cast(pl.String)
    same = same.scatter(held.arg_true(), said == contents_of(texts, kind))
    if kind.personal_columns and same.any():
        # A void row has lost its persons; what voided it stands until something else is filed.
        void = (joined["known_type"] == VOID_TYPE).fill_null(False)
        same &= void | _same_persons(joined, same, kind)
    rest = joined.filter(~same).with_columns(
        pl.col("known").alias("supersedes"),
        pl.col("known_leaf").bin.encode("hex").alias("$supersedes"),
    )
    return Comparison(
        rest.drop(set(_KNOWN) - {"$id"}),
        corrected=rest["supersedes"].count(),
    )


def _known_rows(numbers: pl.Series, kind: Kind, source: str) -> pl.DataFrame:
    """Current rows of the ledger with these numbers, of the same kind and source."""
    sealed = Batch.objects.filter(kind=kind.code, source=source, state=Batch.State.SEALED)
    batches = set(sealed.values_list("id", flat=True))
    if not batches:
        return pl.DataFrame(schema=_KNOWN)
    words = {number_word(number) for number in numbers}
    # Many sources number from 1 on: their packs are not even opened.
    packs = [pack for pack in packs_mentioning(words) if pack >> ROW_BITS in batches]
    own = {row.id: row for row in reading.rows_called_in(words, packs)}
    corrected: set[int] = set()
    for part in _parts(list(own)):
        found = Correction.objects.filter(supersedes__in=part)
        corrected.update(found.values_list("supersedes", flat=True))
    current = [row for row_id, row in own.items() if row_id not in corrected]
    return pl.DataFrame(
        [(r.external_id, r.id, r.leaf, r.canonical, r.record_type) for r in current],
        schema=_KNOWN,
        orient="row",
    )


def _parts(values: list[int]) -> list[list[int]]:
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
