"""Gives every request its actor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from zhiheng.office import accounts, sessions
from zhiheng.office.actors import Actor
from zhiheng.office.models import User
from zhiheng.office.queries import actor_of


class ActorMiddleware:
    """Sets ``request.actor``: the signed-in person's, else the public's.

    A session that ended, sat idle or lasted too long is nobody's. Who must first renew a password
    or enrol a second factor (``request.before``, see `accounts.due`) has no right until then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.current(request) is None:
            logout(request)
        actor, before = Actor.public(), ""
        if isinstance(request.user, User):
            actor = actor_of(request.user)
            before = accounts.due(request.user, actor)
        request.actor = replace(actor, rights=frozenset()) if before else actor  # type: ignore
        request.before = before  # type: ignore[attr-defined]
        return self._get_response(request)
