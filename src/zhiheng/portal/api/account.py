"""The API of one's own account: notices, access tokens, where it is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhiheng.office import accounts, actions, notices, queries, sessions
from zhiheng.office.models import User
from zhiheng.portal import answers
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import BROWSER, SIGNED_IN, After, Limit, Number, Page, page

router = Router(tags=["office"])


@router.get("/notices", auth=SIGNED_IN, response=Page[answers.NoticeSaid])
def listed_notices(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """给本单位的通知，从新到旧 / What the party was told, newest first"""
    found = notices.notices(actor_of(request))
    if after is not None:
        found = found.filter(id__lt=after)
    rows = [
        {"notice": each.id, "at": each.at, "text": notices.text_of(each), "link": each.link}
        for each in found[: limit + 1]
    ]
    return page(rows, limit, lambda row: row["notice"])


@router.get("/tokens", auth=SIGNED_IN, response=Page[answers.TokenSaid])
def tokens(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """本账号的访问令牌，从新到旧 / The account's access tokens, newest first"""
    actor = actor_of(request)
    found = queries.tokens(actor).filter(user=actor.user_id)
    if after is not None:
        found = found.filter(id__lt=after)
    rows = [queries.token_row(token) for token in found[: limit + 1]]
    return page(rows, limit, lambda row: row["token"])


@router.post("/tokens", auth=BROWSER, response={201: answers.TokenMade})
def make_token(request: HttpRequest, given: answers.TokenGiven) -> Any:
    """为本账号生成访问令牌，只显示这一次 / Make a token, shown this once

    须在浏览器登录：令牌不能再生成令牌。
    Needs a signed-in browser: a token makes no further ones.
    """
    token, secret = actions.add_token(actor_of(request), _person(request), given.name, given.days)
    return Status(201, {**queries.token_row(token), "secret": secret})


@router.post("/tokens/{number}/revocation", auth=SIGNED_IN, response=answers.TokenSaid)
def revoke_token(request: HttpRequest, number: Number) -> Any:
    """立即废止一个令牌 / End a token at once"""
    return queries.token_row(actions.revoke_token(actor_of(request), number))


@router.get("/sessions", auth=SIGNED_IN, response=list[answers.SessionSaid])
def signed_in_browsers(request: HttpRequest) -> Any:
    """本账号在哪些浏览器登录 / Browsers in which the account is signed in"""
    own = sessions.digest(request.session.session_key or "")
    return [
        {
            "started_at": each.started_at,
            "seen_at": each.seen_at,
            "address": each.address,
            "agent": each.agent,
            "this_one": each.digest == own,
        }
        for each in sessions.standing(_person(request))
    ]


@router.post("/sessions/ending", auth=SIGNED_IN, response=answers.SessionsEnded)
def sign_out_everywhere(request: HttpRequest) -> Any:
    """在所有浏览器退出 / Sign out everywhere"""
    return {"ended": accounts.sign_out_everywhere(_person(request))}


def _person(request: HttpRequest) -> User:
    person = actor_of(request).user_id
    assert person is not None
    return User.objects.get(pk=person)
