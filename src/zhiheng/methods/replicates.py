"""Replicate weights: the sample drawn again from itself, to see how much a figure moves.

Jackknife (each first-stage unit left out once) and bootstrap (units drawn again within strata).
Calibrations of the design are repeated in every replicate.

Source: Wolter, Introduction to Variance Estimation (2007), ch. 4; Rao & Wu, JASA 83 (1988)
231-241; Canty & Davison, The Statistician 48 (1999) 379-391. Held to R's as.svrepdesign and
svrepdesign.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_stages import WHOLE
from zhiheng.methods.survey_variance import Domains

# Factors kept at once: 800 MB.
LARGEST = 100_000_000


@dataclass(frozen=True)
class Replicates:
    """Attributes:
    factor: of each first-stage unit's weight in each replicate, shape (units, replicates).
    scale: of each replicate's squared deviation, shape (replicates,).
    """

    factor: Array
    scale: Array


def jackknife(design: SurveyDesign) -> Replicates:
    """Leave each first-stage unit out once and weight up the rest of its stratum by n/(n-1).

    The squared deviations are scaled by ``(1 - n/N)·(n-1)/n`` of the stratum. This is R's JK1
    without strata and JKn with them. A stratum of one unit has no replicate: the rule of the design
    must be certainty or remove (nothing), or average (the other strata are scaled up).

    Raises: MethodError ``survey.lonely``, ``replicates.census`` (nothing was left undrawn),
        ``replicates.rule`` (adjust has no meaning here), ``replicates.size``.
    """
    first = design.stages[0]
    drawn, left = first.drawn[first.stratum], first.left
    if first.lonely.size:
        if design.lonely == "fail":
            raise MethodError(
                "survey.lonely",
                f"{first.lonely.size} strata have one unit only; join them with others or "
                "declare a rule: certainty, remove, average",
            )
        if design.lonely == "adjust":
            raise MethodError(
                "replicates.rule",
                "the rule adjust has no replicate; allowed: certainty, remove, average",
            )
    out = np.flatnonzero((drawn > 1) & (left >= WHOLE))
    if not out.size:
        raise MethodError(
            "replicates.census", "every stratum was taken whole; nothing varies between samples"
        )
    factor = np.ones(_affordable(design, out.size))
    for replicate, unit in enumerate(out):
        mates = first.stratum == first.stratum[unit]
        factor[mates, replicate] = drawn[unit] / (drawn[unit] - 1)
        factor[unit, replicate] = 0.0
    scale = left[out] * (drawn[out] - 1) / drawn[out]
    if design.lonely == "average":
        scale = scale * (design.units / np.sum(drawn > 1))
    return Replicates(factor, scale)


def rao_wu_bootstrap(design: SurveyDesign, replicates: int = 500, *, seed: int) -> Replicates:
    """Draw n - 1 of each stratum's n units with replacement, weights times n/(n-1) (Rao & Wu).

    Finite populations are not corrected for. R's type "subbootstrap".

    Raises: MethodError ``replicates.count``, ``replicates.size``, ``survey.lonely``.
    """
    rng = _generator(replicates, seed)
    factor = np.empty(_affordable(design, replicates))
    for unit in _strata(design):
        n = unit.size
        times = rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
        factor[unit] = times.T * (n / (n - 1))
    return Replicates(factor, np.full(replicates, 1 / (replicates - 1)))


def canty_davison_bootstrap(
    design: SurveyDesign, replicates: int = 500, *, seed: int
) -> Replicates:
    """Draw n units again from each stratum's sample, repeated to the size of its population.

    Without a population the n units are drawn with replacement. The variance is scaled by
    ``m/(m-1)``, m the harmonic mean of the strata's units. R's type "bootstrap".

    Raises: MethodError ``replicates.count``, ``replicates.size``, ``survey.lonely``.
    """
    rng = _generator(replicates, seed)
    first = design.stages[0]
    factor = np.empty(_affordable(design, replicates))
    strata = _strata(design)
    for unit in strata:
        n, left = unit.size, float(first.left[unit[0]])
        if left >= 1:
            factor[unit] = rng.multinomial(n, np.full(n, 1 / n), size=replicates).T
            continue
        size = round(n / (1 - left))
        copies = np.bincount(np.arange(size) % n, minlength=n)
        for replicate in range(replicates):
            held = copies[rng.permutation(n)]
            factor[unit, replicate] = rng.multivariate_hypergeometric(held, n)
    m = 1 / np.mean([1 / unit.size for unit in strata])
    return Replicates(factor, np.full(replicates, m / ((m - 1) * (replicates - 1))))


def replicate_variance(
    replicates: Replicates, design: SurveyDesign, within: Domains, top: Array, base: Array | None
) -> tuple[Array, Array]:
    """Variance of ``Σw·top/Σw·base`` (without base: of the total) of each domain; replicates lost.

    ``Σ scale·(θ_r - mean θ)²`` over the replicates in which θ exists.

    Args:
        top, base: of the domains' members, shape (members,).
    """
    thetas = (
        _recalibrated(replicates, design, within, top, base)
        if design.adjustments
        else _from_units(replicates, design, within, top, base)
    )
    known = np.isfinite(thetas)
    counted = known & (replicates.scale > 0)
    with np.errstate(invalid="ignore"):
        mean = np.where(counted, thetas, 0.0).sum(axis=1) / counted.sum(axis=1)
        square = np.where(known, thetas - mean[:, None], 0.0) ** 2
        variance = np.where(counted.any(axis=1), square @ replicates.scale, np.nan)
    return variance, (~known).sum(axis=1).astype(np.float64)


def _from_units(
    replicates: Replicates, design: SurveyDesign, within: Domains, top: Array, base: Array | None
) -> Array:
    """θ of each domain and replicate from the units' totals, shape (n_cells, replicates)."""
    pairs = within.stages[0]
    weight = np.asarray(within.of_members(design.weight), dtype=np.float64)
    bounds = np.searchsorted(pairs.cell, np.arange(within.n_cells + 1))
    sums = [pairs.sums(weight * column) for column in ([top] if base is None else [top, base])]
    found = np.empty((within.n_cells, replicates.scale.size))
    for cell in range(within.n_cells):
        mine = slice(bounds[cell], bounds[cell + 1])
        factor = replicates.factor[pairs.unit[mine]]
        found[cell] = _theta(*(column[mine] @ factor for column in sums))
    return found


def _recalibrated(
    replicates: Replicates, design: SurveyDesign, within: Domains, top: Array, base: Array | None
) -> Array:
    unit = design.stages[0].unit
    found = np.full((within.n_cells, replicates.scale.size), np.nan)
    for replicate in range(replicates.scale.size):
        weight = design.base_weight * replicates.factor[unit, replicate]
        try:
            for adjustment in design.adjustments:
                weight = adjustment(weight).weight
        except MethodError:
            continue  # a replicate without a group of the calibration: it stays lost
        inside = np.asarray(within.of_members(weight), dtype=np.float64)
        columns = [top] if base is None else [top, base]
        found[:, replicate] = _theta(*(within.per_cell(inside * column) for column in columns))
    return found


def _theta(numerator: Array, denominator: Array | None = None) -> Array:
    if denominator is None:
        return numerator
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator != 0, numerator / denominator, np.nan)


def _affordable(design: SurveyDesign, replicates: int) -> tuple[int, int]:
    if design.units * replicates > LARGEST:
        raise MethodError(
            "replicates.size",
            f"{design.units} units times {replicates} replicates; allowed: a product up to "
            f"{LARGEST:,}. Use linearised variances, or a bootstrap with fewer replicates",
        )
    return design.units, replicates


def _generator(replicates: int, seed: int) -> np.random.Generator:
    if replicates < 2:
        raise MethodError("replicates.count", f"{replicates} replicates; at least 2 are needed")
    return np.random.default_rng(seed)


def _strata(design: SurveyDesign) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The units of each stratum; each has at least two."""
    first = design.stages[0]
    few = int(np.sum(first.drawn < 2))
    if few:
        raise MethodError(
            "survey.lonely",
            f"{few} strata have one unit only and cannot be drawn again; join them with others",
        )
    order = np.argsort(first.stratum, kind="stable")
    return np.split(order, np.cumsum(first.drawn)[:-1].astype(np.int64))
