"""Access tokens of one's own account: make one for a program, revoke it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from zhiheng.office import actions, queries
from zhiheng.office.models import User
from zhiheng.office.words import _
from zhiheng.rules.errors import ZhihengError
from zhiheng.web.access import actor_of, staff

DAYS = 90
SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def tokens(request: HttpRequest) -> HttpResponse:
    """The account's tokens; a POST makes one, whose secret is shown this once."""
    error: ZhihengError | None = None
    secret = ""
    if request.method == "POST":
        try:
            secret = _made(request)
        except ZhihengError as refused:
            error = refused
    own = queries.tokens(actor_of(request)).filter(user=actor_of(request).user_id)[:SHOWN]
    words = {
        "rows": [queries.token_row(token) for token in own],
        "secret": secret,
        "error": error,
        "days": DAYS,
        "most": actions.LONGEST_TOKEN,
        "posted": request.POST,
    }
    return render(request, "portal/tokens.html", words, status=422 if error else 200)


def _made(request: HttpRequest) -> str:
    assert isinstance(request.user, User)
    days = request.POST.get("days", "")
    number = int(days) if days.isdecimal() and len(days) < 6 else 0
    name = request.POST.get("name", "")
    _token, secret = actions.add_token(actor_of(request), request.user, name, number)
    return secret


@require_POST
@staff()
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """End a token at once."""
    actions.revoke_token(actor_of(request), number)
    messages.success(request, _("令牌已废止。"))
    return HttpResponseRedirect("/account/tokens")
