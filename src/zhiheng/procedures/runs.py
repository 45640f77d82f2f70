"""One run of a clock, from its start on: in days and months, or in hours (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from zhiheng.office.working_days import LastDay, WorkingCalendar
from zhiheng.procedures.terms import Term
from zhiheng.rules.parameters import Trace


class Going(StrEnum):
    """Where a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    VOID = "void"
    """Ended by a final state before anything stopped it."""


@dataclass(frozen=True)
class Taken:
    """One step as clocks see it.

    Attributes:
        final: the case ended by it.
        at: the legal moment, for limits in hours.
    """

    step: str
    day: date
    final: bool = False
    at: datetime | None = None

    @property
    def moment(self) -> datetime:
        """The moment in UTC, so that hours are hours on any day of the year.

        Raises:
            ValueError: the step has none.
        """
        if self.at is None:
            raise ValueError(f"{self.step} on {self.day}: a limit in hours needs the moment")
        return self.at.astimezone(UTC)


@dataclass(frozen=True)
class Due:
    """Where a limit ends: a day, for limits in hours also the moment."""

    day: date
    at: datetime | None = None
    provisional: bool = False


class Run(Protocol):
    """What clocks need of a run."""

    started_on: date
    going: Going
    stopped_on: date | None
    late: bool
    rules: Trace

    def due(self) -> Due: ...

    def pause(self, step: Taken) -> None: ...

    def resume(self, step: Taken) -> None: ...

    def extend(self, term: Term, step: Taken) -> None: ...

    def end(self, step: Taken, going: Going) -> None: ...


@dataclass
class DayRun:
    """A run in days and months; ``since`` is the day from which ``left`` counts."""

    started_on: date
    since: date
    left: list[Term]
    calendar: WorkingCalendar
    going: Going = Going.RUNNING
    stopped_on: date | None = None
    late: bool = False
    rules: Trace = field(default_factory=Trace)

    def due(self) -> Due:
        day, provisional = self.since, False
        for term in self.left:
            found = self._after(day, term)
            day, provisional = found.day, provisional or found.provisional
        return Due(day, provisional=provisional)

    def pause(self, step: Taken) -> None:
        """Take off what ran up to and with the day; a clock that ran out cannot be paused."""
        if self.due().day < step.day:
            return
        while self.left:
            term = self.left[0]
            end = self._after(self.since, term).day
            # Of a term that rolls, even nothing left may have to move on when the clock goes on.
            if end > step.day or (term.rolls and len(self.left) == 1):
                self.left[0] = self._rest(term, step.day)
                break
            self.since = end
            self.left.pop(0)
        self.since, self.going = step.day, Going.PAUSED

    def resume(self, step: Taken) -> None:
        self.since, self.going = step.day, Going.RUNNING

    def extend(self, term: Term, step: Taken) -> None:
        """More time; what was already over stays over."""
        if self.going is Going.PAUSED or self.due().day >= step.day:
            self.left.append(term)

    def end(self, step: Taken, going: Going) -> None:
        if self.going is Going.PAUSED:
            self.since = step.day
        self.late = self.due().day < step.day
        self.going, self.stopped_on = going, step.day

    def _rest(self, term: Term, day: date) -> Term:
        """What is left of a term that began with ``since`` after a day; of months, in days."""
        if term.unit == "working":
            gone = self.calendar.between(self.since, day)
            return Term(term.amount - gone, "working")
        # Where the last day itself was moved on, only what comes before it is left to run.
        last = self._unmoved(self.since, term)
        return Term(max((last - day).days, 0), "calendar", term.rolls)

    def _after(self, start: date, term: Term) -> LastDay:
        if term.unit == "working":
            return self.calendar.after(start, term.amount)
        last = self._unmoved(start, term)
        return self.calendar.on_or_after(last) if term.rolls else LastDay(last, provisional=False)

    def _unmoved(self, start: date, term: Term) -> date:
        return self.calendar.after(
            start, term.amount, "months" if term.unit == "months" else "calendar"
        ).day


@dataclass
class HourRun:
    """A run in hours, which go on through nights and days off."""

    started_on: date
    since: datetime
    left: timedelta
    local: datetime
    """The moment of the start as it was told, whose offset says on which day a moment lies."""
    going: Going = Going.RUNNING
    stopped_on: date | None = None
    late: bool = False
    rules: Trace = field(default_factory=Trace)

    def due(self) -> Due:
        at = self.since + self.left
        return Due(at.astimezone(self.local.tzinfo).date(), at)

    def pause(self, step: Taken) -> None:
        """Take off what ran; a clock that ran out cannot be paused."""
        if self.since + self.left < step.moment:
            return
        self.left -= step.moment - self.since
        self.since, self.going = step.moment, Going.PAUSED

    def resume(self, step: Taken) -> None:
        self.since, self.going = step.moment, Going.RUNNING

    def extend(self, term: Term, step: Taken) -> None:
        """More time; what was already over stays over."""
        if self.going is Going.PAUSED or self.since + self.left >= step.moment:
            self.left += timedelta(hours=term.amount)

    def end(self, step: Taken, going: Going) -> None:
        if self.going is Going.PAUSED:
            self.since = step.moment
        self.late = self.since + self.left < step.moment
        self.going, self.stopped_on = going, step.day


def begin(term: Term, step: Taken, calendar: WorkingCalendar) -> Run:
    """A run that starts with a step."""
    if not term.hourly:
        return DayRun(step.day, step.day, [term], calendar)
    moment = step.moment
    return HourRun(step.day, moment, timedelta(hours=term.amount), step.at or moment)
