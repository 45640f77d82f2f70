"""Rows out of the record's packs. Only sealed batches are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
import polars as pl
from django.db.models import QuerySet

from zhiheng.evidence import packs
from zhiheng.evidence.models import Batch, Correction, Pack
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS, SIZE, Contents
from zhiheng.evidence.word_index import packs_mentioning

_PACKS_AT_ONCE = 16
_BATCHES_AT_ONCE = 200
_FEW = 16
"""Words up to which looking for each in the bytes is faster than reading the texts."""
_HEAVY = ("body", "salts", "leaves")


@dataclass(frozen=True)
class Row:
    """One fact as it was filed. ``said`` is the sealed text, in which names that all kinds share
    begin with ``$``; ``supersedes`` is the row that it corrects."""

    id: int
    canonical: bytes
    salt: bytes
    leaf: bytes
    supersedes: int | None
    said: dict[str, Any]

    @property
    def batch(self) -> int:
        return self.id >> ROW_BITS

    @property
    def kind(self) -> str:
        return str(self.said["$kind"])

    @property
    def source(self) -> str:
        return str(self.said["$source"])

    @property
    def external_id(self) -> str:
        return str(self.said["$id"])

    @property
    def record_type(self) -> str:
        return str(self.said["$type"])

    @property
    def subject(self) -> str | None:
        subject: str | None = self.said["$subject"]
        return subject

    @property
    def region(self) -> str | None:
        region: str | None = self.said["$region"]
        return region

    @property
    def occurred_on(self) -> date:
        return date.fromisoformat(self.said["$day"])

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.said["$at"])


def row_at(row_id: int) -> Row | None:
    return next(iter(rows_at([row_id])), None)


def rows_at(ids: Iterable[int]) -> list[Row]:
    """The rows of these ids, in order of id; those that there are not are left out."""
    wanted: dict[int, set[int]] = {}
    for row_id in ids:
        wanted.setdefault(row_id - row_id % SIZE, set()).add(row_id)
    found = []
    for pack in _packs(wanted):
        places = sorted(row_id - pack.id for row_id in wanted[pack.id])
        found += rows_of(pack, [place for place in places if place < pack.rows])
    return found


def rows_called(words: Collection[str]) -> list[Row]:
    """Rows with one of these numbers (`postings.number_word`) or subjects, in order of id."""
    return rows_called_in(words, packs_mentioning(words))


def rows_called_in(words: Collection[str], packs: Collection[int]) -> list[Row]:
    """The same, of these packs only."""
    found = []
    for pack in _packs(packs):
        held = contents_of(pack)
        found += rows_of(pack, _places_called(held, words), held)
    return found


def _places_called(held: Contents, words: Collection[str]) -> list[int]:
    """Rows whose number or subject is one of these words."""
    if len(words) <= _FEW:
        return sorted({place for word in words for place in _places_saying(held, _needle(word))})
    texts = held.texts().cast(pl.String)
    said = texts.str.json_decode(pl.Struct({"$id": pl.String, "$subject": pl.String}))
    told = said.struct.unnest().select(pl.lit("#") + pl.col("$id"), "$subject")
    named = pl.Series(list(words)).implode()
    hit = told.select(pl.any_horizontal(pl.all().is_in(named))).to_series()
    return hit.fill_null(False).arg_true().to_list()


def _places_saying(held: Contents, needle: str) -> Iterator[int]:
    """Rows whose text has this in it, without making texts of all of them."""
    run, said = bytes(held.run), needle.encode()
    found = run.find(said)
    while found >= 0:
        place = int(np.searchsorted(held.offsets, found, side="right")) - 1
        yield place
        found = run.find(said, int(held.offsets[place + 1]))


def _needle(word: str) -> str:
    """How a sealed text says the word; no value can hold it, since there its quotes are escaped."""
    key, value = ("$id", word[1:]) if word.startswith("#") else ("$subject", word)
    return json.dumps({key: value}, ensure_ascii=False, separators=(",", ":"))[1:-1]


def rows_of(pack: Pack, places: Iterable[int], held: Contents | None = None) -> list[Row]:
    """The rows of a pack at these places."""
    held = held or contents_of(pack)
    ids = [pack.id + place for place in places]
    said = {row_id: json.loads(held.text(row_id - pack.id)) for row_id in ids}
    correcting = [row_id for row_id in ids if said[row_id]["$supersedes"] is not None]
    corrected = dict(
        Correction.objects.filter(row__in=correcting).values_list("row", "supersedes")
        if correcting
        else ()
    )
    return [
        Row(
            row_id,
            held.text(row_id - pack.id),
            held.salt(row_id - pack.id),
            held.leaf(row_id - pack.id),
            corrected.get(row_id),
            said[row_id],
        )
        for row_id in ids
    ]


def newest(
    batches: QuerySet[Batch],
    wanted: Callable[[Row], bool],
    *,
    before: int | None = None,
    packs_wanted: Callable[[Pack], bool] = lambda pack: True,
) -> Iterator[Row]:
    """Rows of these batches, the newest first, as far as they are asked for.

    Args:
        before: only rows whose id is less.
        packs_wanted: of a pack without its contents, whether any of its rows may be wanted.
    """
    listed = batches.order_by("-id").values_list("id", flat=True)
    if before is not None:
        listed = listed.filter(id__lte=before >> ROW_BITS)
    numbers = listed.iterator(_BATCHES_AT_ONCE)
    while part := list(islice(numbers, _BATCHES_AT_ONCE)):
        yield from _newest_of(part, wanted, before, packs_wanted)


def _newest_of(
    batches: list[int],
    wanted: Callable[[Row], bool],
    before: int | None,
    packs_wanted: Callable[[Pack], bool],
) -> Iterator[Row]:
    first, end = batches[-1] << ROW_BITS, (batches[0] << ROW_BITS) + MOST_ROWS
    known = Pack.objects.filter(id__gte=first, id__lt=min(end, before or end))
    light = known.filter(batch__in=batches).defer(*_HEAVY).select_related("batch").order_by("-id")
    for place in light.iterator(_BATCHES_AT_ONCE):
        if not packs_wanted(place):
            continue
        pack = Pack.objects.get(id=place.id)
        yield from (
            row
            for row in reversed(rows_of(pack, range(pack.rows)))
            if (before is None or row.id < before) and wanted(row)
        )


def sealed_batches() -> QuerySet[Batch]:
    return Batch.objects.filter(state=Batch.State.SEALED)


def _packs(ids: Collection[int]) -> Iterator[Pack]:
    """The packs of these ids in sealed batches, in order."""
    listed = sorted(ids)
    for start in range(0, len(listed), _PACKS_AT_ONCE):
        part = Pack.objects.filter(id__in=listed[start : start + _PACKS_AT_ONCE])
        yield from part.filter(batch__state=Batch.State.SEALED).order_by("id")


def packs_of(batch: Batch) -> Iterator[Pack]:
    """The batch's packs in order, sealed or not."""
    first = batch.id << ROW_BITS
    found = Pack.objects.filter(id__gte=first, id__lt=first + MOST_ROWS).order_by("id")
    return found.iterator(_PACKS_AT_ONCE)


def contents_of(pack: Pack) -> Contents:
    """What a pack holds; raises `packs.Unreadable`."""
    return packs.contents(pack.rows, bytes(pack.body), bytes(pack.salts), bytes(pack.leaves))
