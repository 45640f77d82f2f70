"""Where a figure is heading: a straight line through its periods, with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.arguments import floats, quantile
from zhiheng.methods.errors import MethodError
from zhiheng.methods.vocabulary import Operator

FEWEST_PERIODS = 3


@dataclass(frozen=True)
class Forecast:
    """The line's value at a time to come.

    Attributes:
        estimate: of the line at that time.
        lower, upper: where a new figure of that time is expected, two-sided at the level.
        se: standard error of such a figure: that of the line and its own scatter together.
        df: periods less two.
        slope, slope_se: per unit of time.
    """

    estimate: float
    lower: float
    upper: float
    se: float
    df: int
    slope: float
    slope_se: float

    def probability(self, operator: Operator | str, target: float) -> float:
        """That a figure of that time satisfies ``operator target`` (one of >=, >, <=, <).

        Raises: MethodError ``forecast.operator``.
        """
        if operator not in (Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.BELOW):
            raise MethodError(
                "forecast.operator", f"operator is {operator!r}; allowed: >=, >, <=, <"
            )
        if self.se == 0:
            below = float(self.estimate < target)
        else:
            below = float(special.stdtr(self.df, (target - self.estimate) / self.se))
        return below if operator in (Operator.AT_MOST, Operator.BELOW) else 1 - below


def forecast(
    times: npt.ArrayLike,
    values: npt.ArrayLike,
    at: float,
    *,
    ses: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Forecast:
    """Least-squares line through the periods, and a prediction interval `at` a time.

    ``ŷ ± t(df)·sqrt(s²/w̄ + x'(X'WX)⁻¹x·s²)`` with s² the weighted residual variance on periods - 2
    degrees of freedom and weights ``w`` = 1/se² (scaled to mean 1; all 1 without `ses`). A straight
    line is an assumption: beyond the periods seen, the interval says how uncertain the line is,
    not whether policy will change it.

    Args:
        times: of the periods, in any one unit, all different; shape (k,), k >= 3.
        values: of the figure; shape (k,).
        ses: standard errors of the figures, above 0; shape (k,).

    Source: Draper & Smith, Applied Regression Analysis (1998), ch. 1 and 9.

    Raises: MethodError ``forecast.shape``, ``forecast.values``, ``forecast.periods``,
        ``forecast.times``, ``forecast.se``, ``interval.level``.
    """
    x, y = floats(times), floats(values)
    weights = _weights(x, y, ses)
    df = len(x) - 2
    centre = np.average(x, weights=weights)
    spread = float(np.sum(weights * (x - centre) ** 2))
    slope = float(np.sum(weights * (x - centre) * y)) / spread
    middle = float(np.average(y, weights=weights))
    residuals = y - middle - slope * (x - centre)
    # What rounding leaves of a perfect line is no scatter.
    noise = np.finfo(np.float64).eps * np.max(np.abs(y)) * len(y)
    residuals = np.where(np.abs(residuals) <= noise, 0.0, residuals)
    variance = float(np.sum(weights * residuals**2)) / df
    share = 1 / float(np.sum(weights)) + (at - float(centre)) ** 2 / spread
    se = math.sqrt(variance * (1 + share))
    estimate = middle + slope * (at - float(centre))
    half = float(quantile(df, level, "two")) * se
    return Forecast(
        estimate, estimate - half, estimate + half, se, df, slope, math.sqrt(variance / spread)
    )


def _weights(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], ses: npt.ArrayLike | None
) -> npt.NDArray[np.float64]:
    if x.ndim != 1 or x.shape != y.shape:
        raise MethodError(
            "forecast.shape", f"times {x.shape} and values {y.shape}; allowed: one value a time"
        )
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        raise MethodError("forecast.values", "a time or a value is not a number")
    if len(x) < FEWEST_PERIODS:
        raise MethodError(
            "forecast.periods", f"{len(x)} periods; at least {FEWEST_PERIODS} are needed"
        )
    if len(np.unique(x)) < len(x):
        raise MethodError("forecast.times", "a time occurs twice; one value a time is allowed")
    if ses is None:
        return np.ones_like(x)
    given = floats(ses)
    if given.shape != x.shape or not np.all(np.isfinite(given) & (given > 0)):
        raise MethodError("forecast.se", "standard errors: one above 0 for each period is needed")
    weights = 1 / given**2
    return np.asarray(weights / weights.mean())
