"""SHA-256 of many pieces at once; what `proofs` does one by one, for whole packs.

Pieces lie one after the other in one run of bytes; so do their digests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import polars_hash as plh
import pyarrow as pa

from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES

Offsets = np.ndarray[Any, np.dtype[np.int64]]
"""Where pieces begin, and at last where the last one ends."""
_PAIR = 2 * LEAF_BYTES


def pieces(offsets: Offsets, run: bytes | memoryview) -> pl.Series:
    """The pieces of a run as binary values, without copying them."""
    buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets)), pa.py_buffer(run)]
    array = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(offsets) - 1, buffers)
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def run_of(values: pl.Series) -> tuple[Offsets, memoryview]:
    """Binary or text values as one run of bytes and their places in it; none may be null."""
    array = values.rechunk().to_arrow().cast(pa.large_binary())
    _validity, offsets, run = array.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return places, memoryview(run or b"")


def fixed(run: bytes | memoryview, size: int) -> pl.Series:
    """A run of pieces that are all of one size."""
    return pieces(np.arange(0, len(run) + 1, size, dtype=np.int64), run)


def _digests(values: pl.Series) -> bytes:
    hexes = values.alias("piece").to_frame().select(plh.col("piece").chash.sha2_256())["piece"]
    _places, run = run_of(hexes)
    return bytes.fromhex(bytes(run).decode())


def leaves(texts: pl.Series, salts: bytes) -> bytes:
    """The leaves of rows: of each sealed text (binary) with its salt in front; see `proofs`."""
    parts = {"text": texts, "salt": fixed(salts, SALT_BYTES)}
    sealed = pl.DataFrame(parts).select(pl.lit(b"\x00") + pl.col("salt") + pl.col("text"))
    return _digests(sealed.to_series())


def root(nodes: bytes) -> bytes:
    """The root over nodes (at least one), an odd last one moving up as it is; see `proofs`."""
    while len(nodes) > LEAF_BYTES:
        nodes = _level_above(nodes) + nodes[len(nodes) - len(nodes) % _PAIR :]
    return nodes


def roots(nodes: bytes, size: int) -> list[bytes]:
    """The root over each ``size`` nodes, a power of two, and over the rest."""
    whole = len(nodes) - len(nodes) % (size * LEAF_BYTES)
    above, rest = nodes[:whole], nodes[whole:]
    while size > 1:
        above = _level_above(above)
        size //= 2
    found = [above[i : i + LEAF_BYTES] for i in range(0, len(above), LEAF_BYTES)]
    return [*found, root(rest)] if rest else found


def _level_above(nodes: bytes) -> bytes:
    """Pairs hashed together; an odd last node is left out."""
    pairs = len(nodes) // _PAIR
    if not pairs:
        return b""
    joined = np.ones((pairs, 1 + _PAIR), dtype=np.uint8)
    joined[:, 1:] = np.frombuffer(nodes, np.uint8, pairs * _PAIR).reshape(pairs, _PAIR)
    return _digests(fixed(joined.reshape(-1).data, 1 + _PAIR))
