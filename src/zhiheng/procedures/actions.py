"""Every change to a case: who may, what the form says, one event, all in one transaction.

Two people who take a step at once wait for one another; the second is told what the first did.
A request that is repeated with its key finds what it did before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.models import User
from zhiheng.office.turns import in_turn
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.procedures import catalogue, forms, queries, refusals, rights
from zhiheng.procedures.holding import Held, hold, no_such_case, number_of
from zhiheng.procedures.models import LONGEST_KEY, Case, Event, PersonalAnswer
from zhiheng.procedures.moments import when
from zhiheng.procedures.parts import OPENING, Step
from zhiheng.procedures.recording import happen, next_entry, stands
from zhiheng.procedures.steps import apart, write_opening, write_step
from zhiheng.procedures.timeline import ASSIGNED, CORRECTED, REASON, VOIDED, Entry, standing_steps
from zhiheng.rules.errors import UsageError
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
    moment: datetime | None = None,
    key: str = "",
    bearer: bool = False,
) -> Case:
    """Open a case.

    Args:
        unit: key of the unit that is in charge.
        day: the legal day of receipt, whose rules hold for the case; today unless said.
        moment: the legal moment instead, where a limit is in hours; local time if it names none.
        key: the same key of one party and procedure opens one case, however often it is sent.
        bearer: the calling room lets somebody without an account open it.

    Raises:
        RightError, UsageError: the actor may not, or there is no such procedure, unit or region.
        FormError: with everything that is wrong with the form.
        ConflictError: the same key is being opened just now.
    """
    declared = catalogue.known(procedure)
    key = key_of(actor, key)
    before = Case.objects.filter(procedure=procedure, key=key).first() if key else None
    if before is not None and (bearer or queries.sees(actor, before)):
        return before
    case = Case(procedure=procedure, region=region, unit=unit, subject=subject, title=title[:200])
    on = when(declared, day, moment, None)
    opening = Entry(
        1, OPENING, on[0], actor.name, actor.party, {}, unit=unit, region=region, moment=on[1]
    )
    standing = stands(declared, [opening], working_calendar())
    rights.require(actor, declared.opening.by, standing, bearer=bearer)
    given = forms.read(declared.opening, answers, language_code())
    return write_opening(actor, declared, case, given, on, key).case


def key_of(actor: Actor, key: str) -> str:
    """A key as the record keeps it: nobody's key is that of another party, or of the machine."""
    own = f"{actor.party}|{key}"
    if len(own) > LONGEST_KEY:
        own = f"{actor.party}|{sha256(key.encode()).hexdigest()}"
    return own if key else ""


@in_turn
def take_step(
    actor: Actor,
    case_id: int,
    step: str,
    answers: Mapping[str, Any] | None = None,
    *,
    day: date | None = None,
    moment: datetime | None = None,
    seen: int | None = None,
    key: str = "",
    party: str | None = None,
    into: int | None = None,
    bearer: bool = False,
) -> Event:
    """Take a step.

    Args:
        day, moment: of the act; now unless said, and the moment only where a limit is in hours.
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
    held = _hold(case_id, into)
    if not bearer and not queries.sees(actor, held.case):
        raise no_such_case(case_id)
    declared = _known_step(held, step)
    if before := held.done(key):
        return refusals.same(before, step)
    if seen is not None and seen != held.case.events:
        raise refusals.meanwhile(held)
    refusals.require_state(actor, held, declared, bearer)
    rights.require(actor, declared.by, held.standing, bearer=bearer)
    on = when(held.procedure, day, moment, held.standing.steps[-1])
    return write_step(actor, held, declared, answers or {}, on, key, party, into)


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
    moment: datetime | None = None,
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
    if before := held.done(key):
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
        plain, personal = apart(step, given)
        on, at = about.day, about.moment
        if moment is not None or day not in {None, on}:
            on, at = when(held.procedure, day, moment, None)
        # Other answers must pass the guards just as the first ones did.
        refusals.require_guards(step, held.standing.facts(on, plain))
        entry = next_entry(held, actor, CORRECTED, on, plain | why, about=number, moment=at)
    event = happen(held, actor, entry, personal=personal, key=key)
    audit.record(
        actor,
        "procedures.correct",
        number_of(held.case),
        {"event": number, "void": void, "day": entry.day.isoformat(), **why},
    )
    return event


def _hold(case_id: int, into: int | None) -> Held:
    """Take the case in hand; with another one, both in the order of their numbers."""
    if into is not None:
        for number in sorted({case_id, into}):
            Case.objects.select_for_update().filter(id=number).first()
    return hold(case_id)


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
            _(
                "“{procedure}”没有“{step}”这一步。",
                procedure=held.procedure.title(language_code()),
                step=code,
            ),
            _("可用：{steps}。", steps="、".join(s.code for s in held.procedure.steps)),
        )
    return found
