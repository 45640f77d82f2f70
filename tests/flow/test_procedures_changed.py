"""A declaration changes under cases that were written by the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.cases import SYSTEM, declared, opened, person, settle
from support.permit import PERMIT

from zhiheng.office.home import Home
from zhiheng.procedures import actions, catalogue, declarations, queries
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.models import KeptCourse
from zhiheng.procedures.parts import Clock, State, Step
from zhiheng.rules.errors import ConflictError, UsageError


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


def step(code: str, **changed: Any) -> tuple[Step, ...]:
    """The steps of the procedure, one of them changed."""
    return tuple(replace(s, **changed) if s.code == code else s for s in PERMIT.steps)


def clock(code: str, **changed: Any) -> tuple[Clock, ...]:
    return tuple(replace(c, **changed) if c.code == code else c for c in PERMIT.clocks)


def declare(**changed: Any) -> Procedure:
    catalogue.ALL["permit"] = replace(PERMIT, **changed)
    return catalogue.ALL["permit"]


REVIEW = Clock("review", "复核期限", "Review", "acceptance", ("accept",), ("grant",))
NOTE = Step("note", "记录", "Note", ("examined",), None, PERMIT.opening.by)
INSTEAD = replace(NOTE, source=("received",), to="examined")
LOSE = Step("lose", "遗失", "Lose", ("examined",), "lost", PERMIT.opening.by)
LOST = State("lost", "遗失", "Lost", final=True)
HARMLESS: list[dict[str, Any]] = [
    {"zh": "许可"},
    {
        "steps": (
            *PERMIT.steps,
            Step("note", "记录", "Note", ("examined",), None, PERMIT.opening.by),
        )
    },
    {"steps": step("withdraw", source=("received", "examined", "refused"))},
    {"steps": step("prolong", retired=True)},
    {"steps": step("withdraw", source=("received",))},
    {"clocks": (*PERMIT.clocks, replace(REVIEW, since=date(2026, 9, 1)))},
    {"clocks": clock("decision", until=date(2026, 8, 31))},
]
HARMFUL: list[tuple[str, dict[str, Any]]] = [
    (
        "step accept is no longer taken from received",
        {"steps": (*step("accept", source=("examined",)), INSTEAD)},
    ),
    ("step accept: assigns is now False", {"steps": step("accept", assigns=False)}),
    ("clock review is new", {"clocks": (*PERMIT.clocks, REVIEW)}),
    ("clock decision: limit changed", {"clocks": clock("decision", limit="longer")}),
    ("clock decision: since changed", {"clocks": clock("decision", since=date(2026, 9, 1))}),
]


def accepted() -> int:
    case = opened(day=date(2026, 5, 6))
    actions.take_step(person("lin"), case.pk, "accept")
    return int(case.pk)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_harms_no_case_is_taken_over(change: dict[str, Any]) -> None:
    case = accepted()
    before = queries.standing(queries.case(person("lin"), case))
    declare(**change)
    after = queries.standing(queries.case(person("lin"), case))
    assert (after.state, after.readings) == (before.state, before.readings)
    actions.take_step(person("lin"), case, "send_to_test")


@pytest.mark.parametrize(("said", "change"), HARMFUL)
def test_what_would_make_a_case_read_otherwise_is_refused(
    said: str, change: dict[str, Any]
) -> None:
    case = accepted()
    kept = KeptCourse.objects.get(procedure="permit").course
    declare(**change)
    for act in (
        lambda: actions.take_step(person("lin"), case, "send_to_test"),
        lambda: queries.standing(queries.case(person("lin"), case)),
        opened,
    ):
        with pytest.raises(UsageError) as refused:
            act()
        assert refused.value.code == "procedure.changed"
        assert said in refused.value.message
    assert KeptCourse.objects.get(procedure="permit").course == kept
    assert [said in c.said for c in declarations.harmful_changes(catalogue.ALL["permit"])] == [True]


def test_a_step_or_state_that_no_case_came_to_may_go() -> None:
    case = accepted()
    more = {"states": (*PERMIT.states, LOST), "steps": (*PERMIT.steps, LOSE)}
    for change, there in ((more, True), ({}, False), (more, True)):
        declare(**change)
        queries.standing(queries.case(person("lin"), case))
        course = KeptCourse.objects.get(procedure="permit").course
        assert ("lost" in course["states"], "lose" in course["steps"]) == (there, there)
    actions.take_step(SYSTEM, case, "lose")
    declare()
    with pytest.raises(UsageError, match="state lost is gone；step lose is gone"):
        queries.standing(queries.case(person("lin"), case))


def test_a_retired_step_is_offered_to_nobody_and_cannot_be_taken() -> None:
    case = accepted()
    procedure = declare(steps=step("send_to_test", retired=True))
    standing = queries.standing(queries.case(person("lin"), case))
    assert "send_to_test" not in {
        s.code for s in queries.steps_open(person("lin"), procedure, standing)
    }
    with pytest.raises(ConflictError):
        actions.take_step(person("lin"), case, "send_to_test")


def test_a_clock_that_begins_later_runs_for_later_cases_alone() -> None:
    old = accepted()
    declare(clocks=(*PERMIT.clocks, replace(REVIEW, since=date(2026, 5, 7))))
    new = opened(day=date(2026, 5, 7))
    actions.take_step(person("lin"), new.pk, "accept")
    assert "review" in queries.standing(new).readings
    assert "review" not in queries.standing(queries.case(person("lin"), old)).readings
