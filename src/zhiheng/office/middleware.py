"""Gives every request its actor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from zhiheng.office.actors import Actor
from zhiheng.office.queries import actor_of


class ActorMiddleware:
    """Sets ``request.actor``: the signed-in person's, else the public's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        request.actor = actor_of(request.user) if signed_in else Actor.public()  # type: ignore
        return self._get_response(request)
