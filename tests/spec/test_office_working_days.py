"""Limits in working days: the vectors of 2026, and what reaches beyond the published years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhiheng.office.working_days import WorkingCalendar, published

CALENDAR = WorkingCalendar(published())

# Reckoned by hand on the State Council's published calendar of 2026 (days off: 1/1-3, 2/15-23,
# 4/4-6, 5/1-5, 6/19-21, 9/25-27, 10/1-7; make-up work: 1/4, 2/14, 2/28, 5/9, 9/20, 10/10).
VECTORS = [
    ("2026-02-12", 7, "2026-02-28"),
    ("2026-02-12", 45, "2026-04-23"),
    ("2026-04-20", 7, "2026-04-29"),
    ("2026-04-20", 20, "2026-05-20"),
    ("2026-09-24", 7, "2026-10-12"),
    ("2026-09-24", 15, "2026-10-22"),
    ("2026-06-17", 5, "2026-06-25"),
    ("2026-04-20", 10, "2026-05-07"),
    ("2026-05-06", 3, "2026-05-09"),
]


@pytest.mark.parametrize(("start", "days", "last"), VECTORS)
def test_vector(start: str, days: int, last: str) -> None:
    found = CALENDAR.after(date.fromisoformat(start), days)
    assert found.day == date.fromisoformat(last)
    assert not found.provisional
    assert CALENDAR.between(date.fromisoformat(start), found.day) == days


OFF = {
    (1, 1): 3, (2, 15): 9, (4, 4): 3, (5, 1): 5, (6, 19): 3, (9, 25): 3, (10, 1): 7,
}  # fmt: skip
MAKE_UP = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}


def test_2026_is_as_published() -> None:
    off = {
        date(2026, month, day) + timedelta(days=n)
        for (month, day), length in OFF.items()
        for n in range(length)
    }
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        plain = day.weekday() < 5 and day not in off
        assert CALENDAR.is_working(day) == (plain or (day.month, day.day) in MAKE_UP), day


@pytest.mark.parametrize(
    ("start", "days", "provisional"),
    [("2026-12-24", 5, False), ("2026-12-25", 5, True), ("2027-03-01", 3, True)],
)
def test_beyond_the_published_years_it_is_provisional(
    start: str, days: int, provisional: bool
) -> None:
    assert max(published()).year == 2026
    assert CALENDAR.after(date.fromisoformat(start), days).provisional is provisional


def test_calendar_days_count_every_day() -> None:
    found = CALENDAR.after(date(2026, 4, 15), 60, "calendar")
    assert (found.day, found.provisional) == (date(2026, 6, 14), False)


def test_warning_days_go_back_over_work_days() -> None:
    assert CALENDAR.before(date(2026, 2, 28), 2) == date(2026, 2, 26)
    assert CALENDAR.before(date(2026, 2, 24), 1) == date(2026, 2, 14)
