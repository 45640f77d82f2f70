"""What a declaration of a procedure may not say, each with the words of its refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from support.permit import LEAD, PERMIT

from zhiheng.evidence.declaration import Column, Role
from zhiheng.procedures.declaration import Procedure, ProcedureError
from zhiheng.procedures.parts import By, Clock, Letter, Of, State, Step, To
from zhiheng.rules.parameters import Parameters

CLERK = By("evidence.import", Of.UNIT)


def with_step(step: Step) -> Procedure:
    return replace(PERMIT, steps=(*PERMIT.steps, step))


def with_clock(clock: Clock) -> Procedure:
    return replace(PERMIT, clocks=(*PERMIT.clocks, clock))


def step(**said: object) -> Step:
    plain = Step("more", "再", "More", ("received",), "examined", CLERK)
    return replace(plain, **said)  # type: ignore[arg-type]


def clock(**said: object) -> Clock:
    plain = Clock("more", "再", "More", "acceptance", ("accept",), ("grant",))
    return replace(plain, **said)  # type: ignore[arg-type]


CASES: list[tuple[str, Callable[[], Procedure]]] = [
    (
        "state limbo is unreachable",
        lambda: replace(PERMIT, states=(*PERMIT.states, State("limbo", "无", "Limbo", True))),
    ),
    ("no step leads out of it", lambda: replace(LEAD, steps=())),
    ("no state is final", lambda: replace(LEAD, states=(LEAD.states[0],), steps=(
        replace(LEAD.steps[0], to=None),))),
    ("no state 'nowhere'", lambda: with_step(step(to="nowhere"))),
    ("may be taken from no state", lambda: with_step(step(source=()))),
    ("no role has the right 'magic'", lambda: with_step(step(by=By("magic")))),
    ("it names no right", lambda: with_step(step(by=By()))),
    ("no clock's then and no result names it", lambda: with_step(step(by=By(of=Of.MACHINE)))),
    ("names no step 'ghost'", lambda: with_clock(clock(then="ghost"))),
    ("must be of the machine", lambda: with_clock(clock(then="accept"))),
    ("other_than names no step 'ghost'", lambda: with_step(
        step(by=replace(CLERK, other_than=("ghost",))))),
    ("step accept is declared twice", lambda: with_step(step(code="accept"))),
    ("lower case letters", lambda: with_step(step(code="Accept it"))),
    ("needs a Chinese and an English name", lambda: with_step(step(zh=""))),
    ("the opening has the code", lambda: replace(PERMIT, opening=replace(PERMIT.opening, to=None))),
    ("a case that is joined to another ends", lambda: with_step(step(joins=True))),
    ("asks for aa twice", lambda: with_step(step(form=(Column("aa", "一", "A"),) * 2))),
    ("has no role", lambda: with_step(step(form=(Column("aa", "一", "A", role=Role.REGION),)))),
    ("the name unit is taken", lambda: with_step(step(form=(Column("unit", "一", "A"),)))),
    ("is another thing", lambda: with_step(step(form=(Column("email", "邮箱", "A"),)))),
    ("told: 'email' is no field, or a personal one", lambda: replace(PERMIT, told=("email",))),
    ("clock more names no step: ghost", lambda: with_clock(clock(stop=("ghost",)))),
    ("nothing starts it", lambda: with_clock(clock(start=()))),
    ("nothing stops it", lambda: with_clock(clock(stop=()))),
    ("nothing stops it after it has started", lambda: with_clock(
        clock(start=("grant",), stop=("accept",)))),
    ("must also resume", lambda: with_clock(clock(pause=("prolong",)))),
    ("nothing resumes it", lambda: with_clock(clock(pause=("grant",), resume=("accept",)))),
    ("no rule 'eternity'", lambda: with_clock(clock(limit="eternity"))),
    ("no day to send it on", lambda: with_clock(clock(reminder=(Letter("late", To.UNIT),)))),
    ("at least one day or hour ahead", lambda: with_clock(clock(warn=(0,)))),
    ("term: no clock 'ghost'", lambda: replace(PERMIT, term="ghost")),
    ("no text for the letter 'love'", lambda: with_step(step(letters=(Letter("love", To.UNIT),)))),
    ("goes to an address, or names one", lambda: with_step(
        step(letters=(Letter("late", To.ADDRESS),)))),
    ("'matter' is no personal field", lambda: with_step(
        step(letters=(Letter("late", To.ADDRESS, "matter"),)))),
    ("letter late names {matter}", lambda: replace(
        LEAD,
        opening=replace(LEAD.opening, form=(), letters=(Letter("late", To.UNIT),)),
        letters=Parameters([replace(PERMIT.letters.versions("late")[0], value=dict.fromkeys(
            ("subject", "subject_en", "text", "text_en"), "{matter}"))]))),
    ("{days, count: working or calendar}", lambda: replace(PERMIT, rules=Parameters(
        [replace(v, value={"days": 0, "count": "hours"}) for name in PERMIT.rules.names
         for v in PERMIT.rules.versions(name)]))),
    ("nobody has the right 'sight'", lambda: replace(PERMIT, read="sight")),
    ("source is empty", lambda: replace(PERMIT, source="")),
    ("prefix 'x'", lambda: replace(PERMIT, prefix="x")),
]  # fmt: skip


@pytest.mark.parametrize(("said", "build"), CASES, ids=[said for said, _build in CASES])
def test_refused(said: str, build: Callable[[], Procedure]) -> None:
    with pytest.raises(ProcedureError) as refused:
        build()
    assert said in str(refused.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ProcedureError) as refused:
        replace(PERMIT, prefix="x", source="", steps=(step(to="nowhere", by=By("magic")),))
    assert len(refused.value.problems) >= 4
