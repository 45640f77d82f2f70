"""Means, totals, ratios, rates and proportions of all domains of a sample at once.

Every function takes a design, the domains (`survey_variance.domains`) and columns of shape
(rows,), and returns one entry for each domain. Values of rows outside the domains are never
looked at, so a missing value is kept out by its row's cell -1.

Source: Taylor linearisation, Särndal, Swensson & Wretman (1992), ch. 5; held to R's svymean,
svytotal, svyratio, svyby.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.labels import Ints
from zhiheng.methods.replicates import Replicates, replicate_variance
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_variance import Domains, degrees_of_freedom, variance_of_sums

# Squared residuals below this share of the squared values they come from are rounding.
ROUNDING = 1e-26


@dataclass(frozen=True)
class SurveyEstimates:
    """One entry for each domain, shape (n_cells,).

    Attributes:
        estimate: nan where the domain has no rows (a total: 0) or its denominator is 0.
        se: standard error; nan with the estimate.
        df: first-stage units less strata of the domain; see `degrees_of_freedom`.
        deff: design effect, the variance over that of a simple random sample drawn with replacement
            of as many rows, ``v / (S²/n)`` with S² the weighted variance (n - 1); R's
            ``deff="replace"``. nan where the values do not vary. R's ``deff=TRUE`` is this times
            ``N/(N-n)``, N the domain's sum of weights.
        n: rows.
        weight: the domain's sum of weights.
        lonely: the declared rule for strata of one unit was used.
        replicates_lost: replicates in which the figure does not exist, left out.
    """

    estimate: Array
    se: Array
    df: Array
    deff: Array
    n: Array
    weight: Array
    lonely: npt.NDArray[np.bool_]
    replicates_lost: Array


def survey_ratios(
    design: SurveyDesign,
    within: Domains,
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    *,
    replicates: Replicates | None = None,
) -> SurveyEstimates:
    """``Σwy/Σwx`` of each domain; the variance from ``z = w·(y - R·x)/Σwx``, or from replicates.

    Raises: MethodError ``survey.shape``, ``survey.value``, ``survey.lonely``.
    """
    top, base = _members(within, y, "y"), _members(within, x, "x")
    return _ratios(design, within, top, base, replicates)


def survey_means(
    design: SurveyDesign,
    within: Domains,
    y: npt.ArrayLike,
    *,
    replicates: Replicates | None = None,
) -> SurveyEstimates:
    """``Σwy/Σw`` of each domain. Raises as `survey_ratios`."""
    top = _members(within, y, "y")
    return _ratios(design, within, top, np.ones_like(top), replicates)


def survey_proportions(
    design: SurveyDesign,
    within: Domains,
    category: Ints,
    categories: int,
    *,
    replicates: Replicates | None = None,
) -> list[SurveyEstimates]:
    """The share of each category 0..categories-1 in each domain, categories in order.

    A category without a row in a domain has share 0 there. Raises as `survey_ratios`.
    """
    inside = np.asarray(within.of_members(category))
    return [
        _ratios(
            design,
            within,
            (inside == number).astype(np.float64),
            np.ones(inside.size),
            replicates,
        )
        for number in range(categories)
    ]


def survey_rates(
    design: SurveyDesign,
    within: Domains,
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    per: float = 1.0,
    replicates: Replicates | None = None,
) -> SurveyEstimates:
    """Events for each `per` units of exposure. Raises as `survey_ratios`."""
    found = survey_ratios(design, within, events, exposure, replicates=replicates)
    return replace(found, estimate=found.estimate * per, se=found.se * per)


def survey_totals(
    design: SurveyDesign,
    within: Domains,
    y: npt.ArrayLike,
    *,
    replicates: Replicates | None = None,
) -> SurveyEstimates:
    """``Σwy`` of each domain, 0 where it has no rows.

    The design effect compares with n rows of a population as large as the domain's weights, as R
    does. Raises: MethodError ``survey.shape``, ``survey.value``, ``survey.lonely``.
    """
    top = _members(within, y, "y")
    weight = np.asarray(within.of_members(design.weight), dtype=np.float64)
    estimate, size = within.per_cell(weight * top), within.per_cell(weight)
    if replicates is None:
        variance, lonely = variance_of_sums(design, within, weight * top)
        variance = _beyond_rounding(variance, within.per_cell(weight * top**2) * size)
        lost = np.zeros(within.n_cells)
    else:
        variance, lost = replicate_variance(replicates, design, within, top, None)
        lonely = np.zeros(within.n_cells, dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = top - (estimate / size)[_cells(within)]
    unit = _varying(within, weight, centred, top) * size
    return _estimates(design, within, estimate, variance, unit, (lonely, lost, size))


def _ratios(
    design: SurveyDesign,
    within: Domains,
    top: Array,
    base: Array,
    replicates: Replicates | None,
) -> SurveyEstimates:
    weight = np.asarray(within.of_members(design.weight), dtype=np.float64)
    cell, size = _cells(within), within.per_cell(weight)
    denominator = within.per_cell(weight * base)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(denominator != 0, within.per_cell(weight * top) / denominator, np.nan)
    residual = top - np.nan_to_num(estimate)[cell] * base
    squares = _varying(within, weight, residual, top)
    scale = np.where(denominator != 0, denominator, np.nan) ** 2
    if replicates is None:
        variance, lonely = variance_of_sums(design, within, weight * residual)
        variance = _beyond_rounding(variance, squares * size) / scale
        lost = np.zeros(within.n_cells)
    else:
        variance, lost = replicate_variance(replicates, design, within, top, base)
        lonely = np.zeros(within.n_cells, dtype=np.bool_)
    variance = np.where(np.isnan(estimate), np.nan, variance)
    unit = squares / scale * size
    return _estimates(design, within, estimate, variance, unit, (lonely, lost, size))


def _estimates(
    design: SurveyDesign,
    within: Domains,
    estimate: Array,
    variance: Array,
    unit: Array,
    rest: tuple[npt.NDArray[np.bool_], Array, Array],
) -> SurveyEstimates:
    """`unit`: n-1 times the variance under simple random sampling with replacement."""
    lonely, lost, size = rest
    n = within.count
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = np.where((unit > 0) & (n > 1), variance * (n - 1) / unit, np.nan)
    return SurveyEstimates(
        estimate=estimate,
        se=np.sqrt(variance),
        df=degrees_of_freedom(within),
        deff=deff,
        n=n,
        weight=size,
        lonely=lonely,
        replicates_lost=lost,
    )


def _cells(within: Domains) -> Ints:
    return np.asarray(within.of_members(within.cell), dtype=np.int64)


def _varying(within: Domains, weight: Array, residual: Array, value: Array) -> Array:
    """``Σ w·residual²`` of each domain, 0 where it is but the rounding of equal values."""
    squares = within.per_cell(weight * residual**2)
    return np.where(squares > ROUNDING * within.per_cell(weight * value**2), squares, 0.0)


def _beyond_rounding(variance: Array, scale: Array) -> Array:
    """The variance, 0 where it is but rounding of values of this size; unknown stays unknown."""
    return np.where((variance > ROUNDING * scale) | np.isnan(variance), variance, 0.0)


def _members(within: Domains, column: npt.ArrayLike, name: str) -> Array:
    values = np.asarray(column, dtype=np.float64)
    if values.shape != within.cell.shape:
        raise MethodError(
            "survey.shape", f"{name} has shape {values.shape}; allowed: {within.cell.shape}"
        )
    inside = np.asarray(within.of_members(values), dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(inside))
    if wrong.size:
        at = int(within.member[wrong[0]])
        raise MethodError(
            "survey.value",
            f"{name}[{at}] is {values[at]}; leave the row out of the domains instead",
        )
    return inside
