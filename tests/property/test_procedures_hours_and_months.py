"""Limits in hours and months: what is stored equals what is reckoned from the events, and that
equals a slow count of minutes and days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from support.accident import ACCIDENT
from support.cases import EAST, SYSTEM, declared, settle

from zhiheng.office.home import Home
from zhiheng.office.working_days import WorkingCalendar, months_after, published
from zhiheng.procedures import actions, catalogue, duties, filing, queries
from zhiheng.procedures.clocks import reckon
from zhiheng.procedures.models import Case
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.runs import Taken
from zhiheng.rules.errors import ZhihengError

CALENDAR = WorkingCalendar(published())
CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 1, 28, 22, 30, tzinfo=CHINA)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PAUSES = ("hold", "go_on")


@st.composite
def histories(draw: st.DrawFn, clock: str, longest: timedelta) -> list[Taken]:
    """An opening, then pauses and resumptions at moments that never go back, some of them at the
    very end of the limit.
    """
    moment = START + draw(st.integers(0, 90)) * DAY
    taken = [Taken(OPENING, moment.date(), at=moment)]
    for _n in range(draw(st.integers(0, 6))):
        far = draw(st.integers(0, 60))
        end = last_moment(clock, taken)
        moment = max(moment, end) if end and far % 4 == 0 else moment + far * longest / 60
        taken.append(Taken(draw(st.sampled_from(PAUSES)), moment.date(), at=moment))
    return taken


def last_moment(clock: str, taken: list[Taken]) -> datetime | None:
    """When the limit ends as it stands; of a limit in days some moment of the last one."""
    found = reckon(ACCIDENT, ACCIDENT.clock_of[clock], taken[0].day, taken, CALENDAR)
    if found is None or found.due_on is None:
        return None
    end = found.due_at or datetime.combine(found.due_on, START.time(), CHINA)
    return end.astimezone(CHINA)


def count_minutes(taken: list[Taken]) -> datetime | None:
    """The slow twin of two hours: minute by minute; None where the clock stays paused."""
    happened = [(step.moment, step.step) for step in taken[1:]]
    now, left, paused = taken[0].moment, 120, False
    while True:
        for step in [step for at, step in happened if at == now]:
            paused = step == "hold"
        if not paused and left == 0:
            return now
        if paused and not any(at > now for at, _step in happened):
            return None
        now += MINUTE
        left -= not paused


@given(histories("report", timedelta(minutes=60)))
def test_hours_are_a_slow_count_of_minutes(taken: list[Taken]) -> None:
    found = reckon(ACCIDENT, ACCIDENT.clock_of["report"], taken[0].day, taken, CALENDAR)
    assert found is not None
    assert found.due_at == count_minutes(taken)


def count_days(taken: list[Taken]) -> date | None:
    """The slow twin of two months: every day on which the clock stood still puts the end off by a
    day, and a last day that is off moves on.
    """
    happened = [(step.day, step.step) for step in taken[1:]]
    day, end, paused = taken[0].day, months_after(taken[0].day, 2), False
    while True:
        last = end
        while not CALENDAR.is_working(last):
            last += DAY
        for step in [step for on, step in happened if on == day]:
            paused = step == "hold"
        if not paused and day >= last:
            return last
        if paused and not any(on > day for on, _step in happened):
            return None
        day += DAY
        # Where the last day had been moved on, there is nothing left that could be put off.
        end = max(end, day - DAY) + DAY if paused else end


@given(histories("inquiry", timedelta(days=40)))
def test_months_are_a_slow_count_of_days(taken: list[Taken]) -> None:
    found = reckon(ACCIDENT, ACCIDENT.clock_of["inquiry"], taken[0].day, taken, CALENDAR)
    assert found is not None
    assert found.due_on == count_days(taken)


acts = st.lists(
    st.tuples(
        st.sampled_from(("hold", "go_on", "prolong", "report", "close", "void", "move", "look")),
        st.integers(0, 2000),
        st.integers(1, 6),
    ),
    max_size=8,
)


def act(case: Case, verb: str, minutes: int, number: int) -> None:
    """One act at a moment, or about an event; what is refused changes nothing."""
    last = queries.standing(case).steps[-1].moment
    assert last is not None
    moment = last + minutes * MINUTE
    try:
        if verb == "look":
            duties.look_after_clocks(moment)
        elif verb == "void":
            actions.correct(SYSTEM, case.pk, number, "有误", void=True)
        elif verb == "move":
            actions.correct(SYSTEM, case.pk, number, "有误", moment=START + minutes * MINUTE)
        else:
            actions.take_step(SYSTEM, case.pk, verb, moment=moment)
    except ZhihengError:
        pass


KEPT = ("going", "started_on", "due_on", "due_at", "stopped_on", "in_time", "provisional")


def require_equal(case: Case) -> None:
    standing = queries.standing(case)
    stored = {c.code: tuple(getattr(c, name) for name in KEPT) for c in case.clocks.all()}
    assert stored == {
        code: tuple(getattr(reading, name) for name in KEPT)
        for code, reading in standing.readings.items()
    }


def test_the_record_always_says_what_the_events_say(home: Home) -> None:
    with declared():
        catalogue.declare(ACCIDENT)
        settle()

        @settings(max_examples=settings.default.max_examples // 4)
        @given(acts)
        def run(happens: list[tuple[str, int, int]]) -> None:
            with transaction.atomic():
                case = actions.open_case(
                    SYSTEM, "accident", {}, region=EAST, unit="east", moment=START
                )
                for verb, minutes, number in happens:
                    act(case, verb, minutes, number)
                    require_equal(case)
                transaction.set_rollback(True)

        run()
        actions.open_case(SYSTEM, "accident", {}, region=EAST, unit="east", moment=START)
        assert filing.file_evidence(SYSTEM) == 1
