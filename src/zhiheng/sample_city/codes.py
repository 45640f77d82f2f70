"""Valid, invented credit codes by the column (GB 32100-2015 over GB 11714-1997)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiheng.subjects.identifiers.orgcode import WEIGHTS as ORGANISATION_WEIGHTS
from zhiheng.subjects.identifiers.uscc import ALPHABET, LENGTH, WEIGHTS

_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_CHECKS = np.frombuffer(b"0123456789X", dtype=np.uint8)
_INDEX = np.zeros(256, dtype=np.int64)
_INDEX[_LETTERS] = np.arange(len(ALPHABET))
_BASE36 = np.zeros(256, dtype=np.int64)
for _at, _letter in enumerate(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
    _BASE36[_letter] = _at
_SPACE = 31**6
_STRIDE = 3**18  # no common factor with 31: the walk meets every value before it repeats


def credit_codes(
    authorities: npt.NDArray[np.str_], regions: npt.NDArray[np.str_], seed: int
) -> npt.NDArray[np.str_]:
    """One code a row, all different: two characters of authority, six of region, then ours."""
    count = len(authorities)
    letters = np.zeros((count, LENGTH), dtype=np.uint8)
    letters[:, :8] = _bytes(np.char.add(authorities, regions), 8)
    letters[:, 8:10] = np.frombuffer(b"MA", dtype=np.uint8)
    number = (np.arange(count, dtype=np.int64) * _STRIDE + seed * 7919) % _SPACE
    for place in range(15, 9, -1):
        letters[:, place] = _LETTERS[number % 31]
        number //= 31
    inner = _BASE36[letters[:, 8:16]] @ np.array(ORGANISATION_WEIGHTS)
    letters[:, 16] = _CHECKS[-inner % 11]
    outer = _INDEX[letters[:, :17]] @ np.array(WEIGHTS)
    letters[:, 17] = _LETTERS[-outer % 31]
    return letters.reshape(-1).view(f"S{LENGTH}").astype(f"U{LENGTH}")


def spoil(codes: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    """The same codes with a check character that does not fit."""
    letters = _bytes(codes, LENGTH).copy()
    letters[:, 17] = _LETTERS[(_INDEX[letters[:, 17]] + 5) % 31]
    return letters.reshape(-1).view(f"S{LENGTH}").astype(f"U{LENGTH}")


def _bytes(texts: npt.NDArray[np.str_], width: int) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(texts.astype(f"S{width}")).view(np.uint8).reshape(-1, width)
