"""Who the session's account is."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from zhiheng.office.compiled import compiled, first
from zhiheng.office.models import User


class Accounts(ModelBackend):
    """Accounts of the office, each with its party."""

    def get_user(self, user_id: int) -> User | None:
        user = first(_with_party(number=int(user_id)))
        return user if user is not None and self.user_can_authenticate(user) else None


@compiled
def _with_party(*, number: int) -> QuerySet[User]:
    return User.objects.select_related("party").filter(id=number)
