"""Postings: by which words packs are found, each word as a hash beside the pack's id.

A word is a row's number (after ``#``) or a subject's reference. Two words that share a hash only
make a pack be looked into in vain. No framework here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import polars_hash as plh

Int64s = np.ndarray[Any, np.dtype[np.int64]]

BLOCK = 512
"""Postings that lie in one block, but for a word of more."""
_STORED = np.dtype("<i8")


class Unreadable(Exception):
    """The stored bytes are no postings any more."""


@dataclass(frozen=True)
class Postings:
    """Hashes of words and ids of packs, side by side; each pair once."""

    words: Int64s
    packs: Int64s

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, chosen: Any) -> Postings:
        return Postings(self.words[chosen], self.packs[chosen])


NOTHING = Postings(np.array([], dtype=np.int64), np.array([], dtype=np.int64))


def number_word(number: str) -> str:
    """The word by which a row of this number is found."""
    return "#" + number


def hashed(words: pl.Series) -> Int64s:
    """xxHash64 (seed 0) of each word's UTF-8, as signed integers."""
    hashes = words.alias("word").to_frame().select(plh.col("word").nchash.xxhash64())
    return hashes.to_series().to_numpy().view(np.int64)


def postings_of(packs: pl.Series, numbers: pl.Series, subjects: pl.Series) -> Postings:
    """The postings of rows, in the order of packs and words.

    Args:
        packs: the id of each row's pack, in order.
        subjects: null where a row speaks of none.
    """
    named = subjects.is_not_null()
    numbered = numbers.to_frame("number").select(pl.lit("#") + pl.col("number")).to_series()
    of_numbers, of_subjects = hashed(numbered), hashed(subjects.filter(named))
    number_packs, subject_packs = packs.to_numpy(), packs.filter(named).to_numpy()
    starts = [*np.flatnonzero(np.diff(number_packs, prepend=-1)).tolist(), len(packs)]
    words = [NOTHING.words]
    found_in = [NOTHING.packs]
    for start, end in pairwise(starts):
        pack = number_packs[start]
        first, last = np.searchsorted(subject_packs, [pack, pack + 1])
        # Many small sorts are many times faster than one of all pairs.
        each = np.unique(np.concatenate([of_numbers[start:end], of_subjects[first:last]]))
        words.append(each)
        found_in.append(np.full(len(each), pack))
    return Postings(np.concatenate(words), np.concatenate(found_in))


def digests(by_pack: Postings) -> dict[int, bytes]:
    """SHA-256 over the words of each pack, of postings in the order of packs and words."""
    starts = np.flatnonzero(np.diff(by_pack.packs, prepend=-1))
    return {
        int(by_pack.packs[start]): sha256(_bytes(by_pack.words[start:end])).digest()
        for start, end in pairwise([*starts.tolist(), len(by_pack)])
    }


def joined(parts: Sequence[Postings]) -> Postings:
    """All of them in the order of words and packs, as an index has them."""
    words = np.concatenate([part.words for part in parts])
    packs = np.concatenate([part.packs for part in parts])
    return Postings(words, packs)[np.lexsort((packs, words))]


def by_pack(postings: Postings) -> Postings:
    """The same in the order of packs and words."""
    return postings[np.lexsort((postings.words, postings.packs))]


def rising(words: Int64s) -> bool:
    """Whether no word is less than the one before it."""
    # Hashes lie so far apart that their differences would overflow.
    return bool(np.all(words[1:] >= words[:-1]))


def blocks(index: Postings) -> Iterator[tuple[int, bytes, bytes]]:
    """An index cut into blocks: the first word, words, packs. No word lies in two of them."""
    cuts = np.unique(np.searchsorted(index.words, index.words[::BLOCK]))
    for start, end in pairwise([*cuts.tolist(), len(index)]):
        part = index[start:end]
        yield int(part.words[0]), _bytes(part.words), _bytes(part.packs)


def of_block(words: bytes, packs: bytes) -> Postings:
    """A block as `blocks` made it.

    Raises:
        Unreadable: it is none.
    """
    if len(words) != len(packs) or len(words) % _STORED.itemsize:
        raise Unreadable
    return Postings(np.frombuffer(words, _STORED), np.frombuffer(packs, _STORED))


def with_words(postings: Postings, wanted: Int64s) -> Postings:
    """Those of these words, which are in order."""
    places = np.searchsorted(wanted, postings.words).clip(max=len(wanted) - 1)
    return postings[wanted[places] == postings.words]


def _bytes(numbers: Int64s) -> bytes:
    return numbers.astype(_STORED, copy=False).tobytes()
