"""Simple satisfaction indices: means of answers on any scale, turned into 0..100.

A satisfaction index is not the share of the satisfied (满意率); that is a proportion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError


class ScaleMethod(StrEnum):
    """How a mean answer becomes an index; kept with every index, for the two differ by points.

    RANGE: ``(mean - lowest)/(highest - lowest)·100``, the worst answer is 0 (GB/T 19039-2009).
    MULTIPLE: ``mean/highest·100``, usual in local surveys; the worst answer of 1 to 10 is 10.
    """

    RANGE = "range"
    MULTIPLE = "multiple"


@dataclass(frozen=True)
class Scale:
    """An answer scale and its conversion to 0..100; it goes wherever the index goes.

    Args:
        lowest, highest: the worst and the best answer, e.g. 1 and 10, 1 and 5, 0 and 10.

    Raises: MethodError ``satisfaction.scale``.
    """

    lowest: float = 1.0
    highest: float = 10.0
    method: ScaleMethod = ScaleMethod.RANGE

    def __post_init__(self) -> None:
        if not (np.isfinite([self.lowest, self.highest]).all() and self.lowest < self.highest):
            raise MethodError(
                "satisfaction.scale",
                f"a scale from {self.lowest} to {self.highest}; the highest must exceed the lowest",
            )
        try:
            object.__setattr__(self, "method", ScaleMethod(self.method))
        except ValueError:
            raise MethodError(
                "satisfaction.scale",
                f"the conversion is {self.method!r}; allowed: {', '.join(ScaleMethod)}",
            ) from None
        if self.method is ScaleMethod.MULTIPLE and self.lowest < 0:
            raise MethodError(
                "satisfaction.scale",
                f"a scale from {self.lowest} has no multiple conversion; use range",
            )

    @property
    def slope(self) -> float:
        """Index points per point of the scale: the factor of standard errors."""
        return 100 / (self.highest - self._zero)

    @property
    def _zero(self) -> float:
        return self.lowest if self.method is ScaleMethod.RANGE else 0.0

    def index(self, mean: npt.ArrayLike) -> Array:
        """Mean answers (scalar or array; nan stays nan) as indices.

        Raises: MethodError ``satisfaction.answer``.
        """
        answers = floats(mean)
        wrong = answers[(answers < self.lowest) | (answers > self.highest)]
        if wrong.size:
            raise MethodError(
                "satisfaction.answer",
                f"mean answer {float(wrong[0])!r}; allowed: {self.lowest:g} to {self.highest:g}",
            )
        return np.asarray((answers - self._zero) * self.slope, dtype=np.float64)


def weighted_index(
    means: npt.ArrayLike, weights: npt.ArrayLike, scale: Scale | None = None
) -> Array:
    """``Σ w_i·index_i / Σ w_i`` over the last axis of `means` (…, items); `weights` (items,).

    An item without a mean (nan) makes the index nan: which items may be missing is for the survey
    to declare, not for this function to guess.

    Raises: MethodError ``satisfaction.answer``, ``satisfaction.weights``.
    """
    indices, w = (scale or Scale()).index(means), floats(weights)
    if w.ndim != 1 or indices.shape[-1:] != w.shape:
        raise MethodError(
            "satisfaction.weights", f"{w.shape} weights for means of shape {indices.shape}"
        )
    if not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise MethodError(
            "satisfaction.weights", f"weights {w.tolist()}; allowed: 0 or more, not all 0"
        )
    return np.asarray(indices @ w / w.sum(), dtype=np.float64)
