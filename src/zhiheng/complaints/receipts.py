"""The receipt: a number that names a submission and a secret that lets its sender follow it.

Whoever asks with a wrong number is told the same, after the same work, as with a wrong secret, so
that numbers cannot be found out by trying.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which people mistake for one another on a phone call."""
_TAIL, _SECRET, _GROUP = 6, 12, 4
_NOBODY = "0" * 64


@dataclass(frozen=True)
class Receipt:
    """What the sender is given: a number, e.g. ``20260318-7KQ2MP``, and a secret."""

    number: str
    secret: str


def issue(day: date, request: str, key: bytes) -> Receipt:
    """The receipt of one submission: the same one for the same request sent again.

    A phone that lost the answer thus gets the same receipt when it tries again, although only a
    digest of the secret is kept.

    Args:
        request: the 128 random bits or more that a form bears; two submissions never share them.
        key: the home's own secret, without which nobody can work out a receipt from a request.
    """
    drawn = hmac.new(key, f"receipt|{day}|{request}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(drawn, "big")
    letters = []
    for _letter in range(_TAIL + _SECRET):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    secret = "".join(letters[_TAIL:])
    groups = [secret[at : at + _GROUP] for at in range(0, _SECRET, _GROUP)]
    return Receipt(f"{day:%Y%m%d}-{''.join(letters[:_TAIL])}", "-".join(groups))


def normal(text: str) -> str:
    """A secret as typed, without blanks, dashes and case."""
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
