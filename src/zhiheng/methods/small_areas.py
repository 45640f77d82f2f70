"""Figures of small areas that borrow strength from the others; beside the direct ones, never
instead of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from zhiheng.methods.arguments import Array, beta_quantile, counts, floats, normal_quantile, tail_of
from zhiheng.methods.errors import MethodError

FEWEST_AREAS = 3
_LARGEST_SIZE = 1e8


@dataclass(frozen=True)
class Shrunken:
    """Shrunken figures of all areas, arrays of shape (areas,).

    Attributes:
        estimate: between the direct figure and the model's.
        lower, upper: two-sided at the level.
        se: posterior standard deviation, or root of the estimated mean squared error.
        weight: of the direct figure, 0 to 1.
        model: the model's own figure for the area.
        between: standard deviation of the areas around the model.
    """

    estimate: Array
    lower: Array
    upper: Array
    se: Array
    weight: Array
    model: Array
    between: float


def beta_binomial(x: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95) -> Shrunken:
    """Empirical-Bayes shares: x ~ Binomial(n, p), p ~ Beta(a, b), a and b by maximum likelihood.

    ``p̂ = (x+a)/(n+a+b)``, interval from the quantiles of Beta(x+a, n-x+b). Counts may be effective
    (real-valued). Where the areas do not differ more than chance would have them differ, a+b is
    without bound, every area gets the common share, and `between` is 0.

    Source: Skellam, J. Roy. Stat. Soc. B 10 (1948) 257-261; Rao & Molina, Small Area Estimation
    (2015), 9.5. The interval leaves out the uncertainty of a and b.

    Raises: MethodError ``area.count`` (fewer than 3 areas with n > 0), ``interval.count``,
        ``interval.level``.
    """
    tail = tail_of(level, "two")
    successes, size = counts(x, n)
    _enough(int(np.sum(size > 0)))
    pooled = float(successes.sum() / size.sum())
    if pooled in (0.0, 1.0):
        share, precision = pooled, _LARGEST_SIZE
    else:
        share, precision = _most_likely(successes, size, pooled)
    a, b = share * precision, (1 - share) * precision
    alpha, beta = successes + a, size - successes + b
    estimate = alpha / (alpha + beta)
    se = np.sqrt(estimate * (1 - estimate) / (alpha + beta + 1))
    none = precision >= _LARGEST_SIZE
    lower = np.full_like(estimate, share) if none else beta_quantile(alpha, beta, tail)
    upper = np.full_like(estimate, share) if none else beta_quantile(alpha, beta, 1 - tail)
    between = 0.0 if none else float(np.sqrt(share * (1 - share) / (precision + 1)))
    weight = np.zeros_like(estimate) if none else size / (size + precision)
    return Shrunken(estimate, lower, upper, se, weight, np.full_like(estimate, share), between)


def _most_likely(x: Array, n: Array, pooled: float) -> tuple[float, float]:
    """Mean and a+b of the beta distribution that makes the counts most likely."""

    def surprise(at: npt.NDArray[np.float64]) -> float:
        share, precision = special.expit(at[0]), np.exp(at[1])
        a, b = share * precision, (1 - share) * precision
        return -float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))

    starts = (np.log(s) for s in (2.0, 30.0, 1000.0))
    bounds = [(-30.0, 30.0), (-10.0, float(np.log(_LARGEST_SIZE)))]
    found = min(
        (
            optimize.minimize(
                surprise,
                np.array([special.logit(pooled), start]),
                method="L-BFGS-B",
                bounds=bounds,
                options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000},
            )
            for start in starts
        ),
        key=lambda attempt: attempt.fun,
    )
    binomial = -float(np.sum(special.xlogy(x, pooled) + special.xlog1py(n - x, -pooled)))
    # The likelihood of no difference at all is the limit that the search only creeps towards.
    if binomial <= found.fun + 1e-7:
        return pooled, _LARGEST_SIZE
    return float(special.expit(found.x[0])), float(np.exp(found.x[1]))


def fay_herriot(
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Shrunken:
    """Empirical best linear predictors: y_i = x_i'β + v_i + e_i, var(e_i) = se_i² known.

    The variance of v by restricted maximum likelihood (not below 0); β by weighted least squares;
    ``θ̂ = γ·y + (1-γ)·x'β̂`` with γ = σ²/(σ²+se²). The mean squared error is ``g1 + g2 + 2·g3``:
    sampling, estimating β, estimating σ². Interval: normal.

    Args:
        estimate, se: direct figures and their standard errors, above 0; shape (areas,).
        covariates: shape (areas, k), without the constant, which is always in.

    Source: Fay & Herriot, JASA 74 (1979) 269-277; Datta & Lahiri, Statistica Sinica 10 (2000)
    613-627; Rao & Molina (2015), 6.1-6.2.

    Raises: MethodError ``area.count``, ``area.se``, ``area.values``, ``area.covariates`` (shape, or
        columns that repeat one another), ``interval.level``.
    """
    y, error = floats(estimate), floats(se)
    x = _design(y, covariates)
    if error.shape != y.shape or not np.all(np.isfinite(error) & (error > 0)):
        raise MethodError("area.se", "standard errors: one above 0 for each area is needed")
    _enough(len(y) - x.shape[1] + 1)
    sampling = error**2
    variance = _between_areas(y, sampling, x)
    weights = 1 / (variance + sampling)
    inverse = np.linalg.inv(x.T @ (weights[:, None] * x))
    model = x @ (inverse @ (x.T @ (weights * y)))
    share = variance * weights
    g1 = share * sampling
    g2 = (1 - share) ** 2 * np.einsum("ij,jk,ik->i", x, inverse, x)
    g3 = sampling**2 * weights**3 * 2 / float(np.sum(weights**2))
    root = np.sqrt(g1 + g2 + 2 * g3)
    found = share * y + (1 - share) * model
    half = normal_quantile(tail_of(level, "two")) * root
    return Shrunken(
        found, found - half, found + half, root, share, np.asarray(model), float(np.sqrt(variance))
    )


def _design(y: Array, covariates: npt.ArrayLike | None) -> Array:
    if y.ndim != 1 or not np.all(np.isfinite(y)):
        raise MethodError("area.values", "figures: one number for each area is needed")
    constant = np.ones((len(y), 1))
    if covariates is None:
        return constant
    given = floats(covariates)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or len(given) != len(y) or not np.all(np.isfinite(given)):
        raise MethodError(
            "area.covariates", f"covariates {given.shape} for {len(y)} areas; allowed: (areas, k)"
        )
    x = np.hstack([constant, given])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise MethodError("area.covariates", "a covariate is constant or repeats the others")
    return np.asarray(x)


def _between_areas(y: Array, sampling: Array, x: Array) -> float:
    """Restricted maximum likelihood of the variance between areas: where its score is 0."""

    def score(variance: float) -> float:
        weights = 1 / (variance + sampling)
        weighted = weights[:, None] * x
        p = np.diag(weights) - weighted @ np.linalg.solve(x.T @ weighted, weighted.T)
        residual = p @ y
        # Relative to the trace, so that one tolerance serves figures of any unit.
        return float(residual @ residual / np.trace(p)) - 1

    if score(0.0) <= 0:
        return 0.0
    most = float(np.var(y)) + float(np.mean(sampling))
    while score(most) > 0:
        most *= 2
    return float(optimize.brentq(score, 0.0, most, xtol=1e-14 * most, rtol=1e-14))


def _enough(areas: int) -> None:
    if areas < FEWEST_AREAS:
        raise MethodError("area.count", f"{areas} areas; at least {FEWEST_AREAS} are needed")
