"""A target written on the command line: an operator and a figure, ">=95%", "~0.9±0.02"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.methods.vocabulary import Operator
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

_SIGNS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", "≈": "~", "～": "~"}
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*[%％]?"
_FORM = re.compile(
    rf"\s*(?P<op>>=|<=|>|<|=|~|increase_by|decrease_by|trend_up|trend_down)\s*"
    rf"(?P<value>{_NUMBER})?\s*(?:(?:±|\+-|\+/-)\s*(?P<tolerance>{_NUMBER}))?\s*"
)


@dataclass(frozen=True)
class Target:
    """``value`` and ``tolerance`` as numbers: 95 % is 0.95."""

    operator: Operator
    value: float | None
    tolerance: float | None = None

    def as_json(self) -> dict[str, object]:
        return {"op": str(self.operator), "value": self.value, "tolerance": self.tolerance}

    def __str__(self) -> str:
        shown = "" if self.value is None else f"{self.value:.10g}"
        return f"{self.operator} {shown}".strip() + (
            "" if self.tolerance is None else f" ± {self.tolerance:.10g}"
        )


def read_target(text: str) -> Target:
    """Raises UsageError: ``target.form``."""
    plain = text
    for sign, operator in _SIGNS.items():
        plain = plain.replace(sign, operator)
    found = _FORM.fullmatch(plain)
    trend = found is not None and found["op"].startswith("trend")
    if found is None or (found["value"] is None) != trend:
        raise UsageError(
            "target.form",
            _("看不懂目标“{text}”。", text=text),
            _(
                '请写成 >=0.95、"<= 3%"、~0.9±0.02、increase_by 0.02 或 trend_up；'
                "可用的比较：{operators}。",
                operators="、".join(Operator),
            ),
        )
    value = None if found["value"] is None else _number(found["value"])
    tolerance = None if found["tolerance"] is None else _number(found["tolerance"])
    return Target(Operator(found["op"]), value, tolerance)


def _number(text: str) -> float:
    digits = text.strip()
    if digits[-1] in "%％":
        # In decimal, so that 0.57 % is not a hair beside itself.
        from decimal import Decimal

        return float(Decimal(digits[:-1].strip()) / 100)
    return float(digits)
