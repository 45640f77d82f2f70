"""Confidence intervals for a change: differences of two estimates and ratios of two rates.

As in `intervals`: scalars or arrays, ``(lower, upper)`` back; the samples are independent.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import (
    Bounds,
    Side,
    broadcast,
    floats,
    one_side,
    refuse,
    standard_error,
)
from zhiheng.methods.intervals import clopper_pearson, t_interval, wilson


def mover(
    first: npt.ArrayLike,
    first_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
    second: npt.ArrayLike,
    second_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
) -> Bounds:
    """Interval of ``first - second`` recovered from the interval of each, at their level.

    ``lower = d - sqrt((e1-l1)² + (u2-e2)²)``, ``upper = d + sqrt((u1-e1)² + (e2-l2)²)``. A figure
    known exactly has bounds equal to itself. Source: Zou & Donner, Statistics in Medicine 27
    (2008) 1693-1702.
    """
    one, two = floats(first), floats(second)
    low_one, high_one = (floats(bound) for bound in first_bounds)
    low_two, high_two = (floats(bound) for bound in second_bounds)
    change = one - two
    lower = change - np.hypot(one - low_one, high_two - two)
    upper = change + np.hypot(high_one - one, two - low_two)
    return np.asarray(lower), np.asarray(upper)


def newcombe(
    x1: npt.ArrayLike,
    n1: npt.ArrayLike,
    x2: npt.ArrayLike,
    n2: npt.ArrayLike,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """Hybrid score interval of ``x1/n1 - x2/n2``, counts may be effective (real-valued), n > 0.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10. Raises
    ``interval.count``.
    """
    a, m, b, n = broadcast(floats(x1), floats(n1), floats(x2), floats(n2))
    refuse(m <= 0, m, "interval.count", "n1 must be greater than 0")
    refuse(n <= 0, n, "interval.count", "n2 must be greater than 0")
    both = level if side == "two" else 2 * level - 1
    lower, upper = mover(a / m, wilson(a, m, level=both), b / n, wilson(b, n, level=both))
    return one_side(lower, upper, side, -1.0, 1.0)


def welch(
    mean1: npt.ArrayLike,
    se1: npt.ArrayLike,
    mean2: npt.ArrayLike,
    se2: npt.ArrayLike,
    df1: npt.ArrayLike | None = None,
    df2: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """``m1 - m2 ± t·sqrt(se1² + se2²)`` with Welch-Satterthwaite degrees of freedom.

    A df of None is infinite, a standard error of 0 belongs to a figure known exactly. Source:
    Welch, Biometrika 34 (1947) 28-35. Raises ``interval.se``.
    """
    v1, v2 = floats(se1) ** 2, floats(se2) ** 2
    share1 = 0.0 if df1 is None else v1 * v1 / floats(df1)
    share2 = 0.0 if df2 is None else v2 * v2 / floats(df2)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = floats(share1 + share2)
        df = np.where(spread > 0, (v1 + v2) ** 2 / spread, np.inf)
    return t_interval(floats(mean1) - floats(mean2), np.sqrt(v1 + v2), df, level=level, side=side)


def rate_ratio(
    events1: npt.ArrayLike,
    exposure1: npt.ArrayLike,
    events2: npt.ArrayLike,
    exposure2: npt.ArrayLike,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """Exact interval of ``(x1/e1) / (x2/e2)`` for Poisson counts, conditional on x1 + x2.

    Given the sum, x1 is binomial with share ``π = ρe1/(ρe1 + e2)``; Clopper-Pearson bounds of π are
    turned into ρ; the upper bound is inf where x2 = 0. Source: Przyborowski & Wilenski,
    Biometrika 31 (1940) 313-323; R's poisson.test. Raises ``interval.count``,
    ``interval.exposure``.
    """
    x1, e1, x2, e2 = broadcast(
        floats(events1), floats(exposure1), floats(events2), floats(exposure2)
    )
    refuse(e1 <= 0, e1, "interval.exposure", "exposure1 must be greater than 0")
    refuse(e2 <= 0, e2, "interval.exposure", "exposure2 must be greater than 0")
    refuse(x2 < 0, x2, "interval.count", "events2 must be 0 or more")
    lower, upper = clopper_pearson(x1, x1 + x2, level=level, side=side)
    with np.errstate(divide="ignore"):
        low, high = (floats(share / (1 - share) * e2 / e1) for share in (lower, upper))
    return low, high


def estimate_ratio_bounds(
    first: npt.ArrayLike,
    first_se: npt.ArrayLike,
    second: npt.ArrayLike,
    second_se: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """Interval of ``first / second`` for two independent estimates above 0, on the log scale.

    ``exp(log(e1/e2) ± t·sqrt((s1/e1)² + (s2/e2)²))``: for design-based rates, proportions, means;
    ``df=None`` means the normal limit. For counted events `rate_ratio` is exact. Source: Katz,
    Baptista, Azen & Pike, Biometrics 34 (1978) 469-474. Raises ``interval.ratio``, ``interval.se``.
    """
    one, two = broadcast(floats(first), floats(second))
    refuse(one <= 0, one, "interval.ratio", "first must be greater than 0")
    refuse(two <= 0, two, "interval.ratio", "second must be greater than 0")
    spread = np.hypot(standard_error(first_se) / one, standard_error(second_se) / two)
    low, high = t_interval(np.log(one / two), spread, df, level=level, side=side)
    return np.exp(low), np.exp(high)
