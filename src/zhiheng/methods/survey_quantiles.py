"""Quantiles of the domains of a sample, with Woodruff's intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, quantile
from zhiheng.methods.errors import MethodError
from zhiheng.methods.replicates import Replicates
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_estimates import survey_means
from zhiheng.methods.survey_intervals import Interval, proportion_interval
from zhiheng.methods.survey_variance import Domains


@dataclass(frozen=True)
class QuantileEstimates:
    """One entry for each domain, shape (n_cells,).

    Attributes:
        estimate: the smallest value at or below which the share of the weights lies; nan without
            rows.
        se: width of the interval over twice the t quantile; nan where a bound is.
        df, n: as in `SurveyEstimates`.
        lower, upper: Woodruff's bounds; nan where the share's bound leaves [0, 1], so that the
            sample holds no value for it.
        lonely: the declared rule for strata of one unit was used.
    """

    estimate: Array
    se: Array
    df: Array
    n: Array
    lower: Array
    upper: Array
    lonely: npt.NDArray[np.bool_]


def survey_quantiles(
    design: SurveyDesign,
    within: Domains,
    y: npt.ArrayLike,
    share: float = 0.5,
    *,
    interval: Interval = "wald",
    level: float = 0.95,
    replicates: Replicates | None = None,
) -> QuantileEstimates:
    """The quantile q of each domain: the smallest y with ``F(y) ≥ share``.

    F is the weighted distribution. The interval is that of the proportion F(q), its bounds read
    back through F. R: svyquantile with qrule "math"; interval "wald" is its "mean", "logit" its
    "xlogit", "beta" its "beta". One difference: below the first value's own share R 4.1 answers
    with the second value, this with the first.

    Source: Woodruff, JASA 47 (1952) 635-646.

    Raises: MethodError ``quantile.share``, ``survey.shape``, ``survey.value``, ``survey.lonely``,
        ``interval.kind``.
    """
    if not 0 < share < 1:
        raise MethodError("quantile.share", f"share is {share!r}; allowed: between 0 and 1")
    values = np.asarray(y, dtype=np.float64)
    distributions = _distributions(design, within, values)
    estimate = np.array([_at(found, share) for found in distributions])
    reached = np.zeros(design.rows)
    member = within.member
    reached[member] = values[member] <= estimate[within.cell[member]]
    below = survey_means(design, within, reached, replicates=replicates)
    low, high = proportion_interval(
        interval, np.clip(below.estimate, 0, 1), below.se, below.n, below.df, level=level
    )
    lower = np.array([_bound(f, p) for f, p in zip(distributions, low, strict=True)])
    upper = np.array([_bound(f, p) for f, p in zip(distributions, high, strict=True)])
    se = (upper - lower) / (2 * quantile(below.df, level, "two"))
    return QuantileEstimates(estimate, se, below.df, below.n, lower, upper, below.lonely)


def _distributions(
    design: SurveyDesign, within: Domains, values: Array
) -> list[tuple[Array, Array]]:
    """Of each domain the values in order and the weights up to each."""
    member = within.member
    cell = within.cell[member]
    if not np.isfinite(values[member]).all():
        at = int(member[np.flatnonzero(~np.isfinite(values[member]))[0]])
        raise MethodError("survey.value", f"y[{at}] is {values[at]}; leave the row out instead")
    order = np.lexsort((values[member], cell))
    rows = member[order]
    ends = np.cumsum(np.bincount(cell, minlength=within.n_cells))
    # Extended precision as in R: whether a sum reaches a share exactly decides between two values.
    weight = design.weight.astype(np.longdouble)
    return [
        (values[mine], np.cumsum(weight[mine]).astype(np.float64))
        for mine in np.split(rows, ends[:-1])
    ]


def _at(distribution: tuple[Array, Array], share: float) -> float:
    values, reached = distribution
    if not values.size:
        return float("nan")
    total = reached[-1]
    last = int(np.searchsorted(reached, share * total, side="right")) - 1
    if last >= 0 and share - reached[last] / total == 0:
        return float(values[last])
    return float(values[min(last + 1, values.size - 1)])


def _bound(distribution: tuple[Array, Array], share: float) -> float:
    return _at(distribution, share) if 0 <= share <= 1 else float("nan")
