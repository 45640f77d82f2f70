"""Whatever happens in whatever order: what is stored equals what is reckoned from the events,
and that equals a slow count of days, one by one.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cases import SYSTEM, declared, opened, settle
from support.permit import PERMIT

from zhiheng.office.home import Home
from zhiheng.office.working_calendar import Official, load_days
from zhiheng.office.working_days import WorkingCalendar, published
from zhiheng.procedures import actions, duties, queries
from zhiheng.procedures.clocks import reckon
from zhiheng.procedures.models import NEVER, Case
from zhiheng.procedures.moments import beginning
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.runs import Going, Taken
from zhiheng.procedures.timeline import CORRECTED, VOIDED
from zhiheng.rules.errors import ZhihengError

CALENDAR = WorkingCalendar(published())
FIRST = date(2026, 1, 5)
DECISION = PERMIT.clock_of["decision"]


@st.composite
def histories(draw: st.DrawFn) -> list[Taken]:
    """An acceptance, then pauses, resumptions and extensions on days that never go back, some of
    them on the very last day of the limit.
    """
    day = FIRST + timedelta(draw(st.integers(0, 120)))
    taken = [Taken(OPENING, day), Taken("accept", day)]
    for _n in range(draw(st.integers(0, 6))):
        far = draw(st.integers(0, 40))
        reading = reckon(PERMIT, DECISION, taken[0].day, taken, CALENDAR)
        due = reading.due_on if reading is not None else None
        day = max(day, due) if due is not None and far % 4 == 0 else day + timedelta(far)
        taken.append(Taken(draw(st.sampled_from(["send_to_test", "test_back", "prolong"])), day))
    return taken


def count_days(taken: list[Taken]) -> date | None:
    """The slow twin: day by day, taking off what runs; None where the clock stays paused.

    A day counts if the clock ran when it began; what happens on the day comes after.
    """
    left = [(45, "working")] if taken[0].day <= date(2026, 4, 14) else [(60, "calendar")]
    happened = [(step.day, step.step) for step in taken[2:]]
    day, paused = taken[1].day, False
    while True:
        for step in [step for on, step in happened if on == day]:
            if step == "send_to_test":
                paused = True
            elif step == "test_back":
                paused = False
            else:
                left.append((15, "working"))
        if not paused and not left:
            return day
        if paused and not any(on > day for on, _step in happened):
            return None
        day += timedelta(1)
        if not paused:
            days, count = left[0]
            if count == "calendar" or CALENDAR.is_working(day):
                left = [(days - 1, count), *left[1:]] if days > 1 else left[1:]


@given(histories())
def test_a_clock_is_the_slow_count_of_days(taken: list[Taken]) -> None:
    found = reckon(PERMIT, DECISION, taken[0].day, taken, CALENDAR)
    assert found is not None
    assert found.due_on == count_days(taken)


STEPS = (
    "accept",
    "refuse",
    "send_to_test",
    "test_back",
    "prolong",
    "hand_over",
    "grant",
    "withdraw",
)

acts = st.lists(
    st.tuples(
        st.sampled_from((*STEPS, CORRECTED, VOIDED, "look")),
        st.integers(0, 30),
        st.integers(1, 8),
    ),
    max_size=12,
)


def act(case: Case, verb: str, days: int, number: int) -> None:
    """One act, on a day or about an event; what is refused changes nothing."""
    standing = queries.standing(case)
    day = min(standing.steps[-1].day + timedelta(days), LAST)
    answers = {"grant": {"grade": 2}, "refuse": {"reason": "材料不齐全"}}.get(verb, {})
    try:
        if verb == "look":
            duties.look_after_clocks(beginning(day))
        elif verb in {CORRECTED, VOIDED}:
            on = FIRST + timedelta(days * 4)
            actions.correct(SYSTEM, case.pk, number, "有误", day=on, void=verb == VOIDED)
        else:
            party = None if verb != "hand_over" else "west" if standing.unit == "east" else "east"
            actions.take_step(SYSTEM, case.pk, verb, answers, day=day, party=party)
    except ZhihengError:
        pass


LAST = date(2026, 11, 20)
OTHERS = Official(date(2026, 3, 4), False, "临时放假"), Official(date(2026, 1, 1), False, "元旦")


def stored(case: Case) -> dict[str, tuple[object, ...]]:
    names = ("going", "started_on", "due_on", "stopped_on", "in_time", "provisional", "confirmed")
    return {clock.code: tuple(getattr(clock, n) for n in names) for clock in case.clocks.all()}


def require_equal(case: Case) -> None:
    """What the record says is what its events say."""
    case.refresh_from_db()
    standing = queries.standing(case)
    assert stored(case) == {
        code: (r.going, r.started_on, r.due_on, r.stopped_on, r.in_time, r.provisional, r.confirmed)
        for code, r in standing.readings.items()
    }
    running = [r.due_on for r in standing.readings.values() if r.going is Going.RUNNING]
    assert case.due_on == min((day for day in running if day), default=NEVER)
    said = (case.state, case.unit, case.region, case.assignee, case.closed_on, case.received_on)
    assert said == (
        standing.state, standing.unit, standing.region, standing.assignee, standing.closed_on,
        standing.received_on,
    )  # fmt: skip


def test_the_record_always_says_what_the_events_say(home: Home) -> None:
    with declared():
        settle()

        @settings(max_examples=settings.default.max_examples // 3)
        @given(acts, st.integers(0, 200), st.booleans())
        def run(happens: list[tuple[str, int, int]], start: int, calendar_changes: bool) -> None:
            with transaction.atomic():
                case = opened(day=FIRST + timedelta(start))
                for verb, days, number in happens:
                    act(case, verb, days, number)
                    require_equal(case)
                if calendar_changes:
                    load_days(SYSTEM, OTHERS, "示例通知")
                    require_equal(case)
                transaction.set_rollback(True)

        run()
