"""How passwords are hashed: Argon2id at the declared cost (RFC 9106, ``password.argon2``)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from zhiheng.office import dated_values


class DeclaredArgon2(Argon2PasswordHasher):
    """Argon2id at the cost in force today; a sign-in hashes anew what was kept at another cost."""

    @property
    def memory_cost(self) -> int:  # type: ignore[override]
        """KiB."""
        return _cost("memory_kib")

    @property
    def time_cost(self) -> int:  # type: ignore[override]
        """Rounds over the memory."""
        return _cost("rounds")

    @property
    def parallelism(self) -> int:  # type: ignore[override]
        """Lanes; each would want a processor of its own."""
        return _cost("lanes")


def _cost(name: str) -> int:
    costs: dict[str, Any] = dated_values.today("password.argon2")
    return int(costs[name])
