"""Who may open a page: guards that stand before a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from zhiheng.office.accounts import PASSWORD, SECOND_FACTOR
from zhiheng.office.actors import Actor

View = Callable[..., HttpResponse]

BEFORE = {PASSWORD: "/account/password", SECOND_FACTOR: "/account/second-factor"}
"""Where people go who must first renew a password or enrol a second factor."""


def signed_in(view: View) -> View:
    """Lets any signed-in person in, also one who must first put the account in order."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).user_id is None:
            return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.path)}")
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware found out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def staff(*rights: str) -> Callable[[View], View]:
    """Lets signed-in people in who hold any one of ``rights`` (all of them where none is named).

    Others are sent to sign in first, or told which right is missing.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if actor.user_id is None:
                return HttpResponseRedirect(
                    f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"
                )
            before: str = request.before  # type: ignore[attr-defined]
            if before:
                return HttpResponseRedirect(f"{BEFORE[before]}?next={quote(request.path)}")
            if rights and not any(actor.can(right) for right in rights):
                actor.require(rights[0])
            return view(request, *args, **kwargs)

        return guarded

    return guard
