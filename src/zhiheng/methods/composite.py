"""Composite indices: normalise, weight, aggregate, and how far the result hangs on the choices.

Weights and anchors of a composite are somebody's judgement. What a composite is worth is shown by
drawing them, and the figures that go in, again and again within what is plausible.

Source: OECD & JRC, Handbook on Constructing Composite Indicators (2008), steps 5 to 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats, tail_of
from zhiheng.methods.errors import MethodError

Perturbation: TypeAlias = Literal["dirichlet", "uniform", "none"]
CHUNK = 10_000


@dataclass(frozen=True)
class Anchors:
    """How figures become scores: the worst acceptable value gets `floor`, the best `top`.

    Attributes:
        lowest, highest: of each component's own scale, shape (components,), lowest < highest.
        rising: True where more is better, shape (components,).
        floor, top: scores at the ends; values beyond the ends get the end's score.

    Raises: MethodError ``composite.anchors``.
    """

    lowest: Array
    highest: Array
    rising: npt.NDArray[np.bool_]
    floor: float = 60.0
    top: float = 100.0

    def __post_init__(self) -> None:
        wrong = ~(np.isfinite(self.lowest) & np.isfinite(self.highest))
        wrong |= ~(self.lowest < self.highest)
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            low, high = float(self.lowest[at]), float(self.highest[at])
            raise MethodError(
                "composite.anchors",
                f"component {at} goes from {low:g} to {high:g}; the highest must exceed the lowest",
                at=at,
                lowest=low,
                highest=high,
            )
        if not self.floor < self.top:
            raise MethodError(
                "composite.anchors",
                f"scores from {self.floor:g} to {self.top:g}; the top must exceed the floor",
                at=None,
                lowest=self.floor,
                highest=self.top,
            )

    def scores(self, values: npt.ArrayLike) -> Array:
        """``floor + (top - floor)·(x - L)/(U - L)``, turned round where less is better, clipped.

        Args:
            values: shape (…, components).
        """
        share = (floats(values) - self.lowest) / (self.highest - self.lowest)
        share = np.where(self.rising, share, 1 - share)
        return np.asarray(self.floor + (self.top - self.floor) * np.clip(share, 0, 1))


def shares_of(weights: npt.ArrayLike) -> Array:
    """Weights that add up to 1, shape (components,). Raises: MethodError ``composite.weights``."""
    w = floats(weights)
    if w.ndim != 1 or not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise MethodError(
            "composite.weights",
            f"weights {w.tolist()}; allowed: 0 or more, not all 0",
            weights=w.tolist(),
        )
    return np.asarray(w / w.sum(), dtype=np.float64)


def weighted_sum(scores: npt.ArrayLike, weights: npt.ArrayLike) -> Array:
    """``Σ w_i·s_i / Σ w_i`` over the last axis. Raises: MethodError ``composite.weights``."""
    return np.asarray(floats(scores) @ shares_of(weights), dtype=np.float64)


@dataclass(frozen=True)
class Simulated:
    """A composite under repeated choices.

    Attributes:
        mean, se, lower, upper: of the draws; the bounds are percentiles.
        by_weights, by_inputs: standard deviations when only weights, or only inputs, are drawn.
    """

    mean: float
    se: float
    lower: float
    upper: float
    by_weights: float
    by_inputs: float


def simulate(
    values: npt.ArrayLike,
    se: npt.ArrayLike,
    anchors: Anchors,
    weights: npt.ArrayLike,
    *,
    perturbation: Perturbation = "dirichlet",
    spread: float = 100.0,
    draws: int = 10_000,
    seed: int = 1,
    level: float = 0.95,
) -> Simulated:
    """Draw weights and inputs, aggregate, and read off the spread.

    Args:
        values, se: of the components, shape (components,); se 0 where a figure is exact.
        perturbation: ``dirichlet``: weights from a Dirichlet distribution about the declared ones,
            ``spread`` its concentration (a weight w has the standard deviation
            ``√(w(1-w)/(spread+1))``); ``uniform``: each weight times a number from 1 - spread to
            1 + spread, then rescaled; ``none``: weights as declared.
        seed: of numpy's PCG64.

    Raises: MethodError ``composite.draws``, ``composite.spread``, ``composite.values``,
        ``composite.weights``, ``interval.level``.
    """
    x, s, w = floats(values), floats(se), shares_of(weights)
    if not (x.shape == s.shape == w.shape and np.isfinite(x).all() and (s >= 0).all()):
        raise MethodError(
            "composite.values",
            f"values {x.tolist()} with standard errors {s.tolist()}; allowed: one finite value and "
            "an se of 0 or more for each component",
        )
    if not 100 <= draws <= 1_000_000:
        raise MethodError("composite.draws", f"{draws} draws; allowed: 100 to 1000000", draws=draws)
    tail = tail_of(level, "two")
    generator = np.random.default_rng(seed)
    both, of_weights, of_inputs = [], [], []
    for start in range(0, draws, CHUNK):
        size = min(CHUNK, draws - start)
        drawn = _weights(w, perturbation, spread, size, generator)
        scores = anchors.scores(generator.normal(x, s, (size, x.size)))
        both.append((drawn * scores).sum(axis=1))
        of_weights.append(drawn @ anchors.scores(x))
        of_inputs.append(weighted_sum(scores, w))
    found = np.concatenate(both)
    lower, upper = np.quantile(found, [tail, 1 - tail])
    return Simulated(
        mean=float(found.mean()),
        se=float(found.std(ddof=1)),
        lower=float(lower),
        upper=float(upper),
        by_weights=float(np.concatenate(of_weights).std(ddof=1)),
        by_inputs=float(np.concatenate(of_inputs).std(ddof=1)),
    )


def _weights(
    w: Array, perturbation: Perturbation, spread: float, size: int, generator: np.random.Generator
) -> Array:
    if perturbation == "none":
        return np.broadcast_to(w, (size, w.size))
    if perturbation == "dirichlet" and spread > 0:
        # A weight of 0 stays 0; Dirichlet's own parameters must be positive.
        drawn = np.zeros((size, w.size))
        drawn[:, w > 0] = generator.dirichlet(spread * w[w > 0], size)
        return drawn
    if perturbation == "uniform" and 0 < spread < 1:
        drawn = w * generator.uniform(1 - spread, 1 + spread, (size, w.size))
        return np.asarray(drawn / drawn.sum(axis=1, keepdims=True), dtype=np.float64)
    raise MethodError(
        "composite.spread",
        f"perturbation {perturbation!r} with spread {spread!r}; allowed: dirichlet with more than "
        "0, uniform with more than 0 and less than 1, none",
        perturbation=perturbation,
        spread=spread,
    )


@dataclass(frozen=True)
class SumRatio:
    """A ratio of sums: ``value = Σ_k c_k·ΣA_k / ΣP`` and its parts ``c_k·ΣA_k/ΣP``.

    Attributes:
        parts: shape (terms,). sums: ΣA_k, shape (terms,). base: ΣP.
    """

    value: float
    parts: Array
    sums: Array
    base: float


def ratio_of_sums(
    terms: npt.ArrayLike, coefficients: npt.ArrayLike, base: npt.ArrayLike
) -> SumRatio:
    """The quality loss rate, the grade rate and their like; summed first, divided once.

    Args:
        terms: amounts of each row, shape (rows, terms), 0 or more.
        coefficients: shape (terms,).
        base: the denominator of each row, shape (rows,), 0 or more, not all 0.

    Source: GB/T 13339-91 (loss rate); 技监局管发〔1991〕368号 (grade rate).

    Raises: MethodError ``composite.amounts``, ``composite.base``.
    """
    amounts, c, p = floats(terms), floats(coefficients), floats(base)
    if amounts.ndim != 2 or amounts.shape != (p.size, c.size):
        raise MethodError(
            "composite.amounts",
            f"terms {amounts.shape} for {p.size} rows and {c.size} coefficients",
        )
    for name, numbers in (("composite.amounts", amounts), ("composite.base", p)):
        if not (np.isfinite(numbers).all() and (numbers >= 0).all()):
            raise MethodError(name, f"{numbers[~(numbers >= 0)][0]:g}; allowed: 0 or more")
    total = float(p.sum())
    if total <= 0:
        raise MethodError("composite.base", "the denominators add up to 0; there is no ratio")
    sums = amounts.sum(axis=0)
    parts = c * sums / total
    return SumRatio(float(parts.sum()), parts, sums, total)
