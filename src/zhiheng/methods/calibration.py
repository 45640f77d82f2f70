"""Weights made to reproduce known population totals, and what that leaves of a variance.

Each function returns an *adjustment*: a function from weights to `Fitted`, so that replicate
weights can be adjusted in the same way. A calibrated estimator varies only as far as its values
are not explained by what is known, therefore `Fitted.residual` takes from the weighted, linearised
values of the rows the part that the known totals explain.

Source: Deville & Särndal, JASA 87 (1992) 376-382; Deville, Särndal & Sautory, JASA 88 (1993)
1013-1020; held to R's postStratify, rake and calibrate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.labels import Ints, summed

# Raking stops when no margin is further from its total than this share of it.
RAKED = 1e-11
RAKING_ROUNDS = 10_000
# Sweeps over the margins when residuals are taken: R's number, far beyond need.
RESIDUAL_SWEEPS = 10


@dataclass(frozen=True)
class Fitted:
    """Attributes: weight: adjusted, (rows,); residual: of weighted values (rows,), same shape."""

    weight: Array
    residual: Callable[[Array], Array]


Adjustment: TypeAlias = Callable[[Array], Fitted]


def post_stratification(group: npt.ArrayLike, totals: npt.ArrayLike) -> Adjustment:
    """Weights of each group 0..g-1 scaled to its population total.

    Args:
        group: of each row, shape (rows,).
        totals: population of each group, shape (g,), > 0.

    Raises: MethodError ``calibration.totals``; on fitting ``calibration.empty`` (no row in a
        group that has a population).
    """
    of_row, known = _margin(group, totals)

    def fit(weight: Array) -> Fitted:
        found = _held(of_row, known, weight)
        adjusted = weight * (known / found)[of_row]

        def residual(z: Array) -> Array:
            mean = summed(of_row, z / adjusted * weight, len(known)) / found
            return np.asarray(z - mean[of_row] * adjusted)

        return Fitted(adjusted, residual)

    return fit


def raking(margins: Sequence[tuple[npt.ArrayLike, npt.ArrayLike]]) -> Adjustment:
    """Weights scaled to one margin after the other until all hold.

    Args:
        margins: (group, totals) pairs as in `post_stratification`.

    The residual sweeps the group means of every margin out ten times, as R does.

    Raises: MethodError ``calibration.totals``, ``calibration.margins`` (the margins add up to
        different populations); on fitting ``calibration.empty``, ``calibration.rounds`` (no
        convergence: the sample has no rows where the margins need some).
    """
    known = [_margin(group, totals) for group, totals in margins]
    sums = [float(totals.sum()) for _, totals in known]
    if max(sums) - min(sums) > 1e-9 * max(sums):
        raise MethodError(
            "calibration.margins",
            f"the margins add up to {', '.join(f'{s:.10g}' for s in sums)}; they describe one "
            "population and must have one sum",
        )

    def fit(weight: Array) -> Fitted:
        adjusted = weight
        for _ in range(RAKING_ROUNDS):
            after: list[Array] = []
            for of_row, totals in known:
                adjusted = adjusted * (totals / _held(of_row, totals, adjusted))[of_row]
                after.append(adjusted)
            if all(_reached(of_row, totals, adjusted) for of_row, totals in known):
                return Fitted(adjusted, _swept(known, after))
        raise MethodError(
            "calibration.rounds",
            f"raking has not settled after {RAKING_ROUNDS} rounds; the sample has no rows for some "
            "combination that the margins need: join groups",
        )

    return fit


def _swept(known: list[tuple[Ints, Array]], after: list[Array]) -> Callable[[Array], Array]:
    counts = [np.maximum(np.bincount(of_row, minlength=len(t)), 1) for of_row, t in known]

    def residual(z: Array) -> Array:
        for _ in range(RESIDUAL_SWEEPS):
            for (of_row, _totals), weight, count in zip(known, after, counts, strict=True):
                mean = summed(of_row, z / weight, len(count)) / count
                z = z - weight * mean[of_row]
        return z

    return residual


def linear_calibration(
    x: npt.ArrayLike, totals: npt.ArrayLike, *, spread: npt.ArrayLike | None = None
) -> Adjustment:
    """Generalised regression weights ``w·(1 + x'λ/σ²)`` with ``Σ w x`` equal to `totals`.

    Args:
        x: auxiliary variables, shape (rows, p); a column of ones for the population size.
        totals: their population totals, shape (p,).
        spread: σ² of the working model, shape (rows,), > 0; None: the same for all rows.

    Weights may become negative, as they do in any unbounded linear calibration.

    Raises: MethodError ``calibration.totals``; on fitting ``calibration.collinear``.
    """
    columns, known = np.asarray(x, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    if columns.ndim != 2 or known.shape != (columns.shape[1],):
        raise MethodError(
            "calibration.totals",
            f"x has shape {columns.shape} and totals {known.shape}; allowed: (rows, p) and (p,)",
        )
    if not (np.isfinite(columns).all() and np.isfinite(known).all()):
        raise MethodError("calibration.totals", "x or totals hold a missing value")
    sigma2 = np.ones(len(columns)) if spread is None else np.asarray(spread, dtype=np.float64)

    def fit(weight: Array) -> Fitted:
        half = np.sqrt(weight / sigma2)
        basis, triangle = np.linalg.qr(columns * half[:, None])
        size = np.abs(np.diag(triangle))
        if not size.size or size.min() <= 1e-10 * size.max():
            raise MethodError(
                "calibration.collinear",
                "one auxiliary variable is a combination of the others; leave one out",
            )
        missing = known - columns.T @ weight
        lagrange = np.linalg.solve(triangle, np.linalg.solve(triangle.T, missing))
        factor = 1 + columns @ lagrange / sigma2
        scale = factor * np.sqrt(weight * sigma2)

        def residual(z: Array) -> Array:
            scaled = np.divide(z, scale, out=np.zeros_like(z), where=scale != 0)
            return np.asarray((scaled - basis @ (basis.T @ scaled)) * scale)

        return Fitted(weight * factor, residual)

    return fit


def _margin(group: npt.ArrayLike, totals: npt.ArrayLike) -> tuple[Ints, Array]:
    of_row, known = np.asarray(group, dtype=np.int64), np.asarray(totals, dtype=np.float64)
    wrong = np.flatnonzero(~((known > 0) & np.isfinite(known)))
    if wrong.size:
        raise MethodError(
            "calibration.totals",
            f"totals[{wrong[0]}] is {known[wrong[0]]:g}; allowed: numbers above 0",
        )
    if of_row.size and not (of_row.min() >= 0 and of_row.max() < len(known)):
        raise MethodError(
            "calibration.totals", f"groups reach to {of_row.max()}, totals to {len(known) - 1}"
        )
    return of_row, known


def _reached(of_row: Ints, known: Array, weight: Array) -> bool:
    found = summed(of_row, weight, len(known))
    return bool((np.abs(found - known) <= RAKED * known).all())


def _held(of_row: Ints, known: Array, weight: Array) -> Array:
    found = summed(of_row, weight, len(known))
    empty = np.flatnonzero(found <= 0)
    if empty.size:
        raise MethodError(
            "calibration.empty",
            f"group {empty[0]} has a population of {known[empty[0]]:g} and no row in the sample; "
            "join it with another group",
        )
    return found
