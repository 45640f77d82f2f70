"""Statements: figures of a period that leave as a whole, by the same two people as releases.

A period's figures are given out once; only after a withdrawal, which readers are told of with its
reason, may it be asked for anew. Readers may have kept what was withdrawn (`taken_back`), and the
room that asks leaves out what the two editions together would tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiheng.evidence.log import head
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.turns import in_turn
from zhiheng.office.words import _
from zhiheng.procedures.actions import open_case
from zhiheng.procedures.models import Case, Event
from zhiheng.publication.models import Statement
from zhiheng.publication.procedures import (
    APPROVE,
    APPROVED,
    RELEASE,
    REQUESTED,
    WITHDRAW,
    WITHDRAWN,
)
from zhiheng.rules.errors import ConflictError


@dataclass(frozen=True)
class Said:
    """A statement that is out, or was: ``payload`` is None where it was withdrawn."""

    period: str
    payload: Mapping[str, Any] | None
    released_on: date
    withdrawn: str
    log_size: int
    root: str


@in_turn
def ask(
    actor: Actor,
    subject: str,
    period: str,
    payload: Mapping[str, Any],
    rules: Sequence[Mapping[str, Any]],
    *,
    title: str,
    region: str,
) -> Statement:
    """Ask that a statement be let out; another person decides, by the steps of its case.

    Raises:
        RightError: the actor may not ask.
        ConflictError: the same period was asked for before, and not refused or withdrawn.
    """
    actor.require("publication.request")
    before = Statement.objects.filter(
        subject=subject, period=period, case__state__in=(REQUESTED, APPROVED)
    ).first()
    if before is not None:
        raise ConflictError(
            "statement.twice",
            _(
                "{period} 的这项统计已提出公布（案件 {case}）。",
                period=period,
                case=before.case_id,
            ),
            _("同一期只公布一次；确有错误的，请先撤回并说明理由。"),
        )
    case = open_case(
        actor, RELEASE.code, {}, region=region, unit=actor.party, title=title, bearer=True
    )
    known = head()
    statement = Statement.objects.create(
        case=case,
        subject=subject,
        period=period,
        payload=dict(payload),
        rules=list(rules),
        log_size=known.size,
        root=known.root,
        requested_by=actor.name,
    )
    said = {"subject": subject, "period": period}
    audit.record(actor, "publication.statement", str(statement.pk), said)
    return statement


def of_case(case: Case) -> Statement | None:
    """The statement that a case decides about."""
    return Statement.objects.filter(case=case).first()


def taken_back(subject: str, period: str) -> list[Mapping[str, Any]]:
    """What readers were told of a period and is withdrawn, the first first."""
    out = Statement.objects.filter(subject=subject, period=period, case__state=WITHDRAWN)
    return [statement.payload for statement in out.order_by("id")]


def released(subject: str) -> list[Said]:
    """What is out about a subject, the newest period first; of one withdrawn its reason.

    Takes no actor: this is what everybody may read.
    """
    found: dict[str, Said] = {}
    out = Statement.objects.filter(subject=subject, case__state__in=(APPROVED, WITHDRAWN))
    for statement in out.select_related("case").order_by("id"):
        events = {e.verb: e for e in Event.objects.filter(case=statement.case)}
        withdrawn = events.get(WITHDRAW) if statement.case.state == WITHDRAWN else None
        found[statement.period] = Said(
            period=statement.period,
            payload=None if withdrawn else statement.payload,
            released_on=events[APPROVE].day,
            withdrawn=str(withdrawn.answers.get("reason", "")) if withdrawn else "",
            log_size=statement.log_size,
            root=statement.root,
        )
    return [found[period] for period in sorted(found, reverse=True)]
