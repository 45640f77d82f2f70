"""Simple satisfaction indices: means of answers on a scale from 1, turned into 0..100.

A satisfaction index is not the share of the satisfied (满意率); that is a proportion.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError

POINTS = (5, 10)


class ScaleMethod(StrEnum):
    """How a mean answer becomes an index; kept with every index, for the two differ by points.

    RANGE: ``(mean - 1)/(points - 1)·100``, the worst answer is 0 (GB/T 19039-2009).
    MULTIPLE: ``mean/points·100``, usual in local surveys; the worst answer is 10 or 20.
    """

    RANGE = "range"
    MULTIPLE = "multiple"


def to_index(
    mean: npt.ArrayLike, *, points: int = 10, scale_method: ScaleMethod | str = ScaleMethod.RANGE
) -> Array:
    """Mean answers (scalar or array, 1..points; nan stays nan) as indices 0..100.

    Raises: MethodError ``satisfaction.points``, ``satisfaction.scale``, ``satisfaction.answer``.
    """
    method = _method(points, scale_method)
    answers = floats(mean)
    wrong = answers[(answers < 1) | (answers > points)]
    if wrong.size:
        raise MethodError(
            "satisfaction.answer", f"mean answer {float(wrong[0])!r}; allowed: 1 to {points}"
        )
    shift = 1.0 if method is ScaleMethod.RANGE else 0.0
    return (answers - shift) * index_slope(points=points, scale_method=method)


def index_slope(*, points: int = 10, scale_method: ScaleMethod | str = ScaleMethod.RANGE) -> float:
    """Index points per point of the scale; a standard error of a mean times it is the index's.

    Raises: MethodError ``satisfaction.points``, ``satisfaction.scale``.
    """
    return 100 / (points - 1 if _method(points, scale_method) is ScaleMethod.RANGE else points)


def weighted_index(
    means: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    points: int = 10,
    scale_method: ScaleMethod | str = ScaleMethod.RANGE,
) -> Array:
    """``Σ w_i·index_i / Σ w_i`` over the last axis of `means` (…, items); `weights` (items,).

    An item without a mean (nan) makes the index nan: which items may be missing is for the survey
    to declare, not for this function to guess.

    Raises: as `to_index`, and ``satisfaction.weights``.
    """
    indices, w = to_index(means, points=points, scale_method=scale_method), floats(weights)
    if w.ndim != 1 or indices.shape[-1:] != w.shape:
        raise MethodError(
            "satisfaction.weights", f"{w.shape} weights for means of shape {indices.shape}"
        )
    if not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise MethodError(
            "satisfaction.weights", f"weights {w.tolist()}; allowed: 0 or more, not all 0"
        )
    return np.asarray(indices @ w / w.sum(), dtype=np.float64)


def _method(points: int, scale_method: ScaleMethod | str) -> ScaleMethod:
    if points not in POINTS:
        raise MethodError("satisfaction.points", f"a scale of {points!r} points; allowed: 5, 10")
    try:
        return ScaleMethod(scale_method)
    except ValueError:
        raise MethodError(
            "satisfaction.scale",
            f"scale_method is {scale_method!r}; allowed: {', '.join(ScaleMethod)}",
        ) from None
