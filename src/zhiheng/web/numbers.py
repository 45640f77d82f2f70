"""Numbers as pages show them: rounded away from what a target wants, with their unit."""

from __future__ import annotations

from zhiheng.methods.rounding import DOWNWARDS, UPWARDS, rounded_against, rounded_outward
from zhiheng.office.words import _
from zhiheng.web.units import unit_word

PERCENT = "%"


def digits(value: float, unit: str) -> int:
    """Decimals to show: one for percentages, none for whole numbers, else two."""
    if unit == PERCENT:
        return 1
    return 0 if float(value).is_integer() else 2


def amount(
    value: float | None,
    unit: str,
    *,
    op: str | None = None,
    target: float | None = None,
) -> str:
    """A value with its unit; a pure ratio of an indicator in ``%`` is shown times 100.

    Args:
        op: operator of the target beside which it stands; decides the way of rounding.
        target: value of that target, in the same machine unit.
    """
    if value is None:
        return "–"
    scale = 100 if unit == PERCENT else 1
    places = digits(value, unit)
    if op in UPWARDS or op in DOWNWARDS or (op is not None and target is not None):
        text = rounded_against(value, str(op), target, digits=places, scale=scale)
    else:
        text = f"{value * scale:.{places}f}"
    return _with_unit(_grouped(text), unit)


def _grouped(text: str) -> str:
    whole, _point, part = text.partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("-").isdigit() and len(whole) > 4 else whole
    return f"{grouped}.{part}" if part else grouped


def interval(
    lower: float | None,
    upper: float | None,
    unit: str,
    *,
    op: str | None = None,
    target: float | None = None,
) -> str:
    """Both ends of an interval; empty where there is none.

    Beside a target (``op``, ``target`` as of `amount`) both are rounded against it, so that they
    say of it what the verdict says; elsewhere outward.
    """
    if lower is None or upper is None:
        return ""
    if op is not None:
        ends = [amount(end, unit, op=op, target=target) for end in (lower, upper)]
    else:
        places = max(digits(end, unit) for end in (lower, upper))
        scale = 100 if unit == PERCENT else 1
        shown = rounded_outward(lower, upper, digits=places, scale=scale)
        ends = [_with_unit(_grouped(end), unit) for end in shown]
    return " – ".join(ends)


def points(difference: float | None, unit: str, *, op: str | None = None) -> str:
    """A difference between two figures with its sign; that of two percentages in points.

    ``op`` of the target that asks for the change decides the way of rounding, as in `amount`.
    """
    if difference is None:
        return "–"
    ratio = unit == PERCENT
    places, scale = digits(difference, unit), 100 if ratio else 1
    if op in UPWARDS or op in DOWNWARDS:
        text = rounded_against(difference, str(op), digits=places, scale=scale)
        number = text if text.startswith("-") else f"+{text}"
    else:
        number = f"{difference * scale:+.{places}f}"
    return _with_unit(number, _("个百分点") if ratio else unit)


MOST_COUNTED = 1_000
"""No page counts further than one more than this."""


def counted(number: int) -> str:
    """A count that went no further than `MOST_COUNTED` and one more: ``1,000+`` says that it is."""
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


def plain(value: float) -> str:
    """A target's value as the plan writes it: no needless decimals."""
    return f"{round(value, 9):,.10g}" if abs(value) >= 10000 else f"{round(value, 9):.10g}"


def target_words(
    op: str, value: float | None, value_max: float | None, unit: str, *, relative: bool = False
) -> str:
    """What a target asks, in a few signs: ``≥ 95%``, ``增加 2–3 个百分点``, ``逐期上升``.

    Args:
        value: in the machine unit; for a relative change a share of the baseline.
        relative: the change is in per cent of the baseline.
    """
    words = {"trend_up": _("逐期上升"), "trend_down": _("逐期下降")}
    if op in words:
        return words[op]
    if value is None:
        return "–"
    changes = {"increase_by": _("增加"), "decrease_by": _("减少")}
    shown_unit = PERCENT if relative else unit
    if op in changes and unit == PERCENT and not relative:
        shown_unit = _("个百分点")
    scale = 100 if PERCENT in (unit, shown_unit) else 1
    ends = [plain(v * scale) for v in (value, value_max) if v is not None]
    sign = changes.get(op) or {">=": "≥", "<=": "≤", "~": "≈"}.get(op, op)
    return f"{sign} {_with_unit('–'.join(ends), shown_unit)}"


def _with_unit(number: str, unit: str) -> str:
    """A sign of ratio stands close, a word with a space."""
    if unit in {PERCENT, "‰"}:
        return f"{number}{unit}"
    return f"{number} {unit_word(unit)}".strip()
