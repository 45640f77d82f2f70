"""The one place that writes what happens to cases: an event, and everything that follows from it.

A case and its clocks are only the replay of its events, written down so that lists are found by
an index; they are written in the transaction of the event, from the replay and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from zhiheng.office import writing
from zhiheng.office.actors import Actor
from zhiheng.office.clock import now_after
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.office.working_days import WorkingCalendar
from zhiheng.procedures import catalogue, forms
from zhiheng.procedures.clocks import Reading, attention
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.declarations import require_kept
from zhiheng.procedures.holding import KEPT_OF_CLOCKS, Held, clocks_of, hold
from zhiheng.procedures.models import NEVER, Case, CaseClock, Event, PersonalAnswer, Unfiled
from zhiheng.procedures.moments import When, beginning, of_entry
from zhiheng.procedures.timeline import Entry, OutOfOrder, Standing, replay
from zhiheng.rules.errors import ConflictError, ContentError
from zhiheng.rules.parameters import ParameterError
from zhiheng.web.language import language_code

_REPEATED = (
    "state", "unit", "filer", "assignee", "region", "received_on", "closed_on", "due_on", "events",
)  # fmt: skip
_AT_ONCE = 500


def begin(
    case: Case,
    actor: Actor,
    on: When,
    answers: Mapping[str, Any],
    personal: Mapping[str, str],
    key: str,
) -> Held:
    """Write a new case with its opening.

    Raises:
        ConflictError: somebody opened it with the same key just now.
    """
    procedure = catalogue.known(case.procedure)
    require_kept(procedure)
    opening = Entry(
        1, procedure.opening.code, on[0], actor.name, actor.party, answers,
        unit=case.unit, region=case.region, moment=on[1],
    )  # fmt: skip
    calendar = working_calendar()
    standing = stands(procedure, [opening], calendar)
    case.opened_at, case.key = timezone.now(), key
    _repeat(case, standing)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        raise ConflictError(
            "case.opened",
            _("编号“{key}”的案件刚被登记。", key=key),
            _("请刷新后查看，不必重复登记。"),
        ) from error
    held = Held(case, procedure, [], standing, calendar)
    happen(held, actor, opening, personal=personal)
    return held


def happen(
    held: Held,
    actor: Actor,
    entry: Entry,
    *,
    personal: Mapping[str, str] | None = None,
    key: str = "",
) -> Event:
    """Write an event and all that follows; ``held`` then stands where the case stands.

    Raises:
        ContentError: the events could not have come so (see `OutOfOrder`).
    """
    case = held.case
    entries = [*held.entries, entry]
    standing = stands(held.procedure, entries, held.calendar)
    event = Event(
        case=case,
        number=entry.number,
        verb=entry.verb,
        day=entry.day,
        moment=entry.moment,
        at=now_after(held.events[-1].at if held.events else None),
        by=actor.name,
        party=actor.party,
        answers=forms.plain(entry.answers),
        about=entry.about,
        unit=entry.unit,
        region=entry.region,
        assignee=entry.assignee,
        key=key,
    )
    writing.insert(event)
    for name, value in (personal or {}).items():
        writing.insert(PersonalAnswer(event=event, name=name, value=value))
    writing.insert(Unfiled(event=event, procedure=case.procedure))
    case.events = entry.number
    held.entries, held.standing, held.events = entries, standing, [*held.events, event]
    _repeat(case, standing)
    writing.update(case, _REPEATED)
    _repeat_clocks(held)
    return event


def next_entry(
    held: Held, actor: Actor, verb: str, day: date, answers: Mapping[str, Any], **more: Any
) -> Entry:
    """The event that comes next, not yet written."""
    number = len(held.entries) + 1
    return Entry(number, verb, day, actor.name, actor.party, answers, **more)


def _repeat(case: Case, standing: Standing) -> None:
    """What the case's own row says, from where it stands."""
    case.state, case.unit, case.assignee = standing.state, standing.unit, standing.assignee
    case.filer, case.region = standing.filer, standing.region
    case.received_on, case.closed_on = standing.received_on, standing.closed_on
    case.due_on = standing.due_on or NEVER


def _repeat_clocks(held: Held) -> None:
    known = {clock.code: clock for clock in clocks_of(number=held.case.pk)}
    for code, reading in held.standing.readings.items():
        stored = known.pop(code, None)
        said = _said(reading)
        if stored is not None and all(
            getattr(stored, name) == said[name] for name in KEPT_OF_CLOCKS
        ):
            continue
        before = beginning(reading.started_on - timedelta(days=1))
        said["attention_at"] = attention(
            held.procedure.clock_of[code], reading, held.calendar, before
        )
        if stored is None:
            writing.insert(CaseClock(case=held.case, code=code, **said))
            continue
        for name, value in said.items():
            setattr(stored, name, value)
        writing.update(stored, tuple(said))
    # A correction may take back the step that had started a clock.
    for gone in known.values():
        gone.delete()


def _said(reading: Reading) -> dict[str, Any]:
    return {
        "going": reading.going.value,
        "started_on": reading.started_on,
        "due_on": reading.due_on,
        "due_at": reading.due_at,
        "stopped_on": reading.stopped_on,
        "in_time": reading.in_time,
        "provisional": reading.provisional,
        "confirmed": reading.confirmed,
    }


def stands(procedure: Procedure, entries: Sequence[Entry], calendar: WorkingCalendar) -> Standing:
    """Where a case would stand after events that are not written yet.

    Raises:
        ContentError: it could not have come so, or no version of a limit holds on its day.
    """
    try:
        return replay(procedure, entries, calendar)
    except OutOfOrder as error:
        raise _refusal(procedure, error) from error
    except ParameterError as error:
        raise ContentError(
            "event.law",
            _("{day} 收到的案件没有可适用的期限规定。", day=entries[0].day),
            _("请核对收到日期；确需办理的，请先在规定中补上当时的期限。"),
        ) from error


def _refusal(procedure: Procedure, error: OutOfOrder) -> ContentError:
    entry = error.entry
    step = procedure.step_of[entry.verb].title(language_code())
    if error.before is not None and of_entry(entry) < of_entry(error.before):
        day, before = _shown(entry), _shown(error.before)
        return ContentError(
            "event.day",
            _("“{step}”的日期 {day} 早于前一事件的 {before}。", step=step, day=day, before=before),
            _("请填不早于 {before} 的日期；前一事件日期有误的，请先更正它。", before=before),
        )
    state = _("（未登记）")
    if error.state:
        state = procedure.state_of[error.state].title(language_code())
    return ContentError(
        "event.order",
        _("这样一来，第 {number} 号事件“{step}”就不能在“{state}”时发生。", number=entry.number,
          step=step, state=state),
        _("请从最后一个事件起逐个更正。"),
    )  # fmt: skip


def _shown(entry: Entry) -> str:
    return f"{of_entry(entry):%Y-%m-%d %H:%M}" if entry.moment else entry.day.isoformat()


def follow_calendar(years: list[int], **_signal: Any) -> None:
    """Reckon every clock anew that may end in a year of which the calendar was loaded.

    Called in the transaction that loads it.
    """
    first = date(min(years), 1, 1)
    moved = CaseClock.objects.filter(Q(due_on__gte=first) | Q(going="paused"))
    ids = moved.order_by("case_id").values_list("case_id", flat=True).distinct()
    for case_id in ids.iterator(chunk_size=_AT_ONCE):
        held = hold(case_id)
        _repeat(held.case, held.standing)
        writing.update(held.case, _REPEATED)
        _repeat_clocks(held)
        Unfiled.objects.get_or_create(
            event=held.case.history.get(number=held.case.events),
            defaults={"procedure": held.case.procedure},
        )
