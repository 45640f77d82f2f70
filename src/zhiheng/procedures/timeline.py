"""How a case stands, replayed from its events: nothing else is needed, nothing is left out (pure).

An event is never changed. What was wrong is corrected by a later event about it: new answers or
another day, or that it counts for nothing; the replay then goes through what stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from zhiheng.office.working_days import WorkingCalendar
from zhiheng.procedures.clocks import Reading, earliest, reckon
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, Facts, Step
from zhiheng.procedures.runs import Taken

ASSIGNED, CORRECTED, VOIDED = ".assigned", ".corrected", ".voided"
EXPIRED, JOINED = ".expired", ".joined"
"""What may happen to a case beside its steps: a person is put in charge, an event is corrected or
voided, a clock ran out, another case was joined to this one."""


REASON = "reason_of_correction"
"""Why an event was corrected; no field of the case."""


@dataclass(frozen=True)
class Entry:
    """One event of a case.

    Attributes:
        verb: code of a step, or one of those above.
        day: the legal day of the act; ``moment``: its legal moment, where limits are in hours.
        by, party: who acted, and for whom.
        about: number of the event that this one corrects or voids.
        unit, region: to whom a case was handed, and where it then belongs; or who was in charge
            at its opening, and where.
        assignee: who is in charge from now on, where a person was named.
    """

    number: int
    verb: str
    day: date
    by: str
    party: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    about: int | None = None
    unit: str = ""
    region: str = ""
    assignee: str = ""
    moment: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Where a case stands after its events.

    Attributes:
        steps: the steps that count, corrections applied.
        readings: what each clock that ever started says.
        closed_on: the day of the step that led to the final state where it is now.
    """

    state: str
    unit: str
    region: str
    assignee: str
    filer: str
    received_on: date
    closed_on: date | None
    answers: Mapping[str, Any]
    steps: tuple[Entry, ...]
    readings: Mapping[str, Reading]

    @property
    def due_on(self) -> date | None:
        return earliest(self.readings.values())

    @property
    def taken(self) -> tuple[str, ...]:
        return tuple(entry.verb for entry in self.steps)

    def takers(self, steps: Sequence[str]) -> set[str]:
        """Who took any of these steps."""
        return {entry.by for entry in self.steps if entry.verb in steps}

    def facts(self, day: date, given: Mapping[str, Any]) -> Facts:
        """What a guard may look at when a step brings ``given`` on a day."""
        return Facts(
            self.state, self.unit, self.filer, self.region, self.received_on, day,
            self.answers, given, self.taken,
        )  # fmt: skip


class OutOfOrder(ValueError):
    """Events that no case can have gone through: a step from a state where it is not allowed, or
    a day or moment before the one of the step before (``before``)."""

    def __init__(self, entry: Entry, state: str, before: Entry | None) -> None:
        super().__init__(f"event {entry.number}, {entry.verb} on {entry.day}: {state}")
        self.entry, self.state, self.before = entry, state, before


def standing_steps(entries: Sequence[Entry]) -> list[Entry]:
    """The steps and assignments that count, each as it was last corrected."""
    found: dict[int, Entry] = {}
    for entry in entries:
        if entry.verb == VOIDED:
            found.pop(entry.about or 0, None)
        elif entry.verb == CORRECTED and entry.about in found:
            before = found[entry.about]
            new = {name: value for name, value in entry.answers.items() if name != REASON}
            found[entry.about] = replace(before, day=entry.day, moment=entry.moment, answers=new)
        elif not entry.verb.startswith(".") or entry.verb == ASSIGNED:
            found[entry.number] = entry
    return list(found.values())


def replay(procedure: Procedure, entries: Sequence[Entry], calendar: WorkingCalendar) -> Standing:
    """Where the case stands after all its events.

    Raises:
        OutOfOrder: naming the first event that could not have come so.
    """
    state, unit, region, assignee = "", "", "", ""
    closed_on: date | None = None
    answers: dict[str, Any] = {}
    steps: list[Entry] = []
    taken: list[Taken] = []
    for entry in standing_steps(entries):
        if entry.verb == ASSIGNED:
            assignee = entry.assignee
            continue
        step = procedure.step_of[entry.verb]
        if not _allowed(step, state) or (steps and _earlier(entry, steps[-1])):
            raise OutOfOrder(entry, state, steps[-1] if steps else None)
        if step.to is not None:
            state = step.to
            closed_on = entry.day if procedure.state_of[state].final else None
        if entry.unit:
            unit, region, assignee = entry.unit, entry.region or region, ""
        if step.assigns:
            assignee = entry.by
        answers |= entry.answers
        steps.append(entry)
        ends = step.to is not None and procedure.state_of[step.to].final
        taken.append(Taken(entry.verb, entry.day, ends, entry.moment))
    opening = steps[0]
    readings = {
        clock.code: reading
        for clock in procedure.clocks
        if clock.runs_for(opening.day)
        and (reading := reckon(procedure, clock, opening.day, taken, calendar)) is not None
    }
    return Standing(
        state,
        unit,
        region,
        assignee,
        filer=opening.party,
        received_on=opening.day,
        closed_on=closed_on,
        answers=answers,
        steps=tuple(steps),
        readings=readings,
    )


def _earlier(entry: Entry, before: Entry) -> bool:
    """Whether an event lies before another: by its day, and where both have one its moment."""
    if entry.day == before.day and entry.moment is not None and before.moment is not None:
        return entry.moment < before.moment
    return entry.day < before.day


def _allowed(step: Step, state: str) -> bool:
    return not state if step.code == OPENING else state in step.source
