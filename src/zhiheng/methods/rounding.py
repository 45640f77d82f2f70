"""Rounding for display that never makes a figure look better than it is."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

from zhiheng.methods.errors import MethodError
from zhiheng.methods.vocabulary import Operator

UPWARDS = frozenset({Operator.AT_LEAST, Operator.ABOVE, Operator.TREND_UP, Operator.INCREASE_BY})
DOWNWARDS = frozenset({Operator.AT_MOST, Operator.BELOW, Operator.TREND_DOWN, Operator.DECREASE_BY})

# Weighted sums leave noise in the last digits of a float; twelve are more than any sample carries.
TWELVE_DIGITS = Context(prec=12, rounding=ROUND_HALF_EVEN)


def rounded_against(
    value: float,
    operator: Operator | str,
    target: float | None = None,
    *,
    digits: int = 1,
    scale: float = 1,
) -> str:
    """``value · scale`` with `digits` decimals, rounded away from what the target wants.

    Down for >=, >, trend_up, increase_by; up for <=, <, trend_down, decrease_by; for "=" and "~"
    away from `target`: 94.96 shows as 94.9 beside ">= 95". `scale` (100 for percent) applies to
    `target` too and is multiplied in decimal, so that 0.57 shows as 57.0 and not as 56.9. A value
    that misses the target by however little is never shown as meeting it, and one that meets it
    never as missing it: where `digits` do not tell (95.04 beside "> 95"), more are shown.

    Raises: MethodError ``rounding.value``, ``rounding.digits``, ``rounding.target`` ("=" or "~"
        without a target).
    """
    if not math.isfinite(value):
        raise MethodError("rounding.value", f"value is {value!r}; a number is needed")
    if not 0 <= digits <= 9:
        raise MethodError("rounding.digits", f"digits is {digits!r}; allowed: 0 to 9")
    given = _decimal(value) * _decimal(scale)
    clean = TWELVE_DIGITS.plus(given)
    wanted = None if target is None else _decimal(target) * _decimal(scale)
    if wanted is not None and clean.compare(wanted) != given.compare(wanted):
        clean = given
    if operator in UPWARDS:
        mode = ROUND_FLOOR
    elif operator in DOWNWARDS:
        mode = ROUND_CEILING
    elif wanted is None:
        raise MethodError("rounding.target", f"operator {operator} needs a target to round against")
    else:
        mode = ROUND_FLOOR if clean < wanted else ROUND_CEILING
    while True:
        shown = clean.quantize(Decimal(1).scaleb(-digits), rounding=mode)
        if wanted is None or _meets(shown, operator, wanted) == _meets(clean, operator, wanted):
            return str(shown)
        digits += 1


def rounded_outward(
    lower: float, upper: float, *, digits: int = 1, scale: float = 1
) -> tuple[str, str]:
    """The ends of an interval that stands beside no target: what is shown holds what was found.

    Raises: as `rounded_against`.
    """
    return (
        rounded_against(lower, Operator.AT_LEAST, digits=digits, scale=scale),
        rounded_against(upper, Operator.AT_MOST, digits=digits, scale=scale),
    )


def _meets(value: Decimal, operator: Operator | str, wanted: Decimal) -> bool:
    match operator:
        case Operator.AT_LEAST:
            return value >= wanted
        case Operator.ABOVE:
            return value > wanted
        case Operator.AT_MOST:
            return value <= wanted
        case Operator.BELOW:
            return value < wanted
        case _:
            return value == wanted


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))
