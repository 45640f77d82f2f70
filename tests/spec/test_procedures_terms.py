"""Terms as tables: days, months and hours from an event to the end of a limit.

Months: Civil Code, articles 201 to 203. Hours: the ladder of reports of accidents, where each
level has its hours from the moment at which it learned (order 493 of the State Council, article
9 ff.; order 50 of the market regulator). The days off are those of the calendar of 2026.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.accident import ACCIDENT

from zhiheng.office.working_days import WorkingCalendar, published
from zhiheng.procedures.clocks import Reading, attention, reckon
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.runs import Going, Taken, begin
from zhiheng.procedures.terms import Term, read_term, term_words

CALENDAR = WorkingCalendar(published())
CHINA = timezone(timedelta(hours=8))

MONTHS = [
    ("2026-03-15", {"months": 2}, "2026-05-15"),
    ("2025-01-31", {"months": 1}, "2025-02-28"),
    ("2024-01-31", {"months": 1}, "2024-02-29"),
    ("2025-12-31", {"months": 2}, "2026-02-28"),
    ("2026-08-31", {"months": 6}, "2027-02-28"),
    ("2024-02-29", {"months": 12}, "2025-02-28"),
    # The last day is off: it stays, unless the rule says that it moves on.
    ("2026-08-01", {"months": 2}, "2026-10-01"),
    ("2026-08-01", {"months": 2, "rolls": True}, "2026-10-08"),
    ("2026-07-26", {"months": 2, "rolls": True}, "2026-09-28"),
    # A make-up Saturday is a work day.
    ("2026-01-28", {"months": 1, "rolls": True}, "2026-02-28"),
    ("2026-09-17", {"days": 10, "count": "calendar", "rolls": True}, "2026-09-28"),
]


@pytest.mark.parametrize(("start", "rule", "due"), MONTHS)
def test_the_last_day(start: str, rule: dict[str, Any], due: str) -> None:
    run = begin(read_term(rule), Taken("x", date.fromisoformat(start)), CALENDAR)
    assert run.due().day == date.fromisoformat(due)


def test_moved_beyond_the_published_calendars_it_is_provisional() -> None:
    stays, moves = (
        begin(Term(2, "months", rolls), Taken("x", date(2026, 12, 26)), CALENDAR).due()
        for rolls in (False, True)
    )
    assert (stays.provisional, moves.provisional) == (False, True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


HOURS = [
    ("2026-05-06 10:05", 1, "2026-05-06 11:05"),
    ("2026-05-06 10:50", 2, "2026-05-06 12:50"),
    ("2026-05-06 12:10", 2, "2026-05-06 14:10"),
    ("2026-09-30 23:30", 24, "2026-10-01 23:30"),
    ("2026-12-31 23:30", 1, "2027-01-01 00:30"),
]


@pytest.mark.parametrize(("start", "hours", "due"), HOURS)
def test_the_last_moment(start: str, hours: int, due: str) -> None:
    moment = at(start)
    run = begin(Term(hours, "hours"), Taken("x", moment.date(), at=moment), CALENDAR)
    assert (run.due().at, run.due().day) == (at(due), at(due).date())


def test_an_hour_is_an_hour_where_the_clocks_are_set_forward() -> None:
    chicago = ZoneInfo("America/Chicago")
    start = datetime(2026, 3, 8, 1, 30, tzinfo=chicago)
    run = begin(Term(2, "hours"), Taken("x", start.date(), at=start), CALENDAR)
    assert run.due().at == datetime(2026, 3, 8, 4, 30, tzinfo=chicago)


def read(clock: str, *steps: str) -> Reading:
    """``steps``: "step moment"."""
    taken = []
    for said in steps:
        code, _space, text = said.partition(" ")
        moment = at(text)
        taken.append(Taken(code.rstrip("!"), moment.date(), code.endswith("!"), moment))
    found = reckon(ACCIDENT, ACCIDENT.clock_of[clock], taken[0].day, taken, CALENDAR)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("steps", "due", "in_time"),
    [
        (["report 2026-05-06 12:00"], "2026-05-06 12:00", True),
        (["report 2026-05-06 12:01"], "2026-05-06 12:00", False),
        (["hold 2026-05-06 11:00", "go_on 2026-05-08 09:00"], "2026-05-08 10:00", None),
        (["prolong 2026-05-06 12:00"], "2026-05-07 00:00", None),
        (["prolong 2026-05-06 12:01"], "2026-05-06 12:00", None),
        (["hold 2026-05-06 12:01", "go_on 2026-05-08 09:00"], "2026-05-06 12:00", None),
    ],
)
def test_hours_stop_pause_and_are_prolonged(
    steps: list[str], due: str, in_time: bool | None
) -> None:
    found = read("report", f"{OPENING} 2026-05-06 10:00", *steps)
    assert (found.due_at, found.in_time) == (at(due), in_time)


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        # Ten days of pause put the last day off by ten days.
        (["hold 2026-05-10 09:00", "go_on 2026-05-20 09:00"], "2026-06-16"),
        # One more month after the last day, which was moved from a Saturday to 2026-06-08.
        (["prolong 2026-05-10 09:00"], "2026-07-08"),
        # Held on a day to which the last day had been moved: it has only to come back.
        (["hold 2026-06-06 09:00", "go_on 2026-07-01 09:00"], "2026-07-01"),
    ],
)
def test_months_pause_and_are_prolonged(steps: list[str], due: str) -> None:
    found = read("inquiry", f"{OPENING} 2026-04-06 10:00", *steps)
    assert found.due_on == date.fromisoformat(due)


def test_moments_at_which_somebody_must_look() -> None:
    clock, found = ACCIDENT.clock_of["report"], read("report", f"{OPENING} 2026-05-06 10:00")
    looks = [at("2026-05-05 00:00")]
    while (following := attention(clock, found, CALENDAR, looks[-1])) is not None:
        looks.append(following)
    assert looks[1] == at("2026-05-06 11:00")
    assert not found.overdue(at("2026-05-06 12:00"))
    assert found.overdue(looks[2])
    assert len(looks) == 3
    assert found.going is Going.RUNNING


@pytest.mark.parametrize(
    "value",
    [
        None, 7, {}, {"days": 7}, {"months": 0}, {"months": True}, {"hours": 1.5},
        {"days": 7, "count": "lunar"}, {"months": 2, "hours": 1}, {"hours": 1, "rolls": True},
        {"days": 7, "count": "working", "rolls": True}, {"months": 1, "rolls": "yes"},
    ],
)  # fmt: skip
def test_what_is_no_term(value: Any) -> None:
    with pytest.raises(ValueError, match="is no term"):
        read_term(value)


def test_terms_in_words() -> None:
    said = [
        (term_words(t, "zh"), term_words(t, "en")) for t in (Term(1, "months"), Term(24, "hours"))
    ]
    assert said == [("1 个月", "1 month"), ("24 小时", "24 hours")]
    rolling = Term(60, "calendar", True)
    assert term_words(rolling, "zh") == "60 日（末日休息的顺延）"
    assert term_words(rolling, "en") == "60 days, moved on from a day off"
