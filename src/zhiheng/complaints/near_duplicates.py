"""Clusters of messages that say nearly the same, among hundreds of thousands in seconds.

Likeness is the Jaccard index of the sets of three-character pieces. MinHash signatures
(Broder 1997) cut into bands propose pairs; each proposed pair is then measured exactly, so that
nothing below the threshold is ever joined. With 32 bands of 4 a pair of likeness 0.7 is proposed
with probability 0.9998, one of 0.5 still with 0.87. Signatures are computed over whole arrays,
which is some ten times faster than one object a message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

PIECE = 3
BANDS, ROWS = 32, 4
MARKS = 16
_AT_ONCE = 300
_NEIGHBOURS = 8
_NOISE = re.compile(r"[\W_]+")
_SEED = 0x7A48

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


def normalise(text: str) -> str:
    """What is compared: letters, digits and characters alone, in one width and case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def clusters(texts: Sequence[str], least: float) -> list[list[int]]:
    """Groups of two or more positions whose texts are joined by pairs of likeness ``least``.

    A text shorter than one piece is like an equal one alone.

    Args:
        texts: the messages, in any order.
        least: the Jaccard index from which two are taken as near duplicates, above 0 up to 1.

    Returns:
        Each cluster in ascending order; clusters by their first member.

    Raises:
        ValueError: ``least`` is outside of its range.
    """
    if not 0 < least <= 1:
        raise ValueError(f"least is {least!r}; allowed: above 0 and up to 1")
    normal = [normalise(text) for text in texts]
    seen: dict[str, int] = {}
    owner = np.array([seen.setdefault(text, len(seen)) for text in normal], dtype=np.int64)
    pieces = [_pieces(text) for text in seen]
    left, right = _proposed(pieces)
    like = np.array(
        [_likeness(pieces[a], pieces[b]) >= least for a, b in zip(left, right, strict=True)],
        dtype=bool,
    )
    return _components(owner, left[like], right[like], len(pieces))


def likeness(one: str, other: str) -> float:
    """The Jaccard index of two messages' pieces, 0 to 1; 1 where both say nothing else."""
    a, b = normalise(one), normalise(other)
    return 1.0 if a == b else _likeness(_pieces(a), _pieces(b))


def marks(text: str) -> list[int]:
    """Numbers of 63 bits by which a message is found among many that are kept with theirs.

    Messages of likeness 0.7 share one of them 99 times of 100, those of 0.1 once in 600 times;
    equal ones share all. Nothing can be read back from them.
    """
    (bands,) = _bands([_pieces(normalise(text))], MARKS)
    numbered = _mixed(bands[0] ^ np.arange(MARKS, dtype=np.uint64))
    return [int(mark) for mark in numbered >> np.uint64(1)]


def _pieces(text: str) -> Hashes:
    """The distinct three-character pieces of a normalised text, each as a number, sorted."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if len(points) < PIECE:
        return np.empty(0, dtype=np.uint64)
    # A code point has 21 bits, so three of them fit side by side: the number is the piece.
    joined = points[:-2] << np.uint64(42) | points[1:-1] << np.uint64(21) | points[2:]
    return np.unique(joined)


def _likeness(one: Hashes, other: Hashes) -> float:
    if not len(one) or not len(other):
        return 0.0
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _proposed(pieces: Sequence[Hashes]) -> tuple[Numbers, Numbers]:
    """Pairs of positions that share at least one band of their signatures."""
    bands = np.concatenate([*_bands(pieces), np.empty((0, BANDS), dtype=np.uint64)])
    whole = np.array([len(found) > 0 for found in pieces], dtype=bool)
    places = np.flatnonzero(whole)
    pairs: list[Numbers] = []
    for band in bands[whole].T:
        order = np.argsort(band, kind="stable")
        sorted_band = band[order]
        # Each is paired with its next neighbours in the bucket: members of a bucket are mostly
        # alike, so a chain joins them, and a bucket of thousands does not make millions of pairs.
        for step in range(1, min(_NEIGHBOURS + 1, len(order))):
            same = sorted_band[step:] == sorted_band[:-step]
            if not same.any():
                break
            ends = np.stack([order[:-step][same], order[step:][same]])
            pairs.append(places[np.sort(ends, axis=0)])
    if not pairs:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    unique = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return unique[0], unique[1]


def _bands(pieces: Sequence[Hashes], count: int = BANDS) -> Iterator[Hashes]:
    """One hash for each of the first ``count`` bands of each signature, for some hundred texts at
    a time (a processor's cache).
    """
    rng = np.random.default_rng(_SEED)
    factors = rng.integers(0, 2**32, BANDS * ROWS, dtype=np.uint32) | np.uint32(1)
    offsets = rng.integers(0, 2**32, BANDS * ROWS, dtype=np.uint32)
    for start in range(0, len(pieces), _AT_ONCE):
        some = [
            found if len(found) else np.zeros(1, dtype=np.uint64)
            for found in pieces[start : start + _AT_ONCE]
        ]
        mixed = (_mixed(np.concatenate(some)) >> np.uint64(32)).astype(np.uint32)
        begins = np.cumsum([0, *(len(found) for found in some[:-1])])
        bands = np.zeros((len(some), count), dtype=np.uint64)
        drawn = zip(factors[: count * ROWS], offsets[: count * ROWS], strict=True)
        for number, (factor, offset) in enumerate(drawn):
            least = np.minimum.reduceat(mixed * factor + offset, begins).astype(np.uint64)
            band = number // ROWS
            bands[:, band] = _mixed(bands[:, band] ^ least)
        yield bands


def _mixed(values: Hashes) -> Hashes:
    """Every bit of the value in every bit of the result: the finaliser of splitmix64."""
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ values >> np.uint64(31)
    return mixed


def _components(owner: Numbers, left: Numbers, right: Numbers, count: int) -> list[list[int]]:
    graph = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(count, count))
    _number, label = connected_components(graph, directed=False)
    of_text = np.asarray(label)[owner] if len(owner) else owner
    order = np.argsort(of_text, kind="stable")
    cuts = np.flatnonzero(np.diff(of_text[order])) + 1
    groups = [group.tolist() for group in np.split(order, cuts) if len(group) > 1]
    return sorted(groups)
