"""What stands before every view: how much may be sent, and how often one may ask."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhiheng.office import dated_values
from zhiheng.office.clients import address_of
from zhiheng.office.configuration import configuration
from zhiheng.office.home import current
from zhiheng.office.queries import live_token
from zhiheng.office.words import _
from zhiheng.rules.errors import LimitError
from zhiheng.web import counters
from zhiheng.web.access import actor_of
from zhiheng.web.errors import page, refusal

SIGN_IN = ("/sign-in", "/claim", "/api/v1/claims")
API = "/api/"
MULTIPART = "multipart/form-data"
COMPLAINTS, FOLLOW = "/complaints", "/complaints/follow"
MOST_OF_STRANGERS = 64 * 2**10
"""Bytes that somebody who is not signed in may send: a sign-in form has a few hundred."""


class Gate:
    """Refuses what is too big before it is read, and who asks too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = too_big(request) or too_often(request)
        return refused or self._get_response(request)


def _token(request: HttpRequest) -> int | None:
    """The number of the live token that the request bears; one made up counts for nothing."""
    scheme, _blank, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return live_token(secret.strip()) if scheme.lower() == "bearer" else None


def too_big(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a body that is larger than this person may send, else None.

    It looks at the length that was announced; no server here reads beyond it.
    """
    announced = request.META.get("CONTENT_LENGTH") or "0"
    length = int(announced) if announced.isdecimal() else 0
    if request.path == COMPLAINTS:
        most = dated_values.today("upload.complaint_bytes")
    elif length <= MOST_OF_STRANGERS:
        return None
    else:
        known = actor_of(request).user_id is not None or _token(request) is not None
        most = dated_values.today("upload.most_bytes") if known else MOST_OF_STRANGERS
    if length <= most:
        return None
    return page(
        request,
        413,
        _("提交的内容太大"),
        _("这次提交有 {length} 字节。", length=length),
        _("最多 {most} 字节；更大的文件请拆开，或请管理员用命令导入。", most=most),
        "request.size",
    )


def too_often(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a request beyond what its rule allows, else None."""
    rule = rule_of(request)
    home = current()
    if rule is None or configuration(home).rate_limits == "off":
        return None
    allowed = dated_values.today(f"rate.{rule}")
    now, seconds = time.time(), allowed["seconds"]
    times = counters.count(home.path, f"{rule}|{_who(request, rule)}", seconds, now)
    if times <= allowed["times"]:
        return None
    wait = counters.left(seconds, now)
    said = _("{seconds} 秒内最多 {times} 次。", seconds=seconds, times=allowed["times"])
    fix = _("请在 {wait} 秒后再试。", wait=wait)
    return refusal(request, LimitError("request.often", said, fix, retry_after=wait))


def rule_of(request: HttpRequest) -> str | None:
    """Which rate this request counts under; None for plain pages."""
    path = request.path
    if path.startswith(SIGN_IN) and (request.method == "POST" or path.startswith("/sign-in/city")):
        return "sign_in"
    if request.method == "POST" and path in {COMPLAINTS, FOLLOW}:
        return "receipt" if path == FOLLOW else "complaint"
    if request.method == "POST" and request.content_type == MULTIPART:
        return "upload"
    if request.GET.get("q"):
        return "search"
    return "api" if path.startswith(API) else None


def _who(request: HttpRequest, rule: str) -> str:
    """The account, the token, or the address that is counted."""
    if rule not in {"sign_in", "receipt", "complaint"}:
        if (user := actor_of(request).user_id) is not None:
            return f"user {user}"
        if (token := _token(request)) is not None:
            return f"token {token} {address_of(request)}"
    return f"address {address_of(request)}"
