"""Sessions in the record, written only when they say something new."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Skips a save that would write what was written before.

    A sign-in writes its session inside its own transaction; without this the session middleware
    would write it once more, and wait a second time while a big import holds the record.
    """

    _written: dict[str, Any] | None = None

    def save(self, must_create: bool = False) -> None:
        said = copy.deepcopy(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if must_create or said != self._written or self.session_key is None:
            super().save(must_create)
            self._written = said
