"""Calendar periods: years, quarters and months, as text and as numbers that can be grouped by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

PeriodType = Literal["year", "quarter", "month"]
MONTHS: dict[PeriodType, int] = {"year": 12, "quarter": 3, "month": 1}

_TEXT = re.compile(r"(?P<year>[12]\d{3})(?:Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?\Z")


@dataclass(frozen=True, order=True)
class Period:
    """A year, quarter or month. ``number`` counts periods of its type since year 0."""

    type: PeriodType
    number: int

    @staticmethod
    def parse(text: str) -> Period:
        """Reads ``2026``, ``2026Q3`` or ``2026-09``. Raises UsageError for anything else."""
        match = _TEXT.match(text.strip())
        if match is None:
            raise UsageError(
                "period.unreadable",
                _("看不懂期间“{text}”。", text=text),
                _("请写成 2026（年）、2026Q3（季）或 2026-09（月）。"),
            )
        year = int(match["year"])
        if match["quarter"]:
            return Period("quarter", year * 4 + int(match["quarter"]) - 1)
        if match["month"]:
            return Period("month", year * 12 + int(match["month"]) - 1)
        return Period("year", year)

    @staticmethod
    def of_month(type: PeriodType, month: int) -> Period:
        """The period of this type that holds the month of this number."""
        return Period(type, month // MONTHS[type])

    @property
    def months(self) -> range:
        """Numbers of its months."""
        length = MONTHS[self.type]
        return range(self.number * length, (self.number + 1) * length)

    @property
    def first(self) -> date:
        return _first_of(self.months[0])

    @property
    def last(self) -> date:
        return _first_of(self.months[-1] + 1) - timedelta(days=1)

    def __str__(self) -> str:
        if self.type == "quarter":
            return f"{self.number // 4}Q{self.number % 4 + 1}"
        if self.type == "month":
            return f"{self.number // 12}-{self.number % 12 + 1:02d}"
        return str(self.number)


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
