"""Terms: how long a limit is, as dated rules say it (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["working", "calendar", "months", "hours"]
FORMS = "{days, count: working or calendar}, {months} or {hours}; rolls: true where it moves on"
_COUNTS: tuple[Unit, ...] = ("working", "calendar")
_UNITS: tuple[Unit, ...] = ("months", "hours")


@dataclass(frozen=True)
class Term:
    """So much time.

    Days and months begin with the day after the event; a month ends on the day of the same
    number, or on the last of a shorter month; hours run from the moment itself (Civil Code,
    articles 201 and 202).

    Attributes:
        rolls: a last day that is off moves to the next work day (article 203); only where the
            rule says so, for many limits of administrative law are counted without it.
    """

    amount: int
    unit: Unit
    rolls: bool = False

    @property
    def hourly(self) -> bool:
        return self.unit == "hours"


def read_term(value: Any) -> Term:
    """The term that a rule's value says.

    Raises:
        ValueError: it says none.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is no term: {FORMS}")
    said = dict(value)
    rolls = said.pop("rolls", False)
    if set(said) == {"days", "count"} and said["count"] in _COUNTS:
        amount, unit = said["days"], said["count"]
    elif len(said) == 1 and (named := next(iter(said))) in _UNITS:
        amount, unit = said[named], named
    else:
        raise ValueError(f"{dict(value)!r} is no term: {FORMS}")
    sound = isinstance(amount, int) and not isinstance(amount, bool) and amount > 0
    if not sound or not isinstance(rolls, bool) or (rolls and unit in {"working", "hours"}):
        raise ValueError(f"{dict(value)!r} is no term: {FORMS}")
    return Term(amount, unit, rolls)


def term_words(term: Term, language: str) -> str:
    """The term as people say it."""
    zh = {"working": "个工作日", "calendar": "日", "months": "个月", "hours": "小时"}
    en = {"working": "working days", "calendar": "days", "months": "months", "hours": "hours"}
    if language == "en":
        unit = en[term.unit] if term.amount != 1 else en[term.unit].removesuffix("s")
        return f"{term.amount} {unit}" + (", moved on from a day off" if term.rolls else "")
    moved = "（末日休息的顺延）" if term.rolls else ""
    return f"{term.amount} {zh[term.unit]}{moved}"
