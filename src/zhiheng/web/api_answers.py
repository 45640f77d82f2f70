"""What every answer of the API has in common, whoever made it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from zhiheng.office.words import _
from zhiheng.web.problems import MEDIA_TYPE, is_api, problem


class ApiAnswers:
    """Bodies for refusals that have none, entity tags for what everybody may read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not is_api(request):
            return response
        if response.status_code >= 400:
            return _with_body(request, response)
        if _for_somebody(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        return _tagged(request, response)


def _with_body(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    status = response.status_code
    said = {
        405: _("此地址不接受 {method}。", method=request.method),
        429: _("请求过于频繁。"),
    }.get(status, response.reason_phrase)
    made = problem(request, status, f"http.{status}", said)
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            made.headers[name] = response.headers[name]
    return made


def _for_somebody(request: HttpRequest) -> bool:
    """Whether the answer was made for an account."""
    actor = getattr(request, "actor", None)
    return "Authorization" in request.headers or (actor is not None and actor.user_id is not None)


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With its entity tag; without its body where the reader has it already."""
    if request.method != "GET" or response.status_code != 200 or response.streaming:
        return response
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", "public, no-cache")
    patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
    return get_conditional_response(request, etag=tag, response=response) or response
