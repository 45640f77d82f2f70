"""How far along the declared path a target is: where it should stand, and the share done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhiheng.indicators.periods import Period
from zhiheng.methods import planning
from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.verdicts import Figure, Judged

_UPWARDS = frozenset({Operator.AT_LEAST, Operator.ABOVE})
_DOWNWARDS = frozenset({Operator.AT_MOST, Operator.BELOW})


@dataclass(frozen=True)
class Progress:
    """A linear path from the first figure (or the baseline) to the target, in machine units.

    Attributes:
        expected: where the path stands at the end of the current figure's period.
        share: of the way done; below 0 moved away, above 1 beyond the target.
    """

    start_period: str
    start: float
    goal: float
    expected: float
    share: float


def progress(judged: Judged, series: Mapping[str, Figure], as_of: date) -> Progress | None:
    """The path of a target, or None where it has none.

    None for a damaged or open-ended target or a trend, without an earlier figure of the same
    length of period, and where the start already satisfied the target.
    """
    target, figure = judged.target, judged.figure
    if figure is None or judged.value is None or target.deadline_day is None:
        return None
    start = judged.baseline or _first(series, figure, as_of)
    if start is None:
        return None
    goal = _goal(judged, start.estimate)
    begins, ends = Period.parse(start.period).last, target.deadline_day
    if goal == start.estimate or begins >= ends or _satisfied(target.op, start.estimate, goal):
        return None
    now = min(Period.parse(figure.period).last, as_of)
    return Progress(
        start_period=start.period,
        start=start.estimate,
        goal=goal,
        expected=planning.expected(
            start.estimate, goal, begins.toordinal(), ends.toordinal(), now.toordinal()
        ),
        share=planning.progress(figure.estimate, start.estimate, goal),
    )


def _first(series: Mapping[str, Figure], figure: Figure, as_of: date) -> Figure | None:
    here = Period.parse(figure.period)
    earlier = [
        period
        for period in map(Period.parse, series)
        if period.type == here.type and period < here and period.first <= as_of
    ]
    return series[str(min(earlier))] if earlier else None


def _goal(judged: Judged, start: float) -> float:
    value = judged.value or 0.0
    step = value * start if judged.target.relative else value
    if judged.target.op is Operator.INCREASE_BY:
        return start + step
    if judged.target.op is Operator.DECREASE_BY:
        return start - step
    return value


def _satisfied(op: Operator, start: float, goal: float) -> bool:
    return (op in _UPWARDS and start >= goal) or (op in _DOWNWARDS and start <= goal)
