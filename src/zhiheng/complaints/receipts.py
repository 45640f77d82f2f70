"""The receipt: a number that names a submission and a secret that lets its sender follow it.

Whoever asks with a wrong number is told the same, after the same work, as with a wrong secret, so
that numbers cannot be found out by trying.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which people mistake for one another on a phone call."""
_SECRET = 12
_TAIL = 6
_NOBODY = "0" * 64


def new_number(day: date) -> str:
    """A receipt number, e.g. ``20260318-7KQ2MP``: the day, and a tail that cannot be guessed."""
    return f"{day:%Y%m%d}-{_draw(_TAIL)}"


def new_secret() -> str:
    """A secret of some 59 random bits in groups of four, as people read it out."""
    text = _draw(_SECRET)
    return "-".join(text[at : at + 4] for at in range(0, _SECRET, 4))


def normal(text: str) -> str:
    """What was typed, without blanks, dashes and case."""
    return "".join(letter for letter in text.upper() if letter in _ALPHABET)


def digest(secret: str) -> str:
    """What is kept of a secret.

    Its 59 random bits cannot be tried out, so a plain hash protects them as a slow one would.
    """
    return hashlib.sha256(normal(secret).encode()).hexdigest()


def fits(secret: str, kept: str | None) -> bool:
    """Whether a secret is the one kept; ``None`` for a number that does not exist.

    One hash and one comparison in constant time either way.
    """
    return hmac.compare_digest(digest(secret), kept or _NOBODY) and kept is not None


def _draw(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _letter in range(length))
