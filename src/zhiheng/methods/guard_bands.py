"""Judging a single measured value against a tolerance limit when the measurement is uncertain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scipy import special

from zhiheng.methods.errors import MethodError


class Conformity(StrEnum):
    """What may be said of a measured item; the middle two only beside a stated rule."""

    PASS = "pass"
    CONDITIONAL_PASS = "conditional_pass"
    CONDITIONAL_FAIL = "conditional_fail"
    FAIL = "fail"


@dataclass(frozen=True)
class Measured:
    """A measured value judged.

    Attributes:
        conformity: `Conformity`.
        probability: that the true value lies within the tolerance, given the measurement alone.
        accept_from, accept_to: the acceptance interval, the tolerance drawn in by the guard band;
            None where the tolerance has no limit on that side.
        guard: width of the guard band, in the value's unit.
    """

    conformity: Conformity
    probability: float
    accept_from: float | None
    accept_to: float | None
    guard: float


def conformance_probability(
    value: float, uncertainty: float, lower: float | None, upper: float | None
) -> float:
    """Probability that the true value lies in ``[lower, upper]``: Φ((upper-y)/u) - Φ((lower-y)/u).

    Args:
        value: measured, in the unit of the limits.
        uncertainty: standard uncertainty u of the measurement, above 0 (not the expanded one).
        lower, upper: tolerance limits; None: no limit on that side.

    Source: JCGM 106:2012, 7.2 (normal distribution, no other knowledge of the item).

    Raises: MethodError ``guard.value``, ``guard.uncertainty``, ``guard.limits``.
    """
    _check(value, uncertainty, lower, upper)
    above = 1.0 if upper is None else float(special.ndtr((upper - value) / uncertainty))
    below = 0.0 if lower is None else float(special.ndtr((lower - value) / uncertainty))
    return above - below


def judge_measured(
    value: float,
    uncertainty: float,
    lower: float | None,
    upper: float | None,
    *,
    risk: float = 0.05,
) -> Measured:
    """Guarded acceptance and guarded rejection of one measured value.

    The guard band ``g = u·z(1-risk)`` makes the probability of a wrong "pass" (and of a wrong
    "fail") at most `risk` at each limit. Between limit and guard band the item is conditionally
    passed or failed, by the side of the limit on which the value lies.

    Source: JCGM 106:2012, 8.3.2 and 8.3.3; the four statements follow ILAC-G8:09/2019, 4.2.3.

    Raises: as `conformance_probability`; ``guard.risk``; ``guard.limits`` also where the guard
        bands leave no acceptance interval.
    """
    if not 0 < risk < 0.5:
        raise MethodError("guard.risk", f"risk is {risk!r}; allowed: above 0, below 0.5")
    probability = conformance_probability(value, uncertainty, lower, upper)
    guard = uncertainty * float(-special.ndtri(risk))
    accept_from = None if lower is None else lower + guard
    accept_to = None if upper is None else upper - guard
    if accept_from is not None and accept_to is not None and accept_from > accept_to:
        raise MethodError(
            "guard.limits",
            f"a guard band of {guard:.6g} at both ends leaves nothing of {lower!r} to {upper!r}; "
            "the measurement is too uncertain for this tolerance",
        )
    low = -math.inf if lower is None else lower
    high = math.inf if upper is None else upper
    if low + guard <= value <= high - guard:
        conformity = Conformity.PASS
    elif low <= value <= high:
        conformity = Conformity.CONDITIONAL_PASS
    elif low - guard <= value <= high + guard:
        conformity = Conformity.CONDITIONAL_FAIL
    else:
        conformity = Conformity.FAIL
    return Measured(conformity, probability, accept_from, accept_to, guard)


def _check(value: float, uncertainty: float, lower: float | None, upper: float | None) -> None:
    if not math.isfinite(value):
        raise MethodError("guard.value", f"value is {value!r}; a number is needed")
    if not (math.isfinite(uncertainty) and uncertainty > 0):
        raise MethodError(
            "guard.uncertainty",
            f"uncertainty is {uncertainty!r}; allowed: a standard uncertainty above 0",
        )
    if lower is None and upper is None:
        raise MethodError("guard.limits", "neither limit is given; at least one is needed")
    if lower is not None and upper is not None and not lower < upper:
        raise MethodError(
            "guard.limits", f"limits {lower!r} to {upper!r}; the lower must be below the upper"
        )
