"""Batches held to the digests that the log has of their stored bytes.

Bytes that are those that were sealed say what they said then: their rows, leaves and roots need
no recomputing, which is what `rechecked_batches` does with all others. It finds which row of
them it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

from django.db import connection

from zhiheng.evidence import postings
from zhiheng.evidence.intact import NotAsSealed
from zhiheng.evidence.models import Batch, Pack
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.postings import Postings
from zhiheng.evidence.rechecked_batches import OwnConnection, refuse_extra_rows
from zhiheng.evidence.stored_packs import BLOCK, corrections, stored_packs
from zhiheng.office.words import _

_INDEX = """
SELECT s.id, s.size, b.first, b.words, b.packs
FROM evidence_postingsegment s LEFT JOIN evidence_postingblock b ON b.segment = s.id
ORDER BY s.id, b.first
"""
_LEAST = -(1 << 63) - 1
"""Less than any word."""


def is_as_stored(batch: Batch) -> bool:
    """Whether all that the packs table has of a batch is, byte for byte, what was sealed.

    Raises:
        NotAsSealed: there are packs after its last row.
    """
    if batch.packs_digest is None:
        return False
    record, summed = OwnConnection(connection.vendor), sha256()
    first, end = batch.id << ROW_BITS, (batch.id << ROW_BITS) + batch.rows
    for start in range(first, end, BLOCK):
        last = min(start + BLOCK, end)
        corrected = corrections(record, start, last)
        for pack in stored_packs(record, start, last):
            if not pack.sound or pack.summed(corrected.pop(pack.id, [])) != pack.digest:
                return False
            summed.update(pack.digest)
        if corrected:
            return False
    refuse_extra_rows(batch)
    return summed.hexdigest() == batch.packs_digest


def check_index(batches: set[int]) -> None:
    """Every pack of these batches is found by the words of its rows, and by nothing else.

    Raises:
        NotAsSealed: names the first that is not.
    """
    told = Pack.objects.filter(batch__in=batches) if len(batches) < 500 else Pack.objects.all()
    expected = {
        pack: bytes(words)
        for pack, batch, words in told.values_list("id", "batch_id", "words").iterator()
        if batch in batches
    }
    seen: dict[int, bytes] = {}
    wrong: set[int] = set()
    disordered: list[int] = []
    for segment, in_order, index in _segments():
        if not in_order:
            disordered.append(segment)
        for pack, digest in postings.digests(postings.by_pack(index)).items():
            if pack in seen or (pack not in expected and pack >> ROW_BITS in batches):
                wrong.add(pack)
            seen[pack] = digest
    wrong |= {pack for pack, words in expected.items() if seen.get(pack) != words}
    if wrong:
        pack = min(wrong)
        raise NotAsSealed(pack >> ROW_BITS, pack, _("索引与封存的内容不符"))
    if disordered:
        reason = _("词语索引第 {segment} 段的次序不对", segment=disordered[0])
        raise NotAsSealed(None, None, reason)


def _segments() -> Iterator[tuple[int, bool, Postings]]:
    """Each segment, and whether look-ups find their way in it.

    A block that is none is left out, so that its packs lack words.
    """
    blocks = (row for part in OwnConnection(connection.vendor).rows(_INDEX) for row in part)
    for (segment, size), of_segment in groupby(blocks, key=itemgetter(0, 1)):
        parts = [postings.NOTHING]
        in_order, before = True, _LEAST
        for _segment, _size, first, words, packs in of_segment:
            try:
                part = postings.of_block(bytes(words), bytes(packs))
            except (postings.Unreadable, TypeError):
                continue
            named = isinstance(first, int) and len(part) > 0 and before < first == part.words[0]
            in_order &= postings.rising(part.words) and named
            before = int(part.words[-1]) if len(part) else before
            parts.append(part)
        yield segment, bool(in_order) and sum(map(len, parts)) == size, postings.joined(parts)
