"""What a clock says, reckoned from the steps of a case and nothing else (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhiheng.office.working_days import WorkingCalendar
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import Clock
from zhiheng.procedures.runs import Going, Run, Taken, begin
from zhiheng.procedures.terms import read_term
from zhiheng.rules.parameters import Parameter

ONE_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Reading:
    """What a clock says.

    Attributes:
        due_on: last day of the limit; None while paused.
        due_at: for a limit in hours, its last moment.
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
    due_at: datetime | None = None

    @property
    def confirmed(self) -> bool:
        """False where a limit was not checked against its source."""
        return all(rule.confirmed for rule in self.rules)

    def overdue(self, at: datetime) -> bool:
        """Still running after its last day, or its last moment; ``at`` in local time."""
        if self.going is not Going.RUNNING or self.due_on is None:
            return False
        return self.due_on < at.date() if self.due_at is None else self.due_at < at


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
    run: Run | None = None
    late = False
    for step in taken:
        ticking = run is not None and run.going in {Going.RUNNING, Going.PAUSED}
        if run is not None and ticking:
            _act(procedure, clock, received_on, run, step)
            late |= run.late
        if step.step in clock.start and (run is None or run.stopped_on is not None):
            run = _begin(procedure, clock, received_on, step, calendar)
        if step.final and run is not None and run.stopped_on is None:
            run.end(step, Going.VOID)
            late |= run.late
    return _reading(clock, run, late) if run is not None else None


def _begin(
    procedure: Procedure, clock: Clock, received_on: date, step: Taken, calendar: WorkingCalendar
) -> Run:
    rule = procedure.rules.at(clock.limit, received_on)
    run = begin(read_term(rule.value), step, calendar)
    run.rules.add(rule)
    return run


def _act(procedure: Procedure, clock: Clock, received_on: date, run: Run, step: Taken) -> None:
    """What one step does to a clock that runs or is paused."""
    if step.step in clock.stop:
        run.end(step, Going.STOPPED)
    elif step.step in clock.pause and run.going is Going.RUNNING:
        run.pause(step)
    elif step.step in clock.resume and run.going is Going.PAUSED:
        run.resume(step)
    elif step.step in clock.extend:
        rule = procedure.rules.at(clock.extend[step.step], received_on)
        run.extend(read_term(rule.value), step)
        run.rules.add(rule)


def _reading(clock: Clock, run: Run, late: bool) -> Reading:
    due = run.due()
    paused = run.going is Going.PAUSED
    kept = True if run.going is Going.STOPPED else None
    return Reading(
        clock=clock.code,
        going=run.going,
        started_on=run.started_on,
        due_on=None if paused else due.day,
        stopped_on=run.stopped_on,
        in_time=False if late else kept,
        provisional=not paused and due.provisional,
        rules=run.rules.used,
        due_at=None if paused else due.at,
    )


def attention(
    clock: Clock, reading: Reading, calendar: WorkingCalendar, after: datetime
) -> datetime | None:
    """The next moment, later than ``after``, at which somebody must be reminded or told.

    Of a limit in days that is the beginning of each day of warning, and of the day after the
    last day; of one in hours so many hours ahead, and the moment after the last.
    """
    if reading.going is not Going.RUNNING or reading.due_on is None:
        return None
    if reading.due_at is not None:
        looks = [reading.due_at - timedelta(hours=ahead) for ahead in clock.warn]
        looks.append(reading.due_at + ONE_MICROSECOND)
    else:
        days = [calendar.before(reading.due_on, ahead) for ahead in clock.warn]
        days.append(reading.due_on + timedelta(days=1))
        looks = [datetime.combine(day, time.min, after.tzinfo) for day in days]
    return min((look for look in looks if look > after), default=None)


def earliest(readings: Iterable[Reading]) -> date | None:
    """The first last day of the clocks that run."""
    return min(
        (r.due_on for r in readings if r.going is Going.RUNNING and r.due_on is not None),
        default=None,
    )
