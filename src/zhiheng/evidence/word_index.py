"""The index of words: in which packs a number or a subject is found.

It lies in the record as sorted segments (O'Neil et al. 1996, log-structured merge trees): a batch
brings its own, and many small ones are merged, so that a look-up has few to go through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import polars as pl
from django.db import connection, transaction
from django.db.models import Count, Sum

from zhiheng.evidence import postings
from zhiheng.evidence.models import PostingBlock, PostingSegment
from zhiheng.evidence.postings import Int64s, Postings
from zhiheng.office.inserting import insert

MOST_WAITING = 1 << 20
"""Postings that a batch gathers before they become a segment."""
_MERGED = 8
_GROWN = 1 << 17
"""Postings from which on a segment is left as it is."""
_SEEK = 200
"""What looking up one word in one segment costs, in postings that are read through meanwhile."""
_SOUGHT_AT_ONCE = 100
_BLOCKS_AT_ONCE = 1_000
_SEEN = """
WITH wanted(word) AS (VALUES {words})
SELECT b.words, b.packs FROM (
    SELECT DISTINCT s.id AS segment, (
        SELECT first FROM evidence_postingblock
        WHERE segment = s.id AND first <= w.word ORDER BY first DESC LIMIT 1
    ) AS first FROM evidence_postingsegment s CROSS JOIN wanted w
) p JOIN evidence_postingblock b ON b.segment = p.segment AND b.first = p.first
"""


def add(batch: int, parts: Sequence[Postings]) -> None:
    """Write a segment of an open batch."""
    _write(postings.joined(parts), batch)


@transaction.atomic
def _write(index: Postings, batch: int | None) -> None:
    segment = PostingSegment.objects.create(batch=batch, size=len(index))
    insert(
        PostingBlock._meta.db_table,
        ("segment", "first", "words", "packs"),
        ((segment.id, *block) for block in postings.blocks(index)),
    )


def keep(batch: int) -> None:
    """A batch is sealed: its segments stay, and may be merged with others.

    Runs inside of a transaction that makes every other sealer wait.
    """
    PostingSegment.objects.filter(batch=batch).update(batch=None)
    while small := _mergeable():
        _write(postings.joined([_segment(each) for each in small]), None)
        _delete(small)


def drop(batch: int) -> None:
    _delete(list(PostingSegment.objects.filter(batch=batch).values_list("id", flat=True)))


def packs_mentioning(words: Collection[str]) -> set[int]:
    """Ids of packs, of whatever batch, in which one of these words is found.

    A pack may be among them that has a word of the same hash instead.
    """
    return set(_found(words).packs.tolist())


def mentioned(words: Collection[str]) -> set[str]:
    """Those of these words that some pack has, or a word of the same hash."""
    listed = sorted(words)
    held = np.isin(_hashes(listed), _found(listed).words)
    return {word for word, is_held in zip(listed, held.tolist(), strict=True) if is_held}


def _hashes(words: Collection[str]) -> Int64s:
    return postings.hashed(pl.Series(list(words), dtype=pl.String))


def _found(words: Collection[str]) -> Postings:
    wanted = np.unique(_hashes(words))
    held = PostingSegment.objects.aggregate(count=Count("id"), size=Sum("size"))
    seeking = len(wanted) * held["count"] * _SEEK < (held["size"] or 0)
    found = [postings.with_words(part, wanted) for part in (_seek(wanted) if seeking else _all())]
    return postings.joined([postings.NOTHING, *found])


def _seek(wanted: Int64s) -> Iterator[Postings]:
    """The blocks in which these words would lie."""
    for start in range(0, len(wanted), _SOUGHT_AT_ONCE):
        part = wanted[start : start + _SOUGHT_AT_ONCE].tolist()
        words = ", ".join(f"(CAST({word} AS bigint))" for word in part)
        with connection.cursor() as cursor:
            cursor.execute(_SEEN.format(words=words))
            for block in cursor:
                yield postings.of_block(*map(bytes, block))


def _all() -> Iterator[Postings]:
    """Every block, some at a time."""
    blocks = PostingBlock.objects.values_list("words", "packs").iterator(_BLOCKS_AT_ONCE)
    for words, packs in blocks:
        yield postings.of_block(bytes(words), bytes(packs))


def _segment(segment: int) -> Postings:
    blocks = PostingBlock.objects.filter(segment=segment).order_by("first")
    return postings.joined(
        [
            postings.of_block(bytes(words), bytes(packs))
            for words, packs in blocks.values_list("words", "packs")
        ]
    )


def _mergeable() -> list[int]:
    """Small segments of like size, if there are many."""
    alike: dict[int, list[int]] = {}
    small = PostingSegment.objects.filter(batch=None, size__lt=_GROWN)
    for segment, size in small.order_by("id").values_list("id", "size"):
        same = alike.setdefault(size.bit_length() // 3, [])
        same.append(segment)
        if len(same) == _MERGED:
            return same
    return []


def _delete(segments: Sequence[int]) -> None:
    PostingBlock.objects.filter(segment__in=segments).delete()
    PostingSegment.objects.filter(id__in=segments).delete()
