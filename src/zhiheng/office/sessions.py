"""Signed-in browsers: when each began, when it was seen last, and how all of them are ended."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from zhiheng.office import dated_values
from zhiheng.office.clients import address_of
from zhiheng.office.compiled import compiled, first
from zhiheng.office.models import User, UserSession

NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last request of a session is known; a finer note would write at every page."""


def digest(key: str) -> str:
    """What the record keeps of a session's key."""
    return hashlib.sha256(key.encode()).hexdigest()


def note_begin(sender: Any, request: HttpRequest, user: User, **_said: Any) -> None:
    """Writes down a session that has just begun (signal ``user_logged_in``)."""
    now = timezone.now()
    UserSession.objects.create(
        user=user,
        digest=digest(request.session.session_key or ""),
        started_at=now,
        seen_at=now,
        address=address_of(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:200],
    )


def standing(user: User) -> QuerySet[UserSession]:
    """The person's sessions that would still be let in, the newest first."""
    began, seen = _limits()
    return UserSession.objects.filter(
        user=user, ended_at=None, started_at__gt=began, seen_at__gt=seen
    ).order_by("-started_at")


def _limits() -> tuple[datetime, datetime]:
    """A session that began before the first, or was seen last before the second, is over."""
    now = timezone.now()
    longest = timedelta(hours=dated_values.today("session.hours"))
    return now - longest, now - dated_values.minutes("session.idle_minutes")


def current(request: HttpRequest) -> UserSession | None:
    """The session of this request, None where it ended, sat idle or lasted too long."""
    if not isinstance(request.user, User):
        return None
    own = digest(request.session.session_key or "")
    began, seen = _limits()
    found = first(_of_browser(key=own, user=request.user.pk))
    if found is None or found.ended_at or found.started_at <= began or found.seen_at <= seen:
        return None
    if timezone.now() - found.seen_at > NOTED_EVERY:
        UserSession.objects.filter(id=found.pk).update(seen_at=timezone.now())
    return found


@compiled
def _of_browser(*, key: str, user: int) -> QuerySet[UserSession]:
    return UserSession.objects.filter(digest=key, user=user)


def end(request: HttpRequest) -> None:
    """The session of this request is let in no more."""
    key = digest(request.session.session_key or "")
    UserSession.objects.filter(digest=key, ended_at=None).update(ended_at=timezone.now())


def end_all(user: User) -> int:
    """None of the person's sessions is let in any more; returns how many stood."""
    count = standing(user).count()
    UserSession.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())
    return count
