"""What JSON says of procedures and cases, for commands and API alike."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zhiheng.office.actors import Actor
from zhiheng.procedures import catalogue, queries
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.models import Case, Event
from zhiheng.procedures.parts import Clock, Step


def procedure_row(procedure: Procedure) -> dict[str, Any]:
    """A procedure in short."""
    p = procedure
    return {"procedure": p.code, "prefix": p.prefix, "zh": p.zh, "en": p.en, "source": p.source}


def procedure_facts(procedure: Procedure) -> dict[str, Any]:
    """A procedure with everything that it declares."""
    return {
        **procedure_row(procedure),
        "states": [{"code": s.code, "zh": s.zh, "en": s.en} for s in procedure.states],
        "steps": [_step(step) for step in procedure.step_of.values()],
        "clocks": [_clock(procedure, clock) for clock in procedure.clocks],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "code": step.code,
        "zh": step.zh,
        "en": step.en,
        "source": list(step.source),
        "to": step.to,
        "right": step.by.right,
        "of": step.by.of.value,
        "hands_over": step.hands_over,
        "joins": step.joins,
        "form": [
            {
                "code": c.name,
                "zh": c.zh,
                "en": c.en,
                "type": c.type.value,
                "required": c.required,
                "personal": c.personal,
                "choices": [{"code": x.code, "zh": x.zh, "en": x.en} for x in c.choices],
            }
            for c in step.form
        ],
    }


def _clock(procedure: Procedure, clock: Clock) -> dict[str, Any]:
    return {
        "code": clock.code,
        "zh": clock.zh,
        "en": clock.en,
        "limit": clock.limit,
        "start": list(clock.start),
        "stop": list(clock.stop),
        "pause": list(clock.pause),
        "resume": list(clock.resume),
        "rules": [version.plain() for version in procedure.rules.versions(clock.limit)],
    }


def event_row(event: Event) -> dict[str, Any]:
    """An event as it was written."""
    names = (
        "number", "verb", "day", "moment", "at", "by", "party", "answers", "about", "unit",
        "assignee",
    )  # fmt: skip
    return {"case": event.case_id, **{name: getattr(event, name) for name in names}}


def case_facts(actor: Actor, case: Case, language: str) -> dict[str, Any]:
    """A case with its timeline, clocks, linked cases, and what the actor may do now."""
    procedure, now = catalogue.known(case.procedure), timezone.localtime()
    events = queries.timeline(case, language)
    return {
        **queries.case_row(case),
        "timeline": [
            {**e, "case": case.pk, "personal": [p["name"] for p in e["personal"]]} for e in events
        ],
        "clocks": [queries.clock_row(c, procedure, now) for c in queries.clocks(case)],
        "links": queries.links(actor, case),
        "steps": [
            step.code for step in queries.steps_open(actor, procedure, queries.standing(case))
        ],
    }
