"""Labels of any kind as dense numbers, and rows gathered by two of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError

Ints: TypeAlias = npt.NDArray[np.int64]

# A table of this many entries for each row costs less than sorting the rows.
DENSE = 4


def numbered(labels: npt.ArrayLike, name: str = "labels") -> tuple[Ints, int]:
    """Each label as a number 0..count-1 in the labels' order, and the count.

    Args:
        labels: shape (rows,); numbers, text or booleans.
        name: what an error calls them.

    Raises: MethodError ``survey.shape``, ``survey.label`` (a missing label: nan or None).
    """
    values = np.asarray(labels)
    if values.ndim != 1:
        raise MethodError("survey.shape", f"{name} has shape {values.shape}; allowed: (rows,)")
    if values.dtype.kind in "fO":
        missing = np.flatnonzero(_missing(values))
        if missing.size:
            raise MethodError(
                "survey.label", f"{name}[{missing[0]}] is missing; every row needs a label"
            )
    if values.dtype.kind in "iub" and values.size:
        least = int(values.min())
        if int(values.max()) - least < DENSE * values.size:
            number, unique = _compressed(values.astype(np.int64) - least)
            return number, len(unique)
    labels, number = np.unique(values, return_inverse=True)
    return number.astype(np.int64), len(labels)


def summed(number: Ints, values: Array, count: int) -> Array:
    """Sum of `values` for each number 0..count-1."""
    return np.asarray(np.bincount(number, weights=values, minlength=count), dtype=np.float64)


def nested(outer: Ints, inner: Ints, n_inner: int) -> tuple[Ints, int]:
    """Numbers of the pairs (outer, inner), ordered by outer, then inner; and their count."""
    number, unique = _compressed(outer * n_inner + inner)
    return number, len(unique)


@dataclass(frozen=True)
class Pairs:
    """Rows gathered by (cell, unit): made once, then summed for any column.

    Attributes:
        cell, unit: of each pair that occurs, shape (pairs,), ordered by cell, then unit.
        number: the pair of each row, shape (rows,).
    """

    cell: Ints
    unit: Ints
    number: Ints

    def sums(self, values: Array) -> Array:
        """Sum of `values` (rows,) over each pair, shape (pairs,)."""
        return summed(self.number, values, len(self.cell))


def paired(cell: Ints, unit: Ints, n_units: int) -> Pairs:
    """Gather rows by cell and unit (0..n_units-1); about linear in the rows."""
    number, found = _compressed(cell * n_units + unit)
    return Pairs(found // n_units, found % n_units, number)


def _missing(values: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values.astype(np.float64)))
    return np.array([label is None or label != label for label in values.tolist()], dtype=np.bool_)


def _compressed(values: Ints) -> tuple[Ints, Ints]:
    """Numbers 0..count-1 in the order of `values` (>= 0), and the values that occur, in order."""
    if not values.size:
        return values, values
    most, rows = int(values.max()), values.size
    if most < DENSE * rows:
        found = np.flatnonzero(np.bincount(values))
        place = np.zeros(most + 1, dtype=np.int64)
        place[found] = np.arange(found.size)
        return place[values], found
    bits = rows.bit_length()
    if most >= 1 << (63 - bits):
        unique, number = np.unique(values, return_inverse=True)
        return number.astype(np.int64), unique
    # Sorting values that carry their row is several times faster than an indirect sort.
    packed = np.sort((values << bits) | np.arange(rows))
    ordered = packed >> bits
    begins = np.r_[True, ordered[1:] != ordered[:-1]]
    number = np.empty(rows, dtype=np.int64)
    number[packed & ((1 << bits) - 1)] = np.cumsum(begins) - 1
    return number, ordered[begins]
