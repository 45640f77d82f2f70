"""Design-based ratios and totals of many cells at once, from sums over clusters.

A grouped query delivers, for each cell and stratum, the sums over first-stage clusters of A, B,
A², AB and B², where A and B are the weighted totals of one cluster. That is all a Taylor
linearised variance needs, so rows never travel here. A cluster of the stratum that is absent from
the cell is a zero, which is why `m` counts the clusters of the stratum in the whole sample: a
subpopulation keeps the full design.

A mean is the ratio with B = the weights, a proportion the ratio with A = weights of the successes.
Source: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), ch. 5; held to R's
`survey` package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey_design import Lonely

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

# A spread below this share of the terms it is the difference of is rounding, not variance. Without
# it a cell where all passed would get a tiny variance and so an absurd effective size.
ROUNDING = 1e-13


@dataclass(frozen=True)
class CellSums:
    """Sums over clusters, one entry for each (cell, stratum) pair that holds anything.

    Attributes:
        cell: cell number 0..n_cells-1, shape (k,).
        stratum: stratum number, any integers, shape (k,); no pair may occur twice.
        a, b: sums of the clusters' weighted totals A and B. For a total let B be the weights, so
            that a stratum whose A are all 0 still counts as occupied.
        aa, ab, bb: sums of their squares and products.
        m: clusters of the stratum in the whole sample (>= 1).
        m_pop: clusters of the stratum in the population (>= m); nan or inf where unknown or drawn
            with replacement; None for no finite population correction at all.
        n_cells: number of cells; a cell without entries gets estimate nan.

    Raises: MethodError ``survey.shape``, ``survey.cell``, ``survey.repeated``, ``survey.sums``,
        ``survey.clusters``, ``survey.population``.
    """

    cell: Ints
    stratum: Ints
    a: Floats
    b: Floats
    aa: Floats
    ab: Floats
    bb: Floats
    m: Floats
    m_pop: Floats | None
    n_cells: int

    def __post_init__(self) -> None:
        for name in ("cell", "stratum"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))
        for name in ("a", "b", "aa", "ab", "bb", "m", "m_pop"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        self._check_shapes()
        self._check_values()

    def _check_shapes(self) -> None:
        shape = self.cell.shape
        for name in ("stratum", "a", "b", "aa", "ab", "bb", "m", "m_pop"):
            value = getattr(self, name)
            if value is not None and (value.shape != shape or len(shape) != 1):
                raise MethodError(
                    "survey.shape",
                    f"{name} has shape {value.shape}; cell has {shape}, one-dimensional",
                )
        if shape[0] and not (self.cell.min() >= 0 and self.cell.max() < self.n_cells):
            wrong = self.cell[(self.cell < 0) | (self.cell >= self.n_cells)][0]
            raise MethodError("survey.cell", f"cell {wrong}; allowed: 0 to {self.n_cells - 1}")
        order = np.lexsort((self.stratum, self.cell))
        cell, stratum = self.cell[order], self.stratum[order]
        twice = np.flatnonzero((np.diff(cell) == 0) & (np.diff(stratum) == 0))
        if twice.size:
            at = int(twice[0])
            raise MethodError(
                "survey.repeated",
                f"cell {cell[at]}, stratum {stratum[at]} occurs more than once; "
                "add its sums up before",
            )

    def _check_values(self) -> None:
        for name in ("a", "b", "aa", "ab", "bb"):
            value = getattr(self, name)
            if not np.isfinite(value).all():
                at = int(np.flatnonzero(~np.isfinite(value))[0])
                raise MethodError(
                    "survey.sums", f"{name}[{at}] is {value[at]}; it must be a number"
                )
        few = np.flatnonzero(~(self.m >= 1))
        if few.size:
            at = int(few[0])
            raise MethodError("survey.clusters", f"m[{at}] is {self.m[at]}; at least 1 is needed")
        if self.m_pop is not None:
            short = np.flatnonzero(self.m_pop < self.m)
            if short.size:
                at = int(short[0])
                raise MethodError(
                    "survey.population",
                    f"m_pop[{at}] is {self.m_pop[at]}, less than the {self.m[at]} sampled clusters",
                )


@dataclass(frozen=True)
class RatioEstimates:
    """One entry for each cell, shape (n_cells,).

    Attributes:
        estimate: numerator / denominator; nan where the denominator is 0.
        se, variance: linearised; nan with the estimate.
        df: clusters less strata, over the strata that the cell occupies.
        numerator, denominator: ΣA and ΣB.
        lonely: a stratum of one cluster (not a census of its clusters) was met in the cell and
            the declared rule was used.
        parts: what each entry of the sums adds to ``variance·(ΣB)²``, shape of ``CellSums.cell``.
    """

    estimate: Floats
    se: Floats
    df: Floats
    numerator: Floats
    denominator: Floats
    variance: Floats
    lonely: Flags
    parts: Floats


@dataclass(frozen=True)
class TotalEstimates:
    """One entry for each cell, shape (n_cells,): ΣA, its standard error, variance, df, lonely.

    ``parts``: what each entry of the sums adds to ``variance``.
    """

    estimate: Floats
    se: Floats
    df: Floats
    variance: Floats
    lonely: Flags
    parts: Floats


def estimate_ratio(sums: CellSums, *, lonely: Lonely = "adjust") -> RatioEstimates:
    """R = ΣA/ΣB of every cell with ``v = Σ_h (1-m/M)·m/(m-1)·[Σz² - (Σz)²/m] / (ΣB)²``, z = A-R·B.

    Args:
        lonely: what a stratum of one cluster contributes, the rules of `survey_design`.

    Raises: MethodError ``survey.lonely`` (rule ``fail``, or an unknown rule).
    """
    numerator = _per_cell(sums, sums.a)
    denominator = _per_cell(sums, sums.b)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(denominator != 0, numerator / denominator, np.nan)
    r = np.where(np.isnan(estimate), 0.0, estimate)[sums.cell]
    z = sums.a - r * sums.b
    zz = sums.aa - 2 * r * sums.ab + r * r * sums.bb
    scale = sums.aa + 2 * np.abs(r * sums.ab) + r * r * sums.bb
    spread, alone = _between_clusters(sums, z, zz, scale, lonely)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(denominator != 0, _per_cell(sums, spread) / denominator**2, np.nan)
    return RatioEstimates(
        estimate, np.sqrt(variance), _degrees(sums), numerator, denominator, variance, alone, spread
    )


def estimate_total(sums: CellSums, *, lonely: Lonely = "adjust") -> TotalEstimates:
    """Total ΣA of every cell with ``v = Σ_h (1-m/M)·m/(m-1)·[ΣA² - (ΣA)²/m]``; B is not used.

    ``lonely`` as in `estimate_ratio`; under ``adjust`` the one cluster's total is squared as it
    stands, as R's survey 4.1 does (a cell does not know the clusters of strata it has no part in,
    so a grand mean of totals would depend on what was left out).

    Raises: MethodError ``survey.lonely``.
    """
    spread, alone = _between_clusters(sums, sums.a, sums.aa, sums.aa, lonely)
    variance = _per_cell(sums, spread)
    estimate = _per_cell(sums, sums.a)
    return TotalEstimates(estimate, np.sqrt(variance), _degrees(sums), variance, alone, spread)


def working_parts(sums: CellSums) -> Floats:
    """What each entry would add to the variance if clusters differed as their sizes do.

    Where a cluster's residual z is B times something of one spread for all, the expectation of
    ``(1-m/M)·m/(m-1)·[Σz² - (Σz)²/m]`` is ``(1-m/M)·ΣB²`` but for that spread. It follows from the
    sample's design alone, not from what was found. A stratum of one cluster adds 0. Shape of
    ``CellSums.cell``.
    """
    return np.where(sums.m > 1, _left_out(sums) * sums.bb, 0.0)


def design_effect(proportion: npt.ArrayLike, variance: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """``v / (p(1-p)/(n-1))`` of a proportion from `n` rows; nan at p = 0, p = 1 and n < 2."""
    p, v = np.asarray(proportion, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    count = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((p > 0) & (p < 1) & (count > 1), v * (count - 1) / (p * (1 - p)), np.nan)


def _between_clusters(
    sums: CellSums, z: Floats, zz: Floats, scale: Floats, lonely: Lonely
) -> tuple[Floats, Flags]:
    """Each stratum's variance contribution, and per cell whether the lonely rule was used."""
    single = sums.m == 1
    fraction = _left_out(sums)
    squares = np.where(single, zz, zz - z * z / sums.m)
    squares = np.where(squares > ROUNDING * scale, squares, 0.0)
    spread = fraction * np.where(single, 1.0, sums.m / np.maximum(sums.m - 1, 1)) * squares
    alone = single & (fraction > 0) & _occupied(sums)
    if lonely not in get_args(Lonely):
        raise MethodError(
            "survey.lonely", f"lonely is {lonely!r}; allowed: {', '.join(get_args(Lonely))}"
        )
    if lonely == "fail" and alone.any():
        at = int(np.flatnonzero(alone)[0])
        raise MethodError(
            "survey.lonely",
            f"stratum {sums.stratum[at]} of cell {sums.cell[at]} has one cluster only; join it "
            "with another stratum or declare a rule: certainty, remove, adjust, average",
        )
    if lonely != "adjust":
        spread = np.where(single, 0.0, spread)
    if lonely == "average":
        occupied = _per_cell(sums, _occupied(sums).astype(np.float64))
        sound = occupied - _per_cell(sums, alone.astype(np.float64))
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(
                (sound > 0)[sums.cell], spread * (occupied / sound)[sums.cell], np.nan
            )
    return spread, _per_cell(sums, alone.astype(np.float64)) > 0


def _left_out(sums: CellSums) -> Floats:
    """``1 - m/M``, the finite population correction; 1 where the population is unknown."""
    if sums.m_pop is None:
        return np.ones_like(sums.m)
    return np.where(np.isnan(sums.m_pop), 1.0, 1 - sums.m / sums.m_pop)


def _occupied(sums: CellSums) -> Flags:
    return (sums.bb > 0) | (sums.aa > 0)


def _degrees(sums: CellSums) -> Floats:
    return _per_cell(sums, np.where(_occupied(sums), sums.m - 1, 0.0))


def _per_cell(sums: CellSums, values: Floats) -> Floats:
    return np.bincount(sums.cell, weights=values, minlength=sums.n_cells).astype(np.float64)
