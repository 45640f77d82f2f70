"""Who may open a page: guards that stand before a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from zhiheng.office.actors import Actor

View = Callable[..., HttpResponse]


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
            if rights and not any(actor.can(right) for right in rights):
                actor.require(rights[0])
            return view(request, *args, **kwargs)

        return guarded

    return guard
