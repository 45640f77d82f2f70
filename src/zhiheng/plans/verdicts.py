"""From a target and the figures of its indicator to a verdict that keeps all it rests on.

Pure: the figures come in as plain values in machine units, the rules as dated parameters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from zhiheng.indicators.periods import Period
from zhiheng.methods.bounds import figure_bounds
from zhiheng.methods.verdicts import judge
from zhiheng.methods.vocabulary import Evidence, Judgement, Kind, Operator, Verdict
from zhiheng.plans.declaration import Target
from zhiheng.plans.units import to_machine
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Trace

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))
_EXACT = frozenset({"reported", "census"})


@dataclass(frozen=True)
class Measure:
    """How an indicator measures: its declared unit, estimator, and the base of a rate."""

    unit: str
    estimator: Kind
    per: int | None = None


@dataclass(frozen=True)
class Figure:
    """One estimate of one period, in machine units; ``level`` is its interval's confidence.

    ``id`` is the stored estimate's (None where a figure was published elsewhere or is read from
    the lake at once), ``log_size`` and ``root`` name the ledger that it was computed from.
    """

    period: str
    estimate: float
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    n: int = 0
    numerator: float | None = None
    denominator: float | None = None
    df: float | None = None
    method: str = ""
    id: int | None = None
    log_size: int | None = None
    root: str = ""

    @property
    def how(self) -> str:
        """The first word of its method, such as ``wilson`` or ``census``."""
        return self.method.split(";")[0].strip()


@dataclass(frozen=True)
class Judged:
    """A verdict and all that it rests on, in machine units.

    Attributes:
        value, value_max: the target; for a relative change a share of the baseline.
        figure: the estimate judged, or for a target not yet due the present one.
        lower, upper: one-sided bounds of the figure, each wrong with the rule's error at most;
            None where nothing was sampled or no bound exists.
        baseline: what a change was measured from.
        judgement: verdict, probability, n_needed, method and, for a change, its own bounds.
        rules: the dated parameters used, as `Trace.plain` gives them.
    """

    target: Target
    value: float | None
    value_max: float | None
    figure: Figure | None
    lower: float | None
    upper: float | None
    baseline: Figure | None
    judgement: Judgement
    rules: tuple[dict[str, Any], ...]

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict


def judged(target: Target, measure: Measure, series: Mapping[str, Figure], as_of: date) -> Judged:
    """Judge a target on a day.

    Args:
        series: the indicator's figures in the target's scope, by period.
        as_of: a target is due on its deadline's last day; figures that begin later are not seen.
    """
    trace = Trace()
    alpha = float(RULES.value("verdict.error", as_of, trace))
    seen = {p: f for p, f in series.items() if Period.parse(p).first <= as_of}
    due = target.deadline_day is None or as_of >= target.deadline_day
    figure = seen.get(str(due_period(target))) if due and target.deadline else None
    if target.deadline is None:
        figure = _latest({p: f for p, f in seen.items() if Period.parse(p).last <= as_of}, "year")
    elif not due:
        figure = _latest(seen, due_period(target).type)
    now = evidence_of(figure, measure) if figure else None
    baseline = _baseline(target, measure, series)
    lower, upper = _bounds_of(now, alpha)
    value = machine_value(target, measure, target.value)
    return Judged(
        target=target,
        value=value,
        value_max=machine_value(target, measure, target.value_max),
        figure=figure,
        lower=lower,
        upper=upper,
        baseline=baseline,
        judgement=_judgement(target, measure, now, baseline, alpha, due, as_of, trace),
        rules=tuple(trace.plain()),
    )


def due_period(target: Target) -> Period:
    """The calendar period that a deadline names: a year, or the longest that ends on the day.

    A day within a month names the last month that ended before it.
    """
    day = target.deadline_day
    if day is None:
        raise ValueError(f"target {target.id} has no deadline")
    if (day.month, day.day) == (12, 31):
        return Period("year", day.year)
    for period in (
        Period("quarter", day.year * 4 + (day.month - 1) // 3),
        Period("month", day.year * 12 + day.month - 1),
    ):
        if period.last == day:
            return period
    return Period("month", day.year * 12 + day.month - 2)


def machine_value(target: Target, measure: Measure, value: float | None) -> float | None:
    """A number of the target in the indicator's machine unit; a relative change as a share."""
    if value is None:
        return None
    return to_machine(value, target.unit, target.unit if target.relative else measure.unit)


def evidence_of(figure: Figure, measure: Measure) -> Evidence:
    """The figure as the mathematics judges it.

    A simple random sample is judged by its counts (Clopper-Pearson), a design by its standard
    error (Korn-Graubard), a rate by its events (Garwood); a census and a report stand as said.
    """
    if figure.how in _EXACT:
        return Evidence(
            figure.estimate,
            numerator=figure.numerator if measure.estimator == "proportion" else None,
            denominator=figure.denominator if measure.estimator == "proportion" else None,
            kind="reported" if figure.how == "reported" else measure.estimator,
            census=figure.how == "census",
        )
    if measure.estimator == "rate":
        return Evidence(
            figure.estimate,
            numerator=figure.numerator,
            denominator=figure.denominator,
            kind="rate",
            per=float(measure.per or 1),
        )
    designed = measure.estimator != "proportion" or figure.how == "korn-graubard"
    return Evidence(
        figure.estimate,
        n=figure.n,
        numerator=figure.numerator,
        denominator=figure.denominator,
        se=figure.se if designed else None,
        df=figure.df if designed else None,
        kind=measure.estimator,
    )


def _latest(series: Mapping[str, Figure], type: str) -> Figure | None:
    periods = [p for text in series if (p := Period.parse(text)).type == type]
    return series[str(max(periods))] if periods else None


def _bounds_of(evidence: Evidence | None, alpha: float) -> tuple[float | None, float | None]:
    if evidence is None or evidence.empty or evidence.exact:
        return None, None
    found = figure_bounds(evidence, alpha)
    return tuple(b if math.isfinite(b) else None for b in found[:2])  # type: ignore[return-value]


def _baseline(target: Target, measure: Measure, series: Mapping[str, Figure]) -> Figure | None:
    if target.baseline is None:
        return None
    if target.baseline.value is None:
        return series.get(target.baseline.period)
    value = to_machine(target.baseline.value, measure.unit, measure.unit)
    return Figure(target.baseline.period, value, method="reported")


def _judgement(
    target: Target,
    measure: Measure,
    now: Evidence | None,
    baseline: Figure | None,
    alpha: float,
    due: bool,
    as_of: date,
    trace: Trace,
) -> Judgement:
    value = machine_value(target, measure, target.value)
    before = evidence_of(baseline, measure) if baseline else None
    tolerance = None
    if target.op is Operator.ABOUT and value is not None:
        tolerance = machine_value(target, measure, target.tolerance)
        if target.value_max is not None:
            top = machine_value(target, measure, target.value_max) or value
            value, tolerance = (value + top) / 2, (top - value) / 2 + (tolerance or 0.0)
        elif tolerance is None:
            share = float(RULES.value("verdict.about_share", as_of, trace))
            tolerance = abs(value) * share
    if target.relative and value is not None:
        factor = 1 + value if target.op is Operator.INCREASE_BY else 1 - value
        now, before = _scaled(now, 1.0), _scaled(before, factor)
        value = 0.0
    return judge(
        now,
        target.op,
        value,
        tolerance=tolerance,
        baseline=before,
        alpha=alpha,
        due=due,
        damaged=target.damaged,
    )


def _scaled(evidence: Evidence | None, factor: float) -> Evidence | None:
    """The figure times a number, so that "up by a tenth" is "no less than 1.1 times before".

    A proportion times a number is no proportion any more; it goes on as a ratio with its
    standard error.
    """
    if evidence is None or evidence.empty:
        return evidence
    estimate = evidence.estimate * factor
    if evidence.exact:
        return Evidence(estimate, kind="reported")
    if evidence.interval_family == "garwood":
        return replace(evidence, estimate=estimate, per=evidence.per * factor)
    se, n = evidence.se, evidence.n or 0.0
    if se is None:
        se = math.sqrt(evidence.estimate * (1 - evidence.estimate) / n)
    return Evidence(estimate, n=evidence.n, se=se * factor, df=evidence.df, kind="ratio")
