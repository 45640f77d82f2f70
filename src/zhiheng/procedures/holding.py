"""A case and all that happened to it, read whole and held while it is acted on."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.office.compiled import compiled, first
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.office.working_days import WorkingCalendar
from zhiheng.procedures import catalogue, forms
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.declarations import require_kept
from zhiheng.procedures.models import Case, CaseClock, Event
from zhiheng.procedures.timeline import Entry, Standing, replay
from zhiheng.rules.errors import UsageError

KEPT_OF_CLOCKS = (
    "going", "started_on", "due_on", "due_at", "stopped_on", "in_time", "provisional", "confirmed",
)  # fmt: skip


@dataclass
class Held:
    """A case that nobody else changes until this transaction ends, with its events."""

    case: Case
    procedure: Procedure
    entries: list[Entry]
    standing: Standing
    calendar: WorkingCalendar
    events: list[Event] = field(default_factory=list)

    def done(self, key: str) -> Event | None:
        """The event that a request with this key made before."""
        return next((event for event in self.events if key and event.key == key), None)


def number_of(case: Case) -> str:
    """The number that people know the case by, such as ``XK-2026-17``; it never changes."""
    year = timezone.localtime(case.opened_at).year
    return f"{catalogue.ALL[case.procedure].prefix}-{year}-{case.pk}"


def entry_of(event: Event, procedure: Procedure) -> Entry:
    """An event as the replay sees it."""
    return Entry(
        event.number,
        event.verb,
        event.day,
        event.by,
        event.party,
        forms.typed(procedure, event.answers),
        event.about,
        event.unit,
        event.region,
        event.assignee,
        timezone.localtime(event.moment) if event.moment else None,
    )


def entries_of(case: Case) -> list[Entry]:
    """All events of a case, in order."""
    procedure = catalogue.known(case.procedure)
    require_kept(procedure)
    return [entry_of(event, procedure) for event in case.history.order_by("number")]


def hold(case_id: int) -> Held:
    """Take a case in hand; whoever else wants to waits until this transaction ends.

    Raises:
        UsageError: there is no such case.
    """
    case = first(held(number=case_id))
    if case is None:
        raise no_such_case(case_id)
    procedure, calendar = catalogue.known(case.procedure), working_calendar()
    require_kept(procedure)
    events = _events(number=case_id)
    entries = [entry_of(event, procedure) for event in events]
    standing = replay(procedure, entries, calendar)
    return Held(case, procedure, entries, standing, calendar, events)


@compiled
def held(*, number: int) -> QuerySet[Case]:
    return Case.objects.select_for_update().filter(id=number)


@compiled
def _events(*, number: int) -> QuerySet[Event]:
    return Event.objects.filter(case_id=number).order_by("number")


@compiled
def clocks_of(*, number: int) -> QuerySet[CaseClock]:
    return CaseClock.objects.filter(case_id=number)


def no_such_case(number: int) -> UsageError:
    """The one answer to whoever asks for a case that there is not, or not for them."""
    return UsageError(
        "case.unknown",
        _("没有编号为 {number} 的案件，或不在您的范围内。", number=number),
        _("请核对编号；可用 zhiheng case list 查看。"),
    )
