"""Reads of cases, scoped to the actor: which there are, one case, what happened to it."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhiheng.office.actors import PUBLIC, Actor
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.procedures import catalogue, rights
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.holding import entries_of, no_such_case, number_of
from zhiheng.procedures.letters import shown_value
from zhiheng.procedures.models import NEVER, Case, CaseClock, Event
from zhiheng.procedures.parts import Of, Step
from zhiheng.procedures.timeline import (
    ASSIGNED,
    CORRECTED,
    EXPIRED,
    JOINED,
    VOIDED,
    Standing,
    replay,
)
from zhiheng.rules.errors import UsageError

MOST_REGIONS = 24
"""So many regions are read one by one; of whoever holds more, most cases are in scope anyway."""


def visible_to(actor: Actor) -> QuerySet[Case]:
    """Cases the actor may see.

    A unit sees what it is in charge of, what it opened, and what lies in its region, of those
    procedures that it has the right to read; outsiders see what they opened.
    """
    return readable(actor).filter(reduce(or_, scopes_of(actor)))


def in_scope(actor: Actor) -> QuerySet[Case]:
    """Cases of every procedure where the actor's lie: for rights that no procedure gives."""
    cases = Case.objects.all() if actor.party_kind != PUBLIC else Case.objects.none()
    return cases.filter(reduce(or_, scopes_of(actor)))


def sees(actor: Actor, case: Case) -> bool:
    """Whether the actor may see a case that is in hand: `visible_to`, without asking the record."""
    if actor.party_kind == PUBLIC:
        return False
    own = case.filer == actor.party
    if actor.outside:
        return own
    if case.procedure not in catalogue.ALL or not actor.can(catalogue.ALL[case.procedure].read):
        return False
    of_kind = actor.kinds is None or case.procedure in actor.kinds
    here = of_kind and (actor.regions is None or case.region in actor.regions)
    return own or case.unit == actor.party or here


def readable(actor: Actor) -> QuerySet[Case]:
    """Cases of procedures that the actor may read, wherever they lie; to outsiders all are."""
    if actor.party_kind == PUBLIC:
        return Case.objects.none()
    readable = [code for code, p in catalogue.ALL.items() if actor.can(p.read)]
    if actor.outside or len(readable) == len(catalogue.ALL):
        return Case.objects.all()
    return Case.objects.filter(procedure__in=readable)


def scopes_of(actor: Actor) -> list[Q]:
    """Where the actor's cases lie: together all that it may see, each by an index of its own."""
    if actor.outside:
        return [Q(filer=actor.party)]
    own = [Q(unit=actor.party), Q(filer=actor.party)]
    kinds = Q(procedure__in=actor.kinds) if actor.kinds is not None else Q()
    if actor.regions is None:
        return [Q()] if actor.kinds is None else [*own, kinds]
    if len(actor.regions) > MOST_REGIONS:
        return [reduce(or_, [*own, Q(region__in=actor.regions) & kinds])]
    return [*own, *(Q(region=region) & kinds for region in sorted(actor.regions))]


def case(actor: Actor, number: int) -> Case:
    """One case. Raises UsageError where there is none that the actor may see."""
    found = visible_to(actor).filter(id=number).first()
    if found is None:
        raise no_such_case(number)
    return found


def by_number(actor: Actor, text: str) -> Case:
    """The case of a number such as ``XK-2026-17``, or of its bare last part.

    Raises:
        UsageError: there is none that the actor may see.
    """
    last = text.strip().rpartition("-")[2]
    plain = last.isascii() and last.isdecimal() and len(last) < 19
    found = case(actor, int(last) if plain else 0)
    if text.strip() not in {last, number_of(found)}:
        raise UsageError(
            "case.unknown",
            _("没有编号为 {number} 的案件，或不在您的范围内。", number=text.strip()),
            _("请核对编号；可用 zhiheng case list 查看。"),
        )
    return found


def standing(of: Case) -> Standing:
    """Where a case stands, replayed from its events."""
    return replay(catalogue.known(of.procedure), entries_of(of), working_calendar())


def steps_open(
    actor: Actor, procedure: Procedure, at: Standing, *, bearer: bool = False
) -> list[Step]:
    """The steps that the actor may take where the case stands."""
    return [
        step
        for step in procedure.steps
        if at.state in step.source
        and not step.retired
        and step.by.of is not Of.MACHINE
        and rights.may(actor, step.by, at, bearer=bearer)
    ]


def correctable(actor: Actor, procedure: Procedure, at: Standing) -> set[int]:
    """Numbers of the events that the actor may correct."""
    return {
        entry.number
        for entry in at.steps
        if rights.may(actor, procedure.correct or procedure.step_of[entry.verb].by, at)
    }


def verb_words(procedure: Procedure, verb: str, language: str) -> str:
    """What happened, in words."""
    words = {
        ASSIGNED: _("确定承办人"),
        CORRECTED: _("更正"),
        VOIDED: _("作废"),
        EXPIRED: _("期限届满"),
        JOINED: _("并入他案"),
    }
    if verb in words:
        return words[verb]
    step = procedure.step_of.get(verb)
    return step.title(language) if step else verb


def event_words(event: Event, language: str) -> str:
    """An event in one line: who did what, and when."""
    verb = verb_words(catalogue.known(event.case.procedure), event.verb, language)
    at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M")
    return _("{name} 于 {at} 办理“{verb}”", name=event.by, at=at, verb=verb)


def timeline(of: Case, language: str) -> list[dict[str, Any]]:
    """Every event of a case, in order: nothing is left out, what was corrected stays.

    Each says by which later event it was corrected or voided, and which personal fields it
    brought, without their values.
    """
    procedure = catalogue.known(of.procedure)
    events = list(of.history.order_by("number").prefetch_related("personal"))
    corrected = {event.about: event.number for event in events if event.about is not None}
    return [
        {
            "number": event.number,
            "verb": event.verb,
            "title": verb_words(procedure, event.verb, language),
            "day": event.day,
            "moment": event.moment,
            "at": event.at,
            "by": event.by,
            "party": event.party,
            "about": event.about,
            "corrected_by": corrected.get(event.number),
            "unit": event.unit,
            "assignee": event.assignee,
            "answers": event.answers,
            "shown": _shown(procedure, event, language),
            "personal": [
                {"name": p.name, "title": procedure.columns[p.name].title(language)}
                for p in event.personal.all()
                if p.name in procedure.columns
            ],
        }
        for event in events
    ]


def _shown(procedure: Procedure, event: Event, language: str) -> list[tuple[str, str]]:
    words = {
        "reason_of_correction": _("更正理由"),
        "joined": _("并入的案件"),
        "clock": _("期限"),
    }
    pairs = []
    for name, value in event.answers.items():
        column = procedure.columns.get(name)
        if column is not None:
            said = shown_value(column, value, language, event.day)
            pairs.append((column.title(language), said))
        elif name == "clock" and value in procedure.clock_of:
            pairs.append((words[name], procedure.clock_of[value].title(language)))
        else:
            pairs.append((words.get(name, name), str(value)))
    return pairs


def clock_row(clock: CaseClock, procedure: Procedure, now: datetime) -> dict[str, Any]:
    """A clock as JSON says it; ``now`` in local time."""
    over = clock.due_at < now if clock.due_at else (clock.due_on or now.date()) < now.date()
    overdue = clock.going == "running" and over
    return {
        "clock": clock.code,
        "going": clock.going,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "due_at": clock.due_at,
        "stopped_on": clock.stopped_on,
        "in_time": False if overdue else clock.in_time,
        "overdue": overdue,
        "provisional": clock.provisional,
        "confirmed": clock.confirmed,
        "rules": [rule.plain() for rule in _rules_of(procedure, clock)],
    }


def _rules_of(procedure: Procedure, clock: CaseClock) -> list[Any]:
    declared = procedure.clock_of[clock.code]
    return [procedure.rules.at(declared.limit, clock.case.received_on)]


def clocks(of: Case) -> list[CaseClock]:
    """The clocks of a case in the order of their declaration."""
    order = list(catalogue.known(of.procedure).clock_of)
    return sorted(of.clocks.select_related("case"), key=lambda clock: order.index(clock.code))


def links(actor: Actor, of: Case) -> list[dict[str, Any]]:
    """Cases that this one opened, came from, was joined to, or took in, as far as they are the
    actor's to see."""
    out = [(link.how, "out", link.target) for link in of.links_out.select_related("target")]
    back = [(link.how, "in", link.source) for link in of.links_in.select_related("source")]
    return [
        {"how": how, "direction": way, **case_row(other)}
        for how, way, other in (*out, *back)
        if sees(actor, other)
    ]


def case_row(of: Case) -> dict[str, Any]:
    """A case as JSON says it."""
    today = timezone.localdate()
    due = of.due_on if of.due_on != NEVER and of.closed_on is None else None
    return {
        "case": of.pk,
        "number": number_of(of),
        "procedure": of.procedure,
        "title": of.title,
        "state": of.state,
        "unit": of.unit,
        "filer": of.filer,
        "assignee": of.assignee,
        "region": of.region,
        "subject": of.subject,
        "received_on": of.received_on,
        "due_on": due,
        "overdue": due is not None and due < today,
        "closed_on": of.closed_on,
        "events": of.events,
    }
