"""Targets that speak of another figure: "half of the national mean", both of them uncertain."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Bounds, floats, refuse
from zhiheng.methods.bounds import figure_bounds
from zhiheng.methods.errors import MethodError
from zhiheng.methods.verdicts import Question, between
from zhiheng.methods.vocabulary import Evidence, Judgement, Operator, Verdict, as_written, tidied

RATIO_OPERATORS = (Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.BELOW)


def mover_ratio(
    first: npt.ArrayLike,
    first_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
    second: npt.ArrayLike,
    second_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
) -> Bounds:
    """Interval of ``first / second``, both 0 or more, from the interval of each at their level.

    With ``ab = first·second``::

        lower = (ab - sqrt(ab² - l1·u2·(2a - l1)·(2b - u2))) / (u2·(2b - u2))
        upper = (ab + sqrt(ab² - u1·l2·(2a - u1)·(2b - l2))) / (l2·(2b - l2))

    The bounds of a ratio follow from asking where the bound of ``first - r·second`` is 0. A figure
    known exactly has bounds equal to itself; where ``second`` may be 0 the ratio has no upper
    bound. Source: Donner & Zou, Statistical Methods in Medical Research 21 (2012) 347-359.

    Raises ``relative.negative``.
    """
    a, b = floats(first), floats(second)
    l1, u1 = (floats(bound) for bound in first_bounds)
    l2, u2 = (floats(bound) for bound in second_bounds)
    for value in (a, b, l1, l2):
        refuse(value < 0, value, "relative.negative", "figures of a ratio are 0 or more")
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = (a * b - _root(a * b, l1 * u2 * (2 * a - l1) * (2 * b - u2))) / (u2 * (2 * b - u2))
        upper = (a * b + _root(a * b, u1 * l2 * (2 * a - u1) * (2 * b - l2))) / (l2 * (2 * b - l2))
        # Twice the second figure is its own upper bound: the quadratic has only one root left.
        straight = l1 * (2 * a - l1) / (2 * a * b)
    lower = np.where(np.isclose(u2, 2 * b, rtol=1e-12), straight, lower)
    lower = np.where(l1 <= 0, 0.0, np.where(b > 0, lower, np.nan))
    return np.asarray(lower), np.asarray(np.where(l2 > 0, upper, np.inf))


def _root(product: npt.ArrayLike, subtracted: npt.ArrayLike) -> npt.NDArray[np.float64]:
    # Rounding may push a square of exactly 0 below it.
    return np.sqrt(np.maximum(floats(product) ** 2 - floats(subtracted), 0.0))


def judge_relative(
    evidence: Evidence,
    operator: Operator | str,
    share: float,
    reference: Evidence,
    *,
    alpha: float = 0.05,
) -> Judgement:
    """Judge "at most `share` times the reference figure", and its like with >=, >, <.

    Where both are known exactly they are compared exactly. Bounds and verdict speak of the ratio
    of the two figures; one-sided at `alpha` each.

    Raises: MethodError ``verdict.operator``, ``verdict.value`` (share not above 0),
        ``verdict.alpha``, ``verdict.baseline`` (a reference of 0).
    """
    if not 0 < alpha < 0.5:
        raise MethodError("verdict.alpha", f"alpha is {alpha!r}; allowed: above 0, below 0.5")
    if operator not in RATIO_OPERATORS:
        allowed = ", ".join(RATIO_OPERATORS)
        raise MethodError("verdict.operator", f"operator is {operator!r}; allowed: {allowed}")
    if not (math.isfinite(share) and share > 0):
        raise MethodError("verdict.value", f"share is {share!r}; allowed: a number above 0")
    if evidence.empty or reference.empty:
        return Judgement(Verdict.NO_EVIDENCE)
    if reference.estimate == 0:
        raise MethodError("verdict.baseline", "the reference is 0; nothing is a share of it")
    threshold = as_written(share)
    question = Question(Operator(operator), threshold, Fraction(0), False)
    if evidence.exact and reference.exact:
        ratio = evidence.as_fraction() / reference.as_fraction()
        return Judgement(between(question, ratio, ratio, threshold), method="exact")
    lower, upper = (
        tidied(float(bound)) if np.isfinite(bound) else float(bound)
        for bound in mover_ratio(
            evidence.estimate,
            _limits(evidence, alpha),
            reference.estimate,
            _limits(reference, alpha),
        )
    )
    bounds = [as_written(bound) if math.isfinite(bound) else bound for bound in (lower, upper)]
    return Judgement(
        between(question, bounds[0], bounds[1], threshold),
        lower=lower,
        upper=upper if math.isfinite(upper) else None,
        method="mover_ratio",
    )


def _limits(evidence: Evidence, alpha: float) -> tuple[float, float]:
    if evidence.exact:
        return evidence.estimate, evidence.estimate
    found = figure_bounds(evidence, alpha)
    return max(found.lower, 0.0), found.upper
