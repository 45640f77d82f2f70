"""What the sender of a case may know of it: where it stands, and what was said to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhiheng.complaints.submissions import SENDER_STEPS
from zhiheng.office.models import Party
from zhiheng.office.working_calendar import working_calendar
from zhiheng.procedures import catalogue
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.holding import entries_of, number_of
from zhiheng.procedures.letters import shown_value
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.timeline import Entry, Standing, replay
from zhiheng.web.language import language_code

TOLD = {
    OPENING: (),
    "supplement": (),
    "transfer": ("authority", "reason"),
    "accept": (),
    "refuse": ("ground", "reason"),
    "merge": (),
    "appoint": ("meeting_on", "meeting_place"),
    "send_to_test": ("tested", "testing_body"),
    "test_back": ("test_result",),
    "agree": ("terms", "recovered"),
    "tell_end": (),
    "terminate": ("reason",),
    "withdraw": (),
    "rate": ("rating",),
    "follow_up": (),
    "close_repeated": ("reason",),
    "tell_filed": (),
    "tell_not_filed": (),
    "extend": (),
    "close_filed": (),
    "close_not_filed": (),
    "hand_over": (),
    "designate": (),
}
"""The steps that a sender is shown, and which fields of each; what was found on the way to a
decision about a report is not among them."""


@dataclass(frozen=True)
class Told:
    """One step, with what it said to the sender."""

    day: date
    title: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Followed:
    """A case as its sender sees it, and the cases that belong to it.

    Attributes:
        provisional: the last day stands on a calendar that is not published yet.
        confirmed: every limit was checked against its source.
        open_to: steps that the sender may take now.
    """

    number: str
    procedure: str
    state: str
    final: bool
    unit: str
    received_on: date
    due_on: date | None
    provisional: bool
    confirmed: bool
    steps: tuple[Told, ...]
    open_to: frozenset[str]
    linked: tuple[Followed, ...] = ()


def followed(case: Case, *, with_linked: bool = True) -> Followed:
    """The case as its sender sees it."""
    procedure = catalogue.known(case.procedure)
    entries = entries_of(case)
    standing = replay(procedure, entries, working_calendar())
    state = procedure.state_of[standing.state]
    opened = [link.target for link in case.links_out.filter(how="opened")] if with_linked else []
    running = [r for r in standing.readings.values() if r.due_on == standing.due_on]
    return Followed(
        number=number_of(case),
        procedure=procedure.title(language_code()),
        state=state.title(language_code()),
        final=state.final,
        unit=Party.objects.filter(key=standing.unit).values_list("name", flat=True).first() or "",
        received_on=standing.received_on,
        due_on=standing.due_on,
        provisional=any(r.provisional for r in running),
        confirmed=all(r.confirmed for r in running),
        steps=tuple(_told(case, procedure, e) for e in standing.steps if e.verb in TOLD),
        open_to=_open_to(procedure, standing),
        linked=tuple(followed(each, with_linked=False) for each in opened),
    )


def _open_to(procedure: Procedure, standing: Standing) -> frozenset[str]:
    known = (procedure.step_of.get(code) for code in SENDER_STEPS)
    able = {step.code for step in known if step and standing.state in step.source}
    return frozenset(able - ({"rate"} & set(standing.taken)))


def _told(case: Case, procedure: Procedure, entry: Entry) -> Told:
    personal = dict(
        PersonalAnswer.objects.filter(
            event__case=case, event__number=entry.number, name__in=TOLD[entry.verb]
        ).values_list("name", "value")
    )
    answers = {**entry.answers, **personal}
    language = language_code()
    said = tuple(
        (
            procedure.columns[name].title(language),
            shown_value(procedure.columns[name], value, language),
        )
        for name in TOLD[entry.verb]
        if (value := answers.get(name)) is not None
    )
    return Told(entry.day, procedure.step_of[entry.verb].title(language), said)
