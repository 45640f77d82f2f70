"""Confidence intervals for proportions, means and rates.

Every function takes scalars or arrays that broadcast against each other (one entry per cell) and
returns ``(lower, upper)`` as float arrays of the common shape (0-d for scalars). ``level`` is the
confidence of what is asked for: with ``side="two"`` each tail holds ``(1 - level) / 2``; with
``side="lower"`` or ``side="upper"`` the named bound leaves ``1 - level`` outside and the other
bound is the end of the parameter's range. A nan input (a cell without an estimate) gives nan
bounds. Bounds of a proportion never leave [0, 1], except Wald's, which is kept as textbooks
define it so that its fault can be seen.

Raises (all functions): MethodError ``interval.level``, ``interval.side``, and the codes named in
the docstrings.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.arguments import (
    Array,
    Bounds,
    Side,
    beta_quantile,
    broadcast,
    counts,
    floats,
    normal_quantile,
    one_side,
    proportion,
    quantile,
    refuse,
    standard_error,
    student_quantile,
    tail_of,
)


def wilson(
    x: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, side: Side = "two"
) -> Bounds:
    """Score interval of a proportion: `x` successes among `n`, both may be real-valued.

    ``(p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. With n = 0 nothing is known: (0, 1).
    Source: Wilson, JASA 22 (1927) 209-212. Raises ``interval.count``.
    """
    x, n = counts(x, n)
    z = normal_quantile(tail_of(level, side))
    # Multiplied through by n, so that n = 0 has its limit instead of 0/0.
    centre = x + z * z / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        product = np.where(n > 0, x * (n - x) / n, np.where(np.isnan(n), np.nan, 0.0))
    half = z * np.sqrt(np.maximum(product, 0.0) + z * z / 4)
    lower = np.where(x == 0, 0.0, (centre - half) / (n + z * z))
    upper = np.where(x == n, 1.0, (centre + half) / (n + z * z))
    return one_side(lower, upper, side, 0.0, 1.0)


def clopper_pearson(
    x: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, side: Side = "two"
) -> Bounds:
    """Exact interval of a proportion; `x` and `n` may be real-valued (effective counts).

    ``[Beta(a; x, n-x+1), Beta(1-a; x+1, n-x)]`` with tail a; 0 if x = 0, 1 if x = n.
    Source: Clopper & Pearson, Biometrika 26 (1934) 404-413. Raises ``interval.count``.
    """
    x, n = counts(x, n)
    tail = tail_of(level, side)
    # betaincinv refuses a zero parameter; those entries are replaced right after.
    lower = beta_quantile(np.where(x > 0, x, 1.0), n - x + 1, tail)
    upper = beta_quantile(x + 1, np.where(x < n, n - x, 1.0), 1 - tail)
    lower = np.where(x == 0, 0.0, np.where(np.isnan(x), np.nan, lower))
    upper = np.where(x == n, 1.0, np.where(np.isnan(x + n), np.nan, upper))
    return one_side(lower, upper, side, 0.0, 1.0)


def jeffreys(
    x: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95, side: Side = "two"
) -> Bounds:
    """Quantiles of Beta(x + 1/2, n - x + 1/2), the posterior under Jeffreys' prior.

    Source: Brown, Cai & DasGupta, Statistical Science 16 (2001) 101-133, without their ad hoc
    change at x = 0 and x = n. Raises ``interval.count``.
    """
    x, n = counts(x, n)
    tail = tail_of(level, side)
    lower = beta_quantile(x + 0.5, n - x + 0.5, tail)
    upper = beta_quantile(x + 0.5, n - x + 0.5, 1 - tail)
    return one_side(lower, upper, side, 0.0, 1.0)


def effective_size(estimate: npt.ArrayLike, se: npt.ArrayLike, n: npt.ArrayLike) -> Array:
    """Size of the simple random sample with the same variance: ``p(1-p)/se²``.

    Where the variance is zero it says nothing about the design, and the sample size `n` is
    returned (the rule of Parker et al. for p = 0 and 1). Raises ``interval.proportion``,
    ``interval.se``.
    """
    p, s, count = broadcast(proportion(estimate), standard_error(se), floats(n))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((s > 0) & (p > 0) & (p < 1), p * (1 - p) / (s * s), count + 0 * p * s)


def korn_graubard_size(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
    capped: bool = True,
) -> Array:
    """Effective size corrected for degrees of freedom, ``n_eff·(t_{n-1}/t_df)²``.

    `capped` limits it to `n`, as the NCHS presentation standard does. ``df=None`` means n - 1.
    Source: Korn & Graubard, Survey Methodology 24 (1998) 193-201; Parker et al., NCHS Vital and
    Health Statistics 2(175), 2017.
    """
    tail = tail_of(level, side)
    count = floats(n)
    size = effective_size(estimate, se, count)
    if df is not None:
        wide, narrow = student_quantile(tail, floats(df)), student_quantile(tail, count - 1)
        with np.errstate(invalid="ignore"):
            size = size * np.where(np.isinf(wide), 0.0, narrow / wide) ** 2
    return np.minimum(size, count) if capped else size


def korn_graubard(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
    capped: bool = True,
) -> Bounds:
    """Clopper-Pearson at the effective size of a design: for proportions of complex samples.

    Args:
        estimate: design-based proportion, 0..1.
        se: its standard error.
        n: sample size (rows of the cell that were judged).
        df: design degrees of freedom; None means n - 1.
        capped: never claim more information than `n` independent rows hold. Uncapped it is the
            method "beta" of R's survey::svyciprop.

    Source: as `korn_graubard_size`. Raises ``interval.proportion``, ``interval.se``.
    """
    size = korn_graubard_size(estimate, se, n, df, level=level, side=side, capped=capped)
    return clopper_pearson(proportion(estimate) * size, size, level=level, side=side)


def rao_scott_wilson(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """Wilson's interval at the effective size ``p(1-p)/se²``.

    Source: Rao & Scott's effective-sample correction (JASA 76 (1981) 221-230) put into Wilson's
    score interval. Raises ``interval.proportion``, ``interval.se``.
    """
    size = effective_size(estimate, se, n)
    return wilson(proportion(estimate) * size, size, level=level, side=side)


def logit(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """``logit(p) ± t_df·se/(p(1-p))``, back-transformed (method "logit" of R's svyciprop).

    At p = 0 and p = 1 the logit does not exist and the interval is (0, 1): it says nothing there.
    Raises ``interval.proportion``, ``interval.se``.
    """
    p, s, t = broadcast(proportion(estimate), standard_error(se), quantile(df, level, side))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = t * s / (p * (1 - p))
        lower, upper = (
            special.expit(special.logit(p) - half),
            special.expit(special.logit(p) + half),
        )
    edge = (p <= 0) | (p >= 1)
    return one_side(np.where(edge, 0.0, lower), np.where(edge, 1.0, upper), side, 0.0, 1.0)


def wald(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """``estimate ± t_df·se`` for a proportion; may leave [0, 1], and is empty of width at 0 and 1.

    Raises ``interval.proportion``, ``interval.se``.
    """
    return t_interval(proportion(estimate), se, df, level=level, side=side)


def t_interval(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
    side: Side = "two",
) -> Bounds:
    """``estimate ± t_df·se`` for means, ratios and totals; ``df=None`` means the normal limit.

    Without a degree of freedom (df <= 0) the interval is the whole line. Raises ``interval.se``.
    """
    centre, s, t = broadcast(floats(estimate), standard_error(se), quantile(df, level, side))
    # se = 0 without a degree of freedom is 0·inf: still nothing known.
    half = np.where(np.isinf(t), np.inf + 0 * s, np.where(np.isinf(t), 0.0, t) * s)
    return one_side(centre - half, centre + half, side, -np.inf, np.inf)


def poisson_rate(
    events: npt.ArrayLike, exposure: npt.ArrayLike = 1.0, *, level: float = 0.95, side: Side = "two"
) -> Bounds:
    """Exact interval of a rate: `events` counted (>= 0) over `exposure` (> 0).

    ``[χ²(a; 2x)/2, χ²(1-a; 2x+2)/2] / exposure``. Source: Garwood, Biometrika 28 (1936) 437-442.
    Raises ``interval.count``, ``interval.exposure``.
    """
    x, over = broadcast(floats(events), floats(exposure))
    refuse(x < 0, x, "interval.count", "events must be 0 or more")
    refuse(over <= 0, over, "interval.exposure", "exposure must be greater than 0")
    tail = tail_of(level, side)
    lower = np.where(x == 0, 0.0, special.gammaincinv(np.where(x == 0, 1.0, x), tail)) / over
    upper = special.gammaincinv(x + 1, 1 - tail) / over
    return one_side(lower, upper, side, 0.0, np.inf)
