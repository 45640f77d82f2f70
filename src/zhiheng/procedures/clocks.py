"""What a clock says, reckoned from the steps of a case and nothing else (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zhiheng.office.working_days import Count, LastDay, WorkingCalendar
from zhiheng.procedures.declaration import Clock, Procedure
from zhiheng.rules.parameters import Parameter, Trace


class Going(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    VOID = "void"
    """Ended by a final state before anything stopped it."""


@dataclass(frozen=True)
class Taken:
    """One step as clocks see it; ``final`` where the case ended by it."""

    step: str
    day: date
    final: bool = False


@dataclass(frozen=True)
class Reading:
    """What a clock says.

    Attributes:
        due_on: last day of the limit; None while paused.
        in_time: whether it was kept; None while that is open, and where the case ended before.
        provisional: a calendar that the last day needs is not yet published.
        rules: the versions of the limits it stands on.
    """

    clock: str
    going: Going
    started_on: date
    due_on: date | None
    stopped_on: date | None
    in_time: bool | None
    provisional: bool
    rules: tuple[Parameter, ...]

    @property
    def confirmed(self) -> bool:
        """False where a limit was not checked against its source."""
        return all(rule.confirmed for rule in self.rules)

    def overdue(self, day: date) -> bool:
        """Still running after its last day."""
        return self.going is Going.RUNNING and self.due_on is not None and self.due_on < day


@dataclass
class _Span:
    """So many days yet to run."""

    days: int
    count: Count


@dataclass
class _Run:
    """One run of a clock, from its start on; ``since`` is the day from which ``left`` counts."""

    started_on: date
    since: date
    left: list[_Span]
    calendar: WorkingCalendar
    going: Going = Going.RUNNING
    stopped_on: date | None = None
    late: bool = False
    rules: Trace = field(default_factory=Trace)

    def last_day(self) -> LastDay:
        """Where what is left ends."""
        day, provisional = self.since, False
        for span in self.left:
            found = self.calendar.after(day, span.days, span.count)
            day, provisional = found.day, provisional or found.provisional
        return LastDay(day, provisional)

    def pause(self, day: date) -> None:
        """Take off what ran up to and with ``day``; a clock that ran out cannot be paused."""
        if self.last_day().day < day:
            return
        while self.left:
            span = self.left[0]
            end = self.calendar.after(self.since, span.days, span.count).day
            if end > day:
                span.days -= self.calendar.between(self.since, day, span.count)
                break
            self.since = end
            self.left.pop(0)
        self.since, self.going = day, Going.PAUSED

    def resume(self, day: date) -> None:
        self.since, self.going = day, Going.RUNNING

    def extend(self, days: int, count: Count, day: date) -> None:
        """More days; what was already over stays over."""
        if self.going is Going.PAUSED or self.last_day().day >= day:
            self.left.append(_Span(days, count))

    def end(self, day: date, going: Going) -> None:
        if self.going is Going.PAUSED:
            self.since = day
        self.late = self.last_day().day < day
        self.going, self.stopped_on = going, day


def reckon(
    procedure: Procedure,
    clock: Clock,
    received_on: date,
    taken: Sequence[Taken],
    calendar: WorkingCalendar,
) -> Reading | None:
    """What a clock of a case says after these steps; None where it never started.

    Args:
        received_on: the case's own day, whose version of the limit holds to the end.
        taken: the steps in order, corrections applied, days never going back.
    """
    run: _Run | None = None
    late = False
    for step in taken:
        ticking = run is not None and run.going in {Going.RUNNING, Going.PAUSED}
        if run is not None and ticking:
            _act(procedure, clock, received_on, run, step)
            late |= run.late
        if step.step in clock.start and (run is None or run.stopped_on is not None):
            run = _begin(procedure, clock, received_on, step.day, calendar)
        if step.final and run is not None and run.stopped_on is None:
            run.end(step.day, Going.VOID)
            late |= run.late
    return _reading(clock, run, late) if run is not None else None


def _begin(
    procedure: Procedure, clock: Clock, received_on: date, day: date, calendar: WorkingCalendar
) -> _Run:
    rule = procedure.rules.at(clock.limit, received_on)
    span = _Span(rule.value["days"], rule.value["count"])
    run = _Run(day, day, [span], calendar)
    run.rules.add(rule)
    return run


def _act(procedure: Procedure, clock: Clock, received_on: date, run: _Run, step: Taken) -> None:
    """What one step does to a clock that runs or is paused."""
    if step.step in clock.stop:
        run.end(step.day, Going.STOPPED)
    elif step.step in clock.pause and run.going is Going.RUNNING:
        run.pause(step.day)
    elif step.step in clock.resume and run.going is Going.PAUSED:
        run.resume(step.day)
    elif step.step in clock.extend:
        rule = procedure.rules.at(clock.extend[step.step], received_on)
        run.extend(rule.value["days"], rule.value["count"], step.day)
        run.rules.add(rule)


def _reading(clock: Clock, run: _Run, late: bool) -> Reading:
    last = run.last_day()
    paused = run.going is Going.PAUSED
    kept = True if run.going is Going.STOPPED else None
    return Reading(
        clock=clock.code,
        going=run.going,
        started_on=run.started_on,
        due_on=None if paused else last.day,
        stopped_on=run.stopped_on,
        in_time=False if late else kept,
        provisional=not paused and last.provisional,
        rules=run.rules.used,
    )


def attention(
    clock: Clock, reading: Reading, calendar: WorkingCalendar, after: date
) -> date | None:
    """The next day, later than ``after``, on which somebody must be reminded or told.

    That is each day of warning, and the day after the last day.
    """
    if reading.going is not Going.RUNNING or reading.due_on is None:
        return None
    due = reading.due_on
    days = [calendar.before(due, ahead) for ahead in clock.warn]
    return min((day for day in (*days, _day_after(due)) if day > after), default=None)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def earliest(readings: Iterable[Reading]) -> date | None:
    """The first last day of the clocks that run."""
    return min(
        (r.due_on for r in readings if r.going is Going.RUNNING and r.due_on is not None),
        default=None,
    )
