"""The trend of a figure over time, from a sample with a design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError
from zhiheng.methods.intervals import t_interval
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_variance import degrees_of_freedom, domains, variance_of_sums

STEPS = 100


@dataclass(frozen=True)
class Trend:
    """Attributes:
    slope: change of y (linear) or of logit y (logit) for one unit of time.
    se, lower, upper: of the slope; t with `df`.
    df: first-stage units less strata, less 1.
    intercept: y, or logit y, at time 0.
    n: rows.
    lonely: the declared rule for strata of one unit was used.
    """

    slope: float
    se: float
    lower: float
    upper: float
    df: float
    intercept: float
    n: int
    lonely: bool


def survey_trend(
    design: SurveyDesign,
    y: npt.ArrayLike,
    time: npt.ArrayLike,
    *,
    link: Literal["linear", "logit"] = "linear",
    domain: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Trend:
    """Weighted least squares, or weighted logistic regression, of y on time.

    Args:
        y: values, or for ``logit`` 0..1 (0 and 1 in most cases), shape (rows,).
        time: in any unit, shape (rows,).
        domain: rows to use, bool (rows,); None: all.

    The slope's variance is that of the total of its linearised values
    ``A⁻¹·w·x·(y - ŷ)``, A the information matrix. Source: Binder, International Statistical Review
    51 (1983) 279-292; R's svyglm (gaussian, quasibinomial).

    Raises: MethodError ``survey.shape``, ``survey.value``, ``trend.time`` (fewer than two times),
        ``trend.separate`` (the logit slope is infinite), ``survey.lonely``.
    """
    values, when = np.asarray(y, dtype=np.float64), np.asarray(time, dtype=np.float64)
    cell = np.zeros(design.rows, np.int64)
    if domain is not None:
        cell = np.where(np.asarray(domain, dtype=np.bool_), 0, -1)
    within = domains(design, cell)
    if values.shape != (design.rows,) or when.shape != (design.rows,):
        raise MethodError(
            "survey.shape", f"y has {values.shape}, time {when.shape}; allowed: ({design.rows},)"
        )
    mine = within.member
    values, when, weight = values[mine], when[mine], design.weight[mine]
    if not (np.isfinite(values).all() and np.isfinite(when).all()):
        raise MethodError("survey.value", "y or time is missing; leave those rows out instead")
    if np.unique(when).size < 2:
        raise MethodError("trend.time", "a trend needs values at two times at least")
    if link == "logit" and not ((values >= 0) & (values <= 1)).all():
        raise MethodError("survey.value", "y of a logit trend lies between 0 and 1")
    # Centred times keep the information matrix well conditioned (years are near 2,000).
    middle = float(np.average(when, weights=weight))
    x = np.column_stack([np.ones_like(when), when - middle])
    coefficient, residual, information = _fitted(x, values, weight, link)
    influence = (x * (weight * residual)[:, None]) @ np.linalg.inv(information)
    variance, lonely = variance_of_sums(design, within, influence[:, 1])
    slope, se = float(coefficient[1]), float(np.sqrt(variance[0]))
    df = float(degrees_of_freedom(within)[0]) - 1
    lower, upper = t_interval(slope, se, df, level=level)
    intercept = float(coefficient[0]) - slope * middle
    return Trend(
        slope, se, float(lower), float(upper), df, intercept, int(mine.size), bool(lonely[0])
    )


def _fitted(x: Array, y: Array, weight: Array, link: str) -> tuple[Array, Array, Array]:
    """Coefficients, residuals and information matrix."""
    if link == "linear":
        information = (x * weight[:, None]).T @ x
        coefficient = floats(np.linalg.solve(information, x.T @ (weight * y)))
        return coefficient, y - x @ coefficient, information
    coefficient = floats(np.zeros(2))
    for _ in range(STEPS):
        p = special.expit(x @ coefficient)
        spread = weight * p * (1 - p)
        information = (x * spread[:, None]).T @ x
        if not np.linalg.cond(information) < 1e14:
            break
        step = np.linalg.solve(information, x.T @ (weight * (y - p)))
        coefficient = floats(coefficient + step)
        if np.abs(step).max() <= 1e-13 * max(1.0, float(np.abs(coefficient).max())):
            p = special.expit(x @ coefficient)
            information = (x * (weight * p * (1 - p))[:, None]).T @ x
            return coefficient, y - p, information
    raise MethodError(
        "trend.separate",
        "time separates the successes from the failures (or all are alike); the logit slope is "
        "infinite, use the linear trend",
    )
