"""What makes answers doubtful: off the scale, missing, the same throughout, or handed in twice.

Screens name rows; nothing is thrown away here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Screens:
    """Numbers of the doubtful rows, each ascending.

    Attributes:
        off_scale: (row, item) pairs, shape (k, 2).
        missing: missing answers of each item, shape (items,).
        straight: rows with two or more answers, all of them given and all equal.
        duplicates: rows equal, answer by answer, to an earlier row.
    """

    off_scale: Ints
    missing: Ints
    straight: Ints
    duplicates: Ints


def screen(
    values: npt.ArrayLike, lowest: npt.ArrayLike = -np.inf, highest: npt.ArrayLike = np.inf
) -> Screens:
    """Look at answers, shape (respondents, items), nan where missing.

    A row of equal answers is only looked at as a repetition where it is not a straight line too:
    equal straight lines say little about who copied whom.
    """
    table = floats(values)
    with np.errstate(invalid="ignore"):
        off = (table < floats(lowest)) | (table > floats(highest))
    gaps = np.isnan(table)
    first = table[:, :1]
    straight = (table == first).all(axis=1) & (table.shape[1] > 1)
    return Screens(
        off_scale=np.argwhere(off).astype(np.int64),
        missing=gaps.sum(axis=0).astype(np.int64),
        straight=np.flatnonzero(straight).astype(np.int64),
        duplicates=_repeated(table, ~gaps.all(axis=1) & ~straight),
    )


def _repeated(table: Array, looked_at: npt.NDArray[np.bool_]) -> Ints:
    rows = np.flatnonzero(looked_at)
    if not rows.size:
        return rows.astype(np.int64)
    # A gap equals a gap: unique would take every nan for another value along an axis.
    answers = np.nan_to_num(table[rows], nan=np.inf)
    _values, first = np.unique(answers, axis=0, return_index=True)
    return np.delete(rows, first).astype(np.int64)
