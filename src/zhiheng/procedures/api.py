"""The API of procedures: declarations, working lists, cases, and acting on them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from zhiheng.office.words import _
from zhiheng.procedures import actions, answers, catalogue, queries, rows, worklists
from zhiheng.rules.errors import UsageError
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, Limit, Number, Text
from zhiheng.web.language import language_code

router = Router(tags=["procedures"])

Which = Literal["mine", "unit", "overdue", "week", "all"]


@router.get("/procedures", auth=SIGNED_IN, response=list[answers.ProcedureSaid])
def procedures(request: HttpRequest) -> Any:
    """全部程序 / The procedures"""
    return [rows.procedure_row(procedure) for procedure in catalogue.ALL.values()]


@router.get("/procedures/{code}", auth=SIGNED_IN, response=answers.ProcedureFacts)
def procedure(request: HttpRequest, code: Text) -> Any:
    """一项程序的状态、步骤和期限 / What a procedure declares"""
    return rows.procedure_facts(catalogue.known(code))


@router.get("/cases", auth=SIGNED_IN, response=answers.CasesSaid)
def cases(
    request: HttpRequest,
    list: Which = "all",
    procedure: Text | None = None,
    after: answers.Place | None = None,
    limit: Limit = 50,
) -> Any:
    """一张工作清单 / A working list: mine, my unit's, overdue, due this week, or all"""
    place = read_place(after) if after else None
    found = worklists.worklist(
        actor_of(request), list, procedure=procedure, after=place, limit=limit + 1
    )
    shown = found[:limit]
    return {
        "items": [queries.case_row(case) for case in shown],
        "next": place_of(shown[-1]) if len(found) > limit else None,
    }


def place_of(case: Any) -> str:
    """Where a page ends that ends with this case."""
    return f"{case.due_on.isoformat()}.{case.pk}"


def read_place(text: str) -> worklists.Place:
    """Raises UsageError for what no page ends with."""
    day, _dot, number = text.partition(".")
    try:
        if not (number.isascii() and number.isdecimal() and int(number) < 2**63):
            raise ValueError(number)
        return date.fromisoformat(day), int(number)
    except ValueError:
        raise UsageError(
            "page.unreadable", _("“{text}”不是页码。", text=text), _("请从第一页开始。")
        ) from None


@router.post("/cases", auth=SIGNED_IN, response={201: answers.CaseSaid})
def open_case(request: HttpRequest, given: answers.CaseGiven) -> Any:
    """登记一案 / Open a case"""
    case = actions.open_case(
        actor_of(request),
        given.procedure,
        given.answers,
        region=given.region,
        unit=given.unit,
        title=given.title,
        day=given.day,
        moment=given.moment,
        key=given.key,
    )
    return Status(201, queries.case_row(case))


@router.get("/cases/{number}", auth=SIGNED_IN, response=answers.CaseFacts)
def case(request: HttpRequest, number: Number) -> Any:
    """一案的经过、期限和可办步骤 / One case with its timeline"""
    actor = actor_of(request)
    return rows.case_facts(actor, queries.case(actor, number), language_code())


@router.post("/cases/{number}/steps", auth=SIGNED_IN, response={201: answers.EventSaid})
def take_step(request: HttpRequest, number: Number, given: answers.StepGiven) -> Any:
    """办理一步 / Take a step

    带 key 的请求可以重发，只办一次；带 seen 时，案件在此之后有变动即返回 409。
    A request with a key may be sent again and acts once; with seen, a case that went on since
    is a conflict.
    """
    event = actions.take_step(
        actor_of(request),
        number,
        given.step,
        given.answers,
        day=given.day,
        moment=given.moment,
        seen=given.seen,
        key=given.key,
        party=given.party,
        into=given.into,
    )
    return Status(201, rows.event_row(event))


@router.post("/cases/{number}/assignee", auth=SIGNED_IN, response={201: answers.EventSaid})
def assign(request: HttpRequest, number: Number, given: answers.AssigneeGiven) -> Any:
    """确定承办人 / Put a person in charge"""
    event = actions.assign(actor_of(request), number, given.username)
    return Status(201, rows.event_row(event))


@router.post(
    "/cases/{number}/events/{event}/correction",
    auth=SIGNED_IN,
    response={201: answers.EventSaid},
)
def correct(
    request: HttpRequest, number: Number, event: Number, given: answers.CorrectionGiven
) -> Any:
    """以新的事件更正办错的一步 / Correct a wrong step by a new event"""
    made = actions.correct(
        actor_of(request),
        number,
        event,
        given.reason,
        answers=given.answers,
        day=given.day,
        moment=given.moment,
        void=given.void,
        key=given.key,
    )
    return Status(201, rows.event_row(made))
