"""What a target asks for, in the signs of the document; before it is reviewed or compared."""

from __future__ import annotations

from typing import Protocol

from zhiheng.office.words import _

_SIGNS = {
    ">=": "≥",
    "<=": "≤",
    "~": "≈",
    "increase_by": "+",
    "decrease_by": "−",
    "multiply": "×",
}


class Asking(Protocol):
    @property
    def op(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def value_max(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def deadline(self) -> int | str | None: ...
    @property
    def damaged(self) -> bool: ...


def asked(target: Asking) -> str:
    """In a few signs, numbers and unit as written: ``≥ 95% · 2027``."""
    sign = _SIGNS.get(target.op, target.op)
    value = _("缺字") if target.damaged or target.value is None else f"{target.value:.12g}"
    until = "" if target.value_max is None else f"–{target.value_max:.12g}"
    when = f" · {target.deadline}" if target.deadline else ""
    return f"{sign} {value}{until}{target.unit}{when}"
