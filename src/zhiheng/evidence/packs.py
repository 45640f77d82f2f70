"""Packs: rows of a batch as they lie in the record, a thousand side by side and compressed.

Sealed texts, salts and leaves lie one after the other. A pack's size is a power of two, so that
its root is a node of its batch's tree. No framework here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl
import pyarrow as pa

from zhiheng.evidence.hashing import Offsets, pieces, run_of
from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES

ROW_BITS = 24
MOST_ROWS = 1 << ROW_BITS
"""Rows a batch may hold: a row's id is its batch's id and its position, side by side."""
SIZE = 1 << 10
"""Rows of every pack of a batch but the last."""

_CODEC = "zstd"
_LENGTH = np.dtype("<u4")
_SIZE = np.dtype("<u8")
_NUMBER = np.dtype("<i8")
"""Whatever number a column of the record may hold, a wrong one too."""
_MOST = 1 << 31
"""Bytes that no pack's texts come to."""


class Unreadable(Exception):
    """The stored bytes are no pack any more."""


def bodies(texts: pl.Series) -> Iterator[bytes]:
    """The compressed texts of every `SIZE` rows: lengths first, then the texts themselves."""
    offsets, run = run_of(texts)
    for first in range(0, len(texts), SIZE):
        places = offsets[first : first + SIZE + 1]
        lengths = np.diff(places).astype(_LENGTH).tobytes()
        body = lengths + bytes(run[places[0] : places[-1]])
        size = np.array([len(body)], dtype=_SIZE).tobytes()
        yield size + pa.compress(body, codec=_CODEC, asbytes=True)


def digest(numbers: Sequence[int], parts: Sequence[bytes]) -> bytes:
    """SHA-256 over a pack as it is stored.

    Args:
        numbers: its id, batch and rows.
        parts: first and last day (ISO) and regions as UTF-8, root, words, salts, leaves, body;
            and at last the corrections among its rows, see `pairs`.
    """
    head = np.array([*numbers, *map(len, parts)], dtype=_NUMBER)
    summed = sha256(head.tobytes())
    for part in parts:
        summed.update(part)
    return summed.digest()


def pairs(corrections: Iterable[tuple[int, int]]) -> bytes:
    """Ids of rows and of those that they correct, in the order of the former."""
    return np.array([number for pair in corrections for number in pair], dtype=_NUMBER).tobytes()


def unpacked(body: bytes, rows: int) -> tuple[Offsets, memoryview]:
    """Texts out of a stored body: one run of bytes and where each begins.

    Raises:
        Unreadable: the bytes are not what `bodies` made of so many rows.
    """
    try:
        size = int(np.frombuffer(body, _SIZE, 1)[0])
        if size > _MOST:
            raise Unreadable
        plain = pa.decompress(body[_SIZE.itemsize :], size, codec=_CODEC, asbytes=True)
        lengths = np.frombuffer(plain, _LENGTH, rows)
    except (OSError, ValueError, pa.ArrowException):
        raise Unreadable from None
    offsets = np.zeros(rows + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    run = memoryview(plain)[lengths.nbytes :]
    if offsets[-1] != len(run):
        raise Unreadable
    return offsets, run


@dataclass(frozen=True)
class Contents:
    """What a pack holds, row by row."""

    offsets: Offsets
    run: memoryview
    salts: bytes
    leaves: bytes

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def texts(self) -> pl.Series:
        return pieces(self.offsets, self.run)

    def text(self, place: int) -> bytes:
        return bytes(self.run[self.offsets[place] : self.offsets[place + 1]])

    def salt(self, place: int) -> bytes:
        return self.salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]

    def leaf(self, place: int) -> bytes:
        return self.leaves[place * LEAF_BYTES : (place + 1) * LEAF_BYTES]


def contents(rows: int, body: bytes, salts: bytes, leaves: bytes) -> Contents:
    """A pack's rows out of its stored columns.

    Raises:
        Unreadable: they do not fit together.
    """
    if len(salts) != rows * SALT_BYTES or len(leaves) != rows * LEAF_BYTES:
        raise Unreadable
    return Contents(*unpacked(body, rows), salts, leaves)
