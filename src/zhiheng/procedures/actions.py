"""Every change to a case: who may, what the form says, one event, all in one transaction.

Two people who take a step at once wait for one another; the second is told what the first did.
A request that is repeated with its key finds what it did before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party, User
from zhiheng.office.queries import region_tree
from zhiheng.office.turns import in_turn
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.procedures import catalogue, forms, letters, queries, refusals, rights
from zhiheng.procedures.declaration import OPENING, Facts, Of, Opens, Procedure, Step
from zhiheng.procedures.models import Case, Event, Link, PersonalAnswer
from zhiheng.procedures.recording import Held, begin, happen, hold, next_entry, number_of, stands
from zhiheng.procedures.timeline import (
    ASSIGNED,
    CORRECTED,
    JOINED,
    REASON,
    VOIDED,
    Entry,
    standing_steps,
)
from zhiheng.rules.errors import ConflictError, UsageError
from zhiheng.web.language import language_code


@in_turn
def open_case(
    actor: Actor,
    procedure: str,
    answers: Mapping[str, Any],
    *,
    region: str,
    unit: str,
    subject: str | None = None,
    title: str = "",
    day: date | None = None,
    key: str = "",
    bearer: bool = False,
) -> Case:
    """Open a case.

    Args:
        unit: key of the unit that is in charge.
        day: the legal day of receipt, whose rules hold for the case; today unless said.
        key: the same key of one procedure opens one case, however often it is sent.
        bearer: the calling room lets somebody without an account open it.

    Raises:
        RightError, UsageError: the actor may not, or there is no such procedure, unit or region.
        FormError: with everything that is wrong with the form.
        ConflictError: the same key is being opened just now.
    """
    declared = catalogue.known(procedure)
    if key and (before := Case.objects.filter(procedure=procedure, key=key).first()):
        return before
    case = Case(procedure=procedure, region=region, unit=unit, subject=subject, title=title[:200])
    opening = Entry(
        1, OPENING, day or timezone.localdate(), actor.name, actor.party, {},
        unit=unit, region=region,
    )  # fmt: skip
    refusals.require_day(opening.day, None)
    standing = stands(declared, [opening], working_calendar())
    rights.require(actor, declared.opening.by, standing, bearer=bearer)
    given = forms.read(declared.opening, answers, language_code())
    return _open(actor, declared, case, given, opening.day, key).case


def _open(
    actor: Actor, procedure: Procedure, case: Case, given: dict[str, Any], day: date, key: str
) -> Held:
    """Write a new case; the actor's right was looked at, or a step opened it."""
    refusals.require_place(case)
    plain, personal = _apart(procedure.opening, given)
    facts = Facts("", case.unit, actor.party, case.region, day, day, {}, plain, ())
    refusals.require_guards(procedure.opening, facts)
    held = begin(case, actor, day, plain, personal, key)
    event = case.history.get(number=1)
    _after(actor, held, procedure.opening, event, facts, personal)
    audit.record(
        actor, "procedures.open", number_of(case), {"procedure": procedure.code, "unit": case.unit}
    )
    return held


@in_turn
def take_step(
    actor: Actor,
    case_id: int,
    step: str,
    answers: Mapping[str, Any] | None = None,
    *,
    day: date | None = None,
    seen: int | None = None,
    key: str = "",
    party: str | None = None,
    into: int | None = None,
    bearer: bool = False,
) -> Event:
    """Take a step.

    Args:
        seen: how many events the actor had before them; None where nobody looked.
        key: the same key takes the step once, however often it is sent.
        party: unit that the case is handed to; ``into``: case that it is joined to.
        bearer: the calling room checked the case's receipt.

    Raises:
        UsageError: no such case that the actor may see, no such step.
        RightError: the actor may not take it.
        ConflictError: the case is elsewhere, or went on since it was looked at.
        FormError, ContentError: what is wrong with the form, the day, or a guard's reason.
    """
    if not bearer:
        queries.case(actor, case_id)
    held = _hold(case_id, into)
    declared = _known_step(held, step)
    if key and (before := held.case.history.filter(key=key).first()):
        return refusals.same(before, step)
    if seen is not None and seen != held.case.events:
        raise refusals.meanwhile(held)
    refusals.require_state(actor, held, declared, bearer)
    rights.require(actor, declared.by, held.standing, bearer=bearer)
    return _take(actor, held, declared, answers or {}, day, key, party, into)


def _take(
    actor: Actor,
    held: Held,
    step: Step,
    answers: Mapping[str, Any],
    day: date | None,
    key: str,
    party: str | None,
    into: int | None,
) -> Event:
    """Write a step that may be taken."""
    given = forms.read(step, answers, language_code())
    plain, personal = _apart(step, given)
    on = day or max(timezone.localdate(), held.standing.steps[-1].day)
    refusals.require_day(on, held)
    facts = held.standing.facts(on, plain)
    refusals.require_guards(step, facts)
    more = _handed_over(held, step, party)
    entry = next_entry(held, actor, step.code, on, plain, **more)
    event = happen(held, actor, entry, personal=personal, key=key)
    _after(actor, held, step, event, facts, personal)
    if step.joins:
        _join(actor, held, event, into)
    elif into is not None:
        raise UsageError("step.into", _("“{step}”不并入别的案件。", step=step.zh))
    audit.record(
        actor,
        "procedures.step",
        number_of(held.case),
        {"step": step.code, "state": held.case.state, "event": event.number, **more},
    )
    return event


@in_turn
def take_by_machine(case_id: int, step: str) -> Event | None:
    """Take a step that nobody takes, where the case is in a state that allows it."""
    held = hold(case_id)
    declared = held.procedure.step_of[step]
    if declared.by.of is not Of.MACHINE or held.case.state not in declared.source:
        return None
    return _take(Actor.system(), held, declared, {}, None, "", None, None)


@in_turn
def assign(actor: Actor, case_id: int, username: str) -> Event:
    """Put a person of the unit in charge; one's own name takes the case over.

    Raises:
        UsageError: there is no such person in the unit in charge.
        RightError: the actor is not of that unit.
    """
    queries.case(actor, case_id)
    held = hold(case_id)
    refusals.require_unit(actor, held)
    people = User.objects.filter(party__key=held.case.unit, is_active=True)
    if not people.filter(username=username).exists():
        raise UsageError(
            "assignee.unknown",
            _("{unit} 没有“{name}”这个人。", unit=held.case.unit, name=username),
            _("可选：{names}。", names="、".join(people.values_list("username", flat=True)[:20])),
        )
    on = max(timezone.localdate(), held.standing.steps[-1].day)
    entry = next_entry(held, actor, ASSIGNED, on, {}, assignee=username)
    event = happen(held, actor, entry)
    audit.record(actor, "procedures.assign", number_of(held.case), {"assignee": username})
    return event


@in_turn
def correct(
    actor: Actor,
    case_id: int,
    number: int,
    reason: str,
    *,
    answers: Mapping[str, Any] | None = None,
    day: date | None = None,
    void: bool = False,
    key: str = "",
) -> Event:
    """Correct a wrong step by a new event: other answers, another day, or that it does not count.

    Raises:
        UsageError: there is no such step, or it does not count any more.
        ContentError: no reason; or the case could then not have gone on as it did.
        ConflictError: the step opened or joined another case, and cannot be taken back.
    """
    queries.case(actor, case_id)
    held = hold(case_id)
    if key and (before := held.case.history.filter(key=key).first()):
        return refusals.same(before, VOIDED if void else CORRECTED)
    about = next(
        (e for e in standing_steps(held.entries) if e.number == number and e.verb != ASSIGNED), None
    )
    if about is None:
        raise UsageError(
            "event.unknown",
            _("{case} 没有可更正的第 {number} 号步骤。", case=number_of(held.case), number=number),
        )
    step = held.procedure.step_of[about.verb]
    rights.require(actor, held.procedure.correct or step.by, held.standing)
    why = {REASON: refusals.tidy_reason(reason)}
    if void:
        refusals.require_alone(held, about)
        entry = next_entry(held, actor, VOIDED, about.day, why, about=number)
        personal: dict[str, str] = {}
    else:
        standing = {**about.answers, **_personal_of(held.case, number)}
        given = forms.read(step, {**standing, **(answers or {})}, language_code())
        plain, personal = _apart(step, given)
        on = day or about.day
        refusals.require_day(on, None)
        # Other answers must pass the guards just as the first ones did.
        refusals.require_guards(step, held.standing.facts(on, plain))
        entry = next_entry(held, actor, CORRECTED, on, plain | why, about=number)
    event = happen(held, actor, entry, personal=personal, key=key)
    audit.record(
        actor,
        "procedures.correct",
        number_of(held.case),
        {"event": number, "void": void, "day": entry.day.isoformat(), **why},
    )
    return event


def _after(
    actor: Actor, held: Held, step: Step, event: Event, facts: Facts, personal: Mapping[str, str]
) -> None:
    """What a step brings with it: letters, other cases, the result for the case before."""
    letters.write(held, step.letters, str(event.number), None)
    for place, opens in enumerate(step.opens, start=1):
        if opens.when is None or opens.when(facts):
            key = f"{number_of(held.case)}.{event.number}.{place}"
            _open_other(actor, held, opens, event, facts, personal, key)
    if held.standing.closed_on is not None:
        _tell_result(held)


def _open_other(
    actor: Actor,
    held: Held,
    opens: Opens,
    event: Event,
    facts: Facts,
    personal: Mapping[str, str],
    key: str,
) -> None:
    """Open a case of another procedure; it takes over what the declaration says."""
    other = catalogue.known(opens.procedure)
    earlier = PersonalAnswer.objects.filter(event__case=held.case, name__in=opens.carry)
    kept = dict(earlier.order_by("event__number").values_list("name", "value"))
    known = {**held.standing.answers, **kept, **personal}
    carried = {name: known[name] for name in opens.carry if name in known}
    source = held.case
    region, unit = opens.place(facts) if opens.place else (source.region, source.unit)
    case = Case(
        procedure=other.code,
        region=region,
        unit=unit,
        subject=source.subject,
        title=source.title,
    )
    given = forms.read(other.opening, carried, language_code())
    opened = _open(actor, other, case, given, event.day, key)
    Link.objects.create(source=source, target=opened.case, how="opened", event=event)


def _tell_result(held: Held) -> None:
    """Whoever opened this case takes the step that its result asks for."""
    for link in Link.objects.filter(target=held.case, how="opened").select_related("event"):
        procedure = catalogue.known(Case.objects.get(id=link.source_id).procedure)
        for opens in procedure.step_of[link.event.verb].opens:
            step = opens.results.get(held.standing.state)
            if opens.procedure == held.case.procedure and step is not None:
                take_by_machine(link.source_id, step)


def _join(actor: Actor, held: Held, event: Event, into: int | None) -> None:
    """Tell the case that this one is joined to."""
    if into is None or into == held.case.pk:
        raise UsageError("step.into", _("没有指明并入哪一案。"), _("请填另一件同类案件的编号。"))
    queries.case(actor, into)
    target = hold(into)
    if target.case.procedure != held.case.procedure or target.case.closed_on is not None:
        raise ConflictError(
            "step.into",
            _("{case} 不是在办的同类案件。", case=number_of(target.case)),
            _("只能并入在办的“{procedure}”。", procedure=held.procedure.zh),
        )
    on = max(event.day, target.standing.steps[-1].day)
    answers = {"joined": number_of(held.case)}
    happen(target, actor, next_entry(target, actor, JOINED, on, answers))
    Link.objects.create(source=held.case, target=target.case, how="joined", event=event)


def _handed_over(held: Held, step: Step, party: str | None) -> dict[str, str]:
    """Where a case goes that is handed over; nothing for other steps."""
    if not step.hands_over:
        if party is not None:
            raise UsageError("step.party", _("“{step}”不移交承办单位。", step=step.zh))
        return {}
    receiver = Party.objects.filter(key=party or "", kind=Party.Kind.UNIT).first()
    if receiver is None or receiver.key == held.case.unit:
        raise UsageError(
            "step.party",
            _("“{party}”不是可以移交的单位。", party=party or ""),
            _("请填另一个单位的代码。"),
        )
    view = region_tree().as_of(timezone.localdate())
    region = held.standing.region
    if receiver.region and region not in view.subtree(receiver.region):
        region = receiver.region
    return {"unit": receiver.key, "region": region}


def _hold(case_id: int, into: int | None) -> Held:
    """Take the case in hand; with another one, both in the order of their numbers."""
    if into is not None:
        for number in sorted({case_id, into}):
            Case.objects.select_for_update().filter(id=number).first()
    return hold(case_id)


def _apart(step: Step, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Plain and personal values of a form."""
    personal = {c.name for c in step.form if c.personal}
    return (
        {name: value for name, value in given.items() if name not in personal},
        {name: str(value) for name, value in given.items() if name in personal},
    )


def _personal_of(case: Case, number: int) -> dict[str, str]:
    """The personal fields of an event, as last corrected."""
    found = PersonalAnswer.objects.filter(event__case=case).filter(
        Q(event__number=number) | Q(event__about=number)
    )
    return dict(found.order_by("event__number").values_list("name", "value"))


def _known_step(held: Held, code: str) -> Step:
    found = held.procedure.step_of.get(code)
    if found is None or code == OPENING:
        raise UsageError(
            "step.unknown",
            _("“{procedure}”没有“{step}”这一步。", procedure=held.procedure.zh, step=code),
            _("可用：{steps}。", steps="、".join(s.code for s in held.procedure.steps)),
        )
    return found
