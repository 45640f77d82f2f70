"""Sessions in the record, written only when they say something new."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.office.compiled import compiled, first


class SessionStore(db.SessionStore):
    """Skips a save that would write what was written before.

    A sign-in writes its session inside its own transaction; without this the session middleware
    would write it once more, and wait a second time while a big import holds the record.
    """

    _written: dict[str, Any] | None = None

    def _get_session_from_db(self) -> Session | None:
        """The session of this key that has not run out; asked for at every request."""
        found = first(_of_key(key=self.session_key or ""))
        if found is not None and found.expire_date > timezone.now():
            return found
        self._session_key = None
        return None

    def save(self, must_create: bool = False) -> None:
        said = copy.deepcopy(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create or said != self._written or self.session_key is None:
            super().save(must_create)
            self._written = said


@compiled
def _of_key(*, key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)
