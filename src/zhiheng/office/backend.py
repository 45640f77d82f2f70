"""Who the session's account is: read at every request, so without the framework's query maker."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from zhiheng.office.models import Party, User

_USER = "SELECT * FROM office_user WHERE id = %s"
_PARTY = "SELECT * FROM office_party WHERE id = %s"


class Accounts(ModelBackend):
    """Accounts of the office, each with its party."""

    def get_user(self, user_id: int) -> User | None:
        for user in User.objects.raw(_USER, [user_id]):
            if not self.user_can_authenticate(user):
                return None
            user.party = Party.objects.raw(_PARTY, [user.party_id])[0]
            return user
        return None
