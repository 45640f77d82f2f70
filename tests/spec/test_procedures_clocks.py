"""Clocks as tables: what happened, and the last day, by the published calendar of 2026."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from support.permit import PERMIT

from zhiheng.office.working_days import WorkingCalendar, published
from zhiheng.procedures.clocks import Reading, attention, reckon
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.runs import Going, Taken

CALENDAR = WorkingCalendar(published())
CHINA = timezone(timedelta(hours=8))


def read(clock: str, *steps: str) -> Reading:
    """``steps``: "step day", an exclamation mark where the case ended by it."""
    taken = []
    for said in steps:
        code, day = said.split()
        taken.append(Taken(code.rstrip("!"), date.fromisoformat(day), code.endswith("!")))
    found = reckon(PERMIT, PERMIT.clock_of[clock], taken[0].day, taken, CALENDAR)
    assert found is not None
    return found


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


# Reckoned by hand on the published calendar of 2026 (see test_office_working_days).
RUNNING = [
    ("acceptance", [f"{OPENING} 2026-02-12"], "2026-02-28"),
    ("acceptance", [f"{OPENING} 2026-09-24"], "2026-10-12"),
    # The case's own day decides: 45 working days before, 60 calendar days from 2026-04-15 on.
    ("decision", [f"{OPENING} 2026-02-11", "accept 2026-02-12"], "2026-04-23"),
    ("decision", [f"{OPENING} 2026-04-14", "accept 2026-04-20"], "2026-06-25"),
    ("decision", [f"{OPENING} 2026-04-15", "accept 2026-04-20"], "2026-06-19"),
    # Paused from the 2nd working day on; counting goes on the day after the test is back.
    (
        "decision",
        [f"{OPENING} 2026-02-11", "accept 2026-02-12", "send_to_test 2026-02-14",
         "test_back 2026-03-02"],
        "2026-05-06",
    ),
    # Fifteen more working days.
    ("decision", [f"{OPENING} 2026-02-11", "accept 2026-02-12", "prolong 2026-04-23"],
     "2026-05-18"),
    # Prolonging after the last day does not help any more.
    ("decision", [f"{OPENING} 2026-02-11", "accept 2026-02-12", "prolong 2026-04-24"],
     "2026-04-23"),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "steps", "due"), RUNNING)
def test_last_day(clock: str, steps: list[str], due: str) -> None:
    found = read(clock, *steps)
    assert (found.due_on, found.going, found.in_time) == (day(due), Going.RUNNING, None)
    assert not found.overdue(moment(f"{due} 23:59"))
    assert found.overdue(moment(due) + timedelta(days=1))


def test_which_rule_holds_and_whether_it_was_confirmed() -> None:
    old = read("decision", f"{OPENING} 2026-04-14", "accept 2026-06-01")
    new = read("decision", f"{OPENING} 2026-04-15", "accept 2026-06-01")
    assert (old.rules[0].value["days"], old.confirmed) == (45, True)
    assert (new.rules[0].value["days"], new.confirmed) == (60, False)


def test_a_paused_clock_has_no_last_day_and_is_not_overdue() -> None:
    found = read(
        "decision", f"{OPENING} 2026-02-11", "accept 2026-02-12", "send_to_test 2026-03-02"
    )
    assert (found.going, found.due_on) == (Going.PAUSED, None)
    assert not found.overdue(moment("2027-01-01"))


def test_a_clock_is_paused_on_its_last_day_and_ends_on_the_day_of_its_resumption() -> None:
    steps = (f"{OPENING} 2026-02-11", "accept 2026-02-12", "send_to_test 2026-04-23")
    assert read("decision", *steps).going is Going.PAUSED
    assert read("decision", *steps, "test_back 2026-06-01").due_on == day("2026-06-01")


def test_a_clock_that_ran_out_cannot_be_paused() -> None:
    found = read(
        "decision", f"{OPENING} 2026-02-11", "accept 2026-02-12", "send_to_test 2026-04-24"
    )
    assert (found.going, found.due_on) == (Going.RUNNING, day("2026-04-23"))


@pytest.mark.parametrize(
    ("last", "going", "in_time"),
    [
        ("accept 2026-02-28", Going.STOPPED, True),
        ("accept 2026-03-02", Going.STOPPED, False),
        ("withdraw! 2026-02-28", Going.VOID, None),
        ("withdraw! 2026-03-02", Going.VOID, False),
        ("refuse! 2026-02-28", Going.STOPPED, True),
    ],
)
def test_how_it_ends(last: str, going: Going, in_time: bool | None) -> None:
    found = read("acceptance", f"{OPENING} 2026-02-12", last)
    assert (found.going, found.in_time, found.due_on) == (going, in_time, day("2026-02-28"))


def test_stopped_while_paused_is_in_time() -> None:
    found = read(
        "decision", f"{OPENING} 2026-02-11", "accept 2026-02-12", "send_to_test 2026-03-02",
        "grant! 2026-12-01",
    )  # fmt: skip
    assert (found.in_time, found.provisional) == (True, True)


def test_a_second_run_starts_anew_and_does_not_heal_the_first() -> None:
    kept = ("accept 2026-02-12", "hand_over 2026-03-02", "accept 2026-09-24")
    found = read("decision", f"{OPENING} 2026-02-11", *kept)
    assert (found.started_on, found.in_time) == (day("2026-09-24"), None)
    late = ("accept 2026-02-12", "hand_over 2026-05-04", "accept 2026-09-24", "grant! 2026-09-25")
    assert read("decision", f"{OPENING} 2026-02-11", *late).in_time is False


def test_beyond_the_published_years_it_is_provisional() -> None:
    assert read("acceptance", f"{OPENING} 2026-12-28").provisional
    assert not read("acceptance", f"{OPENING} 2026-12-17").provisional


def test_days_on_which_somebody_must_look() -> None:
    clock = PERMIT.clock_of["acceptance"]
    found = read("acceptance", f"{OPENING} 2026-02-12")
    looks = [moment("2026-02-12")]
    while (following := attention(clock, found, CALENDAR, looks[-1])) is not None:
        looks.append(following)
    assert looks[1:] == [moment("2026-02-26"), moment("2026-03-01")]
