"""Writing a step that may be taken, and all that it brings: letters, other cases, their results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party
from zhiheng.office.queries import region_tree
from zhiheng.office.turns import in_turn
from zhiheng.office.words import _
from zhiheng.procedures import catalogue, forms, letters, queries, refusals
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.holding import Held, hold, number_of
from zhiheng.procedures.models import Case, Event, Link, PersonalAnswer
from zhiheng.procedures.moments import When, when
from zhiheng.procedures.parts import Facts, Of, Opens, Step
from zhiheng.procedures.recording import begin, happen, next_entry
from zhiheng.procedures.timeline import JOINED
from zhiheng.rules.errors import ConflictError, UsageError
from zhiheng.web.language import language_code


def write_opening(
    actor: Actor, procedure: Procedure, case: Case, given: dict[str, Any], on: When, key: str
) -> Held:
    """Write a new case; the actor's right was looked at, or a step opened it."""
    refusals.require_place(actor, case)
    plain, personal = apart(procedure.opening, given)
    facts = Facts("", case.unit, actor.party, case.region, on[0], on[0], {}, plain, ())
    refusals.require_guards(procedure.opening, facts)
    held = begin(case, actor, on, plain, personal, key)
    event = case.history.get(number=1)
    _after(actor, held, procedure.opening, event, facts, personal)
    audit.record(
        actor, "procedures.open", number_of(case), {"procedure": procedure.code, "unit": case.unit}
    )
    return held


def write_step(
    actor: Actor,
    held: Held,
    step: Step,
    answers: Mapping[str, Any],
    on: When,
    key: str,
    party: str | None,
    into: int | None,
) -> Event:
    """Write a step that may be taken."""
    given = forms.read(step, answers, language_code())
    plain, personal = apart(step, given)
    facts = held.standing.facts(on[0], plain)
    refusals.require_guards(step, facts)
    more = _handed_over(held, step, party)
    entry = next_entry(held, actor, step.code, on[0], plain, moment=on[1], **more)
    event = happen(held, actor, entry, personal=personal, key=key)
    _after(actor, held, step, event, facts, personal)
    if step.joins:
        _join(actor, held, event, into)
    elif into is not None:
        title = step.title(language_code())
        raise UsageError("step.into", _("“{step}”不并入别的案件。", step=title))
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
    on = when(held.procedure, None, None, held.standing.steps[-1])
    return write_step(Actor.system(), held, declared, {}, on, "", None, None)


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
    moment = (event.moment or event.at) if other.hourly else None
    on = (timezone.localdate(moment) if moment else event.day, moment)
    opened = write_opening(actor, other, case, given, on, key)
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
            _("只能并入在办的“{procedure}”。", procedure=held.procedure.title(language_code())),
        )
    on = max(event.day, target.standing.steps[-1].day)
    answers = {"joined": number_of(held.case)}
    happen(target, actor, next_entry(target, actor, JOINED, on, answers))
    Link.objects.create(source=held.case, target=target.case, how="joined", event=event)


def _handed_over(held: Held, step: Step, party: str | None) -> dict[str, str]:
    """Where a case goes that is handed over; nothing for other steps."""
    if not step.hands_over:
        if party is not None:
            title = step.title(language_code())
            raise UsageError("step.party", _("“{step}”不移交承办单位。", step=title))
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


def apart(step: Step, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Plain and personal values of a form."""
    personal = {c.name for c in step.form if c.personal}
    return (
        {name: value for name, value in given.items() if name not in personal},
        {name: str(value) for name, value in given.items() if name in personal},
    )
