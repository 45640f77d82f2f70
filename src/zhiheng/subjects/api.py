"""The API of subjects: searching, one organisation, the review list and its judgements."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhiheng.subjects import actions, answers, claims, queries
from zhiheng.subjects.models import Judgement
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, After, Limit, Number, Page, Text, page, require_any

router = Router(tags=["subjects"])


@router.get("/organisations", auth=SIGNED_IN, response=Page[answers.OrganisationLine])
def organisations(request: HttpRequest, q: Text = "", after: After = 0, limit: Limit = 50) -> Any:
    """组织：查找，或逐页列出 / Organisations: a search, or all page by page

    q 为代码、名称或别名；查找不分页。
    q is a code, a name or an alias; a search has one page.
    """
    actor = actor_of(request)
    if q.strip():
        return page(queries.search_organisations(actor, q, limit), limit, lambda found: found.id)
    found = queries.organisations(actor, after=after, limit=limit + 1)
    return page(found, limit, lambda one: one.id)


@router.get("/organisations/{number}", auth=SIGNED_IN, response=answers.OrganisationSaid)
def organisation(request: HttpRequest, number: Number) -> Any:
    """一个组织 / One organisation"""
    return queries.organisation(actor_of(request), number)


@router.get("/review", auth=SIGNED_IN, response=Page[answers.ReviewSaid])
def review(request: HttpRequest, after: After = 0, limit: Limit = 20) -> Any:
    """待核对的主体引用 / References that wait for a judgement"""
    actor = require_any(request, "subjects.review")
    found = queries.review_list(actor, limit=limit + 1, after=after)
    return page(found, limit, lambda item: item.id)


@router.post("/review/{reference}", auth=SIGNED_IN, response=answers.DecisionSaid)
def decide(request: HttpRequest, reference: Number, given: answers.DecisionGiven) -> Any:
    """判断一条引用指的是谁 / Judge what a reference names"""
    judged = actions.decide(
        actor_of(request),
        reference,
        given.decision,
        given.organisation,
        given.reason,
        seen=given.seen,
    )
    return _judged(judged)


@router.post("/judgements/{number}/undoing", auth=SIGNED_IN, response=answers.DecisionSaid)
def undo(request: HttpRequest, number: Number, given: answers.UndoGiven) -> Any:
    """撤销一个判断 / Take a judgement back"""
    return _judged(actions.undo(actor_of(request), number, given.reason))


@router.get("/judgements", auth=SIGNED_IN, response=list[answers.RecentSaid])
def judgements(request: HttpRequest, limit: Limit = 20) -> Any:
    """最近的、仍有效的判断 / The last judgements that stand"""
    return queries.recent_judgements(require_any(request, "subjects.review"), limit)


@router.post(
    "/organisations/{number}/claim-codes", auth=SIGNED_IN, response={201: answers.ClaimCodeMade}
)
def issue_claim_code(request: HttpRequest, number: Number, given: answers.ClaimCodeGiven) -> Any:
    """发给企业的认领码：发邮件，或交付打印 / A code for a firm to claim its account

    给出邮箱则发出且不回显；不给则回显一次，供印成信函。先前的认领码作废。
    With an e-mail address it is sent and not shown; without, shown once for a printed letter.
    """
    made = claims.issue(actor_of(request), number, given.email)
    return Status(
        201,
        {
            "number": made.number,
            "organisation": made.organisation,
            "expires_at": made.expires_at,
            "sent": made.sent,
            "code": made.code if given.email is None else None,
        },
    )


@router.post("/claims", response={201: answers.Claimed})
def claim(request: HttpRequest, given: answers.ClaimGiven) -> Any:
    """凭认领码开通企业账号 / Open a firm's account with its code"""
    user = claims.claim(
        given.number, given.code, given.username, given.name, given.password, given.email
    )
    return Status(201, {"account": user.username, "party": user.party.key})


def _judged(judgement: Judgement) -> dict[str, Any]:
    return {
        "judgement": judgement.pk,
        "reference": judgement.reference_id,
        "decision": judgement.decision,
        "organisation": judgement.organisation_id,
    }
