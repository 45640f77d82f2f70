"""What a procedure is declared with: who acts, states, steps, clocks and letters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from zhiheng.evidence.declaration import Column
from zhiheng.rules.parameters import Parameters

OPENING = "open"
"""The code of the step that opens a case, in clocks and letters."""

NO_PARAMETERS = Parameters(())


class Of(StrEnum):
    """How whoever takes a step must stand to the case."""

    UNIT = "unit"
    """Somebody of the unit that is in charge of the case."""
    ASSIGNEE = "assignee"
    """The person in charge; anybody of the unit while nobody is."""
    SCOPE = "scope"
    """Somebody whose region holds the case's region."""
    FILER = "filer"
    """Somebody of the party that opened the case."""
    BEARER = "bearer"
    """Whoever shows the case's receipt; the room that keeps receipts vouches (``bearer=True``)."""
    MACHINE = "machine"
    """Nobody: a clock that ran out, or the result of a case that this one opened."""


@dataclass(frozen=True)
class By:
    """Who may take a step.

    Args:
        right: a right of `zhiheng.office.actors`; none for bearers and the machine.
        of: how they stand to the case.
        other_than: steps whose taker may not take this one (two persons decide).
    """

    right: str = ""
    of: Of = Of.UNIT
    other_than: tuple[str, ...] = ()


MACHINE = By(of=Of.MACHINE)


@dataclass(frozen=True)
class State:
    """A place where a case can be; in a ``final`` one no clock runs and nobody is awaited."""

    code: str
    zh: str
    en: str
    final: bool = False

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Facts:
    """What a guard may look at: the case as it stands, and what the step brings.

    Attributes:
        answers: every field answered so far, the newest value of each, personal ones left out.
        given: the fields of this step.
        taken: codes of the steps taken so far, in order, corrections applied.
    """

    state: str
    unit: str
    filer: str
    region: str
    received_on: date
    day: date
    answers: Mapping[str, Any]
    given: Mapping[str, Any]
    taken: tuple[str, ...]


Guard = Callable[[Facts], str | None]
"""Pure; returns what stands in the way, in the reader's language, or None."""


class To(StrEnum):
    """Who gets a letter."""

    UNIT = "unit"
    ASSIGNEE = "assignee"
    FILER = "filer"
    SUPERIOR = "superior"
    """The units in charge of the region above the case's."""
    ADDRESS = "address"
    """The e-mail address that a personal field of the case holds."""


@dataclass(frozen=True)
class Letter:
    """A notice that a step or a clock sends: on the desk of a party, and by e-mail.

    Args:
        code: name of its dated text in `Procedure.letters`, a parameter whose value has
            ``subject``, ``subject_en``, ``text``, ``text_en``. They may name {number},
            {procedure}, {title}, {state}, {day}, {due}, {clock}, and every field of the case
            that is not personal.
        address: the personal field with the e-mail address, for `To.ADDRESS`.
    """

    code: str
    to: To
    address: str = ""


@dataclass(frozen=True)
class Opens:
    """A case of another procedure that a step opens, by its code, linked to this one.

    Args:
        procedure: code; it need not be imported here, `catalogue.check` looks that it exists.
        carry: answers that the new case takes over under the same names, personal ones too.
        when: opened only where this is true.
        place: region and unit at which it begins; where this one is unless said.
        results: final state of the opened case: step of this one that the machine then takes.
    """

    procedure: str
    carry: tuple[str, ...] = ()
    when: Callable[[Facts], bool] | None = None
    place: Callable[[Facts], tuple[str, str]] | None = None
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One act that changes a case.

    Args:
        source: states from which it may be taken.
        to: the state after it; None leaves the case where it is.
        form: what is asked; columns as in `zhiheng.evidence.declaration`, without roles.
        guards: what else must hold.
        hands_over: the case moves to another unit, which is asked for.
        joins: the case is joined to another of the same procedure, which is asked for.
        assigns: whoever takes it is from now on the person in charge.
        opens: cases of other procedures that it opens.
        retired: nobody takes it any more; it stands for the cases that went through it.
        law: the article it follows.
    """

    code: str
    zh: str
    en: str
    source: tuple[str, ...]
    to: str | None
    by: By
    form: tuple[Column, ...] = ()
    guards: tuple[Guard, ...] = ()
    letters: tuple[Letter, ...] = ()
    opens: tuple[Opens, ...] = ()
    hands_over: bool = False
    joins: bool = False
    assigns: bool = False
    retired: bool = False
    law: str = ""

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Clock:
    """A limit of time that runs between steps.

    The day of an event is not counted. Paused days are left out; after ``resume`` counting goes
    on with the day after. ``start`` again after ``stop`` begins a new run. Hours count from the
    moment of the event.

    Args:
        limit: name of a parameter in `Procedure.rules`, a term (`zhiheng.procedures.terms`) such
            as ``{days: 7, count: working}``, ``{months: 2}`` or ``{hours: 24}``; the version of
            the case's day of receipt holds.
        start, stop, pause, resume: codes of steps; `OPENING` is that of the opening.
        extend: step: parameter with the days it adds.
        warn: how many working days before the last day the unit is reminded; of a limit in
            hours, how many hours before its last moment.
        reminder, expired: letters sent then, and on the day after the last day.
        then: step that the machine takes on the day after the last day.
        since, until: it runs for cases received from, and up to and with, these days.
    """

    code: str
    zh: str
    en: str
    limit: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    extend: Mapping[str, str] = field(default_factory=dict)
    warn: tuple[int, ...] = ()
    reminder: tuple[Letter, ...] = ()
    expired: tuple[Letter, ...] = ()
    then: str | None = None
    since: date | None = None
    until: date | None = None

    def runs_for(self, received_on: date) -> bool:
        """Whether cases received on a day have this clock."""
        return (self.since is None or self.since <= received_on) and (
            self.until is None or received_on <= self.until
        )

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh
