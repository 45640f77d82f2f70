"""Working days by the published calendar of public holidays and make-up work days (pure).

The State Council publishes each year's calendar in the autumn before. Until it has, weekdays
count as work days, and whatever reaches into such a year is provisional.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

ONE_DAY = timedelta(days=1)
SATURDAY = 5

Count = Literal["working", "calendar", "months"]


@dataclass(frozen=True)
class LastDay:
    """The last day of a limit; ``provisional`` where a calendar it needs is not yet published."""

    day: date
    provisional: bool


class WorkingCalendar:
    """Which days are work days.

    Args:
        exceptions: every day whose holiday or make-up work the published calendars name: True
            for a work day. A year is published where at least one of its days is named.
    """

    def __init__(self, exceptions: Mapping[date, bool]) -> None:
        self._exceptions = dict(exceptions)
        self.years = frozenset(day.year for day in exceptions)

    def is_working(self, day: date) -> bool:
        """True for a work day: as published, else Monday to Friday."""
        return self._exceptions.get(day, day.weekday() < SATURDAY)

    def named(self, year: int) -> dict[date, bool]:
        """The days that a year's published calendar names, in order; True for a work day."""
        days = sorted(day for day in self._exceptions if day.year == year)
        return {day: self._exceptions[day] for day in days}

    def is_published(self, first: date, last: date) -> bool:
        """True if the calendars of all years from one day to the other are known."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def after(self, start: date, days: int, count: Count = "working") -> LastDay:
        """The last day of ``days`` days or months after ``start``, which is not counted itself.

        A month ends on the day of the same number, or on the last of a shorter month (Civil
        Code, article 202).
        """
        if count == "calendar":
            return LastDay(start + days * ONE_DAY, provisional=False)
        if count == "months":
            return LastDay(months_after(start, days), provisional=False)
        day = start
        while days > 0:
            day += ONE_DAY
            days -= self.is_working(day)
        return LastDay(day, provisional=not self.is_published(start, day))

    def on_or_after(self, day: date) -> LastDay:
        """The day itself where it is a work day, else the next one (Civil Code, article 203)."""
        first = day
        while not self.is_working(day):
            day += ONE_DAY
        return LastDay(day, provisional=not self.is_published(first, day))

    def before(self, end: date, days: int) -> date:
        """The day ``days`` work days ahead of ``end``."""
        day = end
        while days > 0:
            day -= ONE_DAY
            days -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Work days after ``start`` up to and with ``end``; 0 where ``end`` is not later."""
        total = max((end - start).days, 0)
        return sum(self.is_working(start + n * ONE_DAY) for n in range(1, total + 1))


def months_after(start: date, months: int) -> date:
    """The day of the same number so many months later, or the last of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@cache
def published() -> dict[date, bool]:
    """The calendars that the library ``chinese-calendar`` carries, 2004 and later.

    The library's table follows the yearly notice of the General Office of the State Council.
    """
    from chinese_calendar.constants import holidays, workdays

    return dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
