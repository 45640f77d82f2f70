"""What replaying a case needs of a declaration, and which changes of it old cases stand (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import Clock, Step

Course = dict[str, Any]
"""States, steps and clocks as JSON keeps them, without words, forms, rights and letters."""


@dataclass(frozen=True)
class Change:
    """A change that cases are harmed by which took one of ``steps``, stand in ``state``, or are
    of any kind where both are empty; ``said`` in words.
    """

    said: str
    steps: tuple[str, ...] = ()
    state: str = ""


def course_of(procedure: Procedure) -> Course:
    """The part of a declaration by which cases are replayed."""
    return {
        "states": {state.code: state.final for state in procedure.states},
        "steps": {code: _step(step) for code, step in procedure.step_of.items()},
        "clocks": {clock.code: _clock(clock) for clock in procedure.clocks},
    }


def _step(step: Step) -> dict[str, Any]:
    return {"source": sorted(step.source), "to": step.to, "assigns": step.assigns}


def _clock(clock: Clock) -> dict[str, Any]:
    named = {name: sorted(getattr(clock, name)) for name in ("start", "stop", "pause", "resume")}
    days = {name: _iso(getattr(clock, name)) for name in ("since", "until")}
    return {**named, **days, "limit": clock.limit, "extend": dict(clock.extend)}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None


def changes(before: Course, now: Course) -> list[Change]:
    """Everything by which cases of before would read otherwise now, each with whom it harms.

    New states and steps, more states that a step may be taken from, and clocks for cases
    received from a later day on (``since``) harm nobody.
    """
    return [*_states(before, now), *_steps(before, now), *_clocks(before, now)]


def _states(before: Course, now: Course) -> Iterator[Change]:
    for code, final in before["states"].items():
        if code not in now["states"]:
            yield Change(f"state {code} is gone", state=code)
        elif final != now["states"][code]:
            into = [s for s, step in before["steps"].items() if step["to"] == code]
            yield Change(f"state {code}: final is now {not final}", steps=tuple(into))


def _steps(before: Course, now: Course) -> Iterator[Change]:
    for code, was in before["steps"].items():
        new = now["steps"].get(code)
        if new is None:
            yield Change(f"step {code} is gone", (code,))
            continue
        if missing := sorted(set(was["source"]) - set(new["source"])):
            yield Change(f"step {code} is no longer taken from {', '.join(missing)}", (code,))
        if was["to"] != new["to"]:
            yield Change(f"step {code} leads to {new['to']}, not to {was['to']}", (code,))
        if was["assigns"] != new["assigns"]:
            yield Change(f"step {code}: assigns is now {new['assigns']}", (code,))


def _clocks(before: Course, now: Course) -> Iterator[Change]:
    for code, was in before["clocks"].items():
        new = now["clocks"].get(code)
        if new is None:
            yield Change(f"clock {code} is gone", tuple(was["start"]))
        elif differ := [name for name in was if not _same(name, was[name], new[name])]:
            named = _named(was, differ) | _named(new, differ) or set(was["start"])
            yield Change(f"clock {code}: {', '.join(differ)} changed", tuple(sorted(named)))
    for code, new in now["clocks"].items():
        if code not in before["clocks"] and new["since"] is None:
            yield Change(f"clock {code} is new, for old cases too", tuple(new["start"]))


def _same(name: str, was: Any, new: Any) -> bool:
    # An end of a clock that still ran for everybody harms nobody who was received before it.
    return bool(was == new) or (name == "until" and was is None)


def _named(clock: dict[str, Any], parts: Iterable[str]) -> set[str]:
    """Steps that these parts of a clock name."""
    return {step for part in parts if part in _STEPS_OF for step in clock[part]}


_STEPS_OF = ("start", "stop", "pause", "resume", "extend")
