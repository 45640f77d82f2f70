"""From evidence and a target to a verdict.

A target is met when even the cautious bound of the evidence satisfies it, not met when even the
generous bound does not, and undetermined between: two one-sided tests at alpha. What was counted
in full or reported is compared exactly and unrounded. "100 %" can be refuted by a sample, never
proven. A verdict speaks of one period; looking again next period is another test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from zhiheng.methods.bounds import (
    Bounded,
    both_counted,
    change_bounds,
    figure_bounds,
    ratio_bounds,
)
from zhiheng.methods.errors import MethodError
from zhiheng.methods.probability import probability_below
from zhiheng.methods.vocabulary import Evidence, Judgement, Operator, Verdict, as_written, tidied

__all__ = ["Evidence", "Judgement", "Operator", "Verdict", "judge"]

Number: TypeAlias = float | Fraction

# Above this no sample is drawn; a verdict that needs more is as good as impossible.
LARGEST_SAMPLE = 10**9


@dataclass(frozen=True)
class Question:
    """The comparison that a target asks for: `comparator` one of >= > <= < ~ =, of the figure
    or, `of_change`, of ``now - before``."""

    comparator: Operator
    threshold: Fraction
    tolerance: Fraction
    of_change: bool


def judge(
    evidence: Evidence | None,
    operator: Operator | str,
    value: float | None,
    *,
    tolerance: float | None = None,
    baseline: Evidence | None = None,
    alpha: float = 0.05,
    due: bool = True,
    damaged: bool = False,
) -> Judgement:
    """Judge one target.

    Args:
        evidence: the figure; None, or one without content: no evidence.
        operator: see Operator.
        value: the target in the evidence's unit (a proportion as a fraction). For increase_by and
            decrease_by the size of the change (0 or more, same unit); for trend_up and trend_down
            None or 0.
        tolerance: half-width of what "~" still accepts; used by "~" only.
        baseline: the earlier figure; used by the four operators of change only, which without it
            have no evidence.
        alpha: error allowed on each side.
        due: False for a target whose deadline has not come: measured, not judged.
        damaged: the target's own text is damaged, so it has no value.

    Raises: MethodError ``verdict.operator``, ``verdict.value``, ``verdict.tolerance``,
        ``verdict.alpha``, ``verdict.baseline``.
    """
    if not 0 < alpha < 0.5:
        raise MethodError("verdict.alpha", f"alpha is {alpha!r}; allowed: above 0, below 0.5")
    if damaged:
        return Judgement(Verdict.DAMAGED)
    question = _question(operator, value, tolerance)
    before = baseline if question.of_change else None
    if (
        evidence is None
        or evidence.empty
        or (question.of_change and (before is None or before.empty))
    ):
        return Judgement(Verdict.NO_EVIDENCE if due else Verdict.NOT_DUE)
    _check_units(question, evidence, before)
    if evidence.exact and (before is None or before.exact):
        verdict = _exact_verdict(question, evidence, before)
        return Judgement(verdict if due else Verdict.NOT_DUE, method="exact")
    bounds = _bounds(question, evidence, before, alpha)
    verdict = _sampled_verdict(question, bounds)
    return Judgement(
        verdict=verdict if due else Verdict.NOT_DUE,
        lower=bounds.lower if math.isfinite(bounds.lower) else None,
        upper=bounds.upper if math.isfinite(bounds.upper) else None,
        probability=_probability(question, evidence, before, alpha),
        n_needed=_n_needed(question, evidence, before, alpha)
        if due and verdict is Verdict.UNDETERMINED
        else None,
        method=bounds.method,
    )


def _question(operator: Operator | str, value: float | None, tolerance: float | None) -> Question:
    try:
        op = Operator(operator)
    except ValueError:
        allowed = ", ".join(Operator)
        raise MethodError(
            "verdict.operator", f"operator is {operator!r}; allowed: {allowed}"
        ) from None
    if op in (Operator.TREND_UP, Operator.TREND_DOWN):
        if value:
            raise MethodError("verdict.value", f"{op} with value {value!r}; allowed: None or 0")
        comparator = Operator.ABOVE if op is Operator.TREND_UP else Operator.BELOW
        return Question(comparator, Fraction(0), Fraction(0), True)
    if value is None or not math.isfinite(value):
        raise MethodError("verdict.value", f"{op} with value {value!r}; a number is needed")
    threshold = as_written(value)
    if op.of_change:
        if threshold < 0:
            raise MethodError("verdict.value", f"{op} with value {value!r}; allowed: 0 or more")
        if op is Operator.INCREASE_BY:
            return Question(Operator.AT_LEAST, threshold, Fraction(0), True)
        return Question(Operator.AT_MOST, -threshold, Fraction(0), True)
    if op is not Operator.ABOUT:
        return Question(op, threshold, Fraction(0), False)
    if tolerance is None or not (math.isfinite(tolerance) and tolerance >= 0):
        raise MethodError(
            "verdict.tolerance", f"~ with tolerance {tolerance!r}; a number of 0 or more is needed"
        )
    return Question(op, threshold, as_written(tolerance), False)


def _check_units(question: Question, now: Evidence, before: Evidence | None) -> None:
    # 95 against a fraction would silently be "not met" for ever.
    if now.kind == "proportion" and abs(question.threshold) > 1:
        raise MethodError(
            "verdict.value",
            f"target {float(question.threshold)!r} for a proportion; allowed: a fraction, "
            "at most 1 (95 % is 0.95)",
        )
    if now.kind == "proportion" and before is not None and not 0 <= before.estimate <= 1:
        raise MethodError(
            "verdict.baseline",
            f"baseline {before.estimate!r} for a proportion; allowed: a fraction between 0 and 1",
        )


def _exact_verdict(question: Question, now: Evidence, before: Evidence | None) -> Verdict:
    figure = now.as_fraction() - (before.as_fraction() if before is not None else 0)
    if question.comparator is Operator.EQUAL:
        return Verdict.MET if figure == question.threshold else Verdict.NOT_MET
    return between(question, figure, figure, question.threshold)


def _bounds(question: Question, now: Evidence, before: Evidence | None, alpha: float) -> Bounded:
    if before is None:
        return figure_bounds(now, alpha)
    if question.threshold == 0 and both_counted(now, before):
        return ratio_bounds(now, before, alpha)
    return change_bounds(now, before, alpha)


def _sampled_verdict(question: Question, bounds: Bounded) -> Verdict:
    # A ratio that did not change is 1 where a difference is 0.
    threshold = Fraction(1) if bounds.method == "rate_ratio" else question.threshold
    lower, upper = (
        as_written(tidied(bound)) if math.isfinite(bound) else bound
        for bound in (bounds.lower, bounds.upper)
    )
    return between(question, lower, upper, threshold)


def between(question: Question, lower: Number, upper: Number, threshold: Fraction) -> Verdict:
    """Whether even the cautious bound satisfies the comparison, or even the generous one fails."""
    comparator = question.comparator
    if comparator is Operator.ABOUT:
        least, most = threshold - question.tolerance, threshold + question.tolerance
        met, missed = least <= lower and upper <= most, upper < least or lower > most
    elif comparator is Operator.EQUAL:
        met, missed = False, upper < threshold or lower > threshold
    elif comparator is Operator.AT_LEAST:
        met, missed = lower >= threshold, upper < threshold
    elif comparator is Operator.ABOVE:
        met, missed = lower > threshold, upper <= threshold
    elif comparator is Operator.AT_MOST:
        met, missed = upper <= threshold, lower > threshold
    else:
        met, missed = upper < threshold, lower >= threshold
    return Verdict.MET if met else Verdict.NOT_MET if missed else Verdict.UNDETERMINED


def _probability(
    question: Question, now: Evidence, before: Evidence | None, alpha: float
) -> float | None:
    def below(value: Fraction) -> float | None:
        return probability_below(float(value), now, before, alpha)

    threshold, tolerance = question.threshold, question.tolerance
    if question.comparator is Operator.EQUAL:
        return None
    if question.comparator is Operator.ABOUT:
        most, least = below(threshold + tolerance), below(threshold - tolerance)
        return None if most is None or least is None else most - least
    share = below(threshold)
    if share is None or question.comparator in (Operator.AT_MOST, Operator.BELOW):
        return share
    return 1 - share


def _n_needed(
    question: Question, now: Evidence, before: Evidence | None, alpha: float
) -> int | None:
    if now.exact or not now.size:
        return None

    def decided(size: int) -> bool:
        bounds = _bounds(question, now.grown(size), before, alpha)
        return _sampled_verdict(question, bounds) is not Verdict.UNDETERMINED

    if not decided(LARGEST_SAMPLE):
        return None
    short, enough = max(1, math.floor(now.size)), LARGEST_SAMPLE
    while enough - short > 1:
        # The geometric middle, for sizes span nine powers of ten.
        middle = min(max(math.isqrt(short * enough), short + 1), enough - 1)
        if decided(middle):
            enough = middle
        else:
            short = middle
    return enough
