"""What a password must be like, when it is due for renewal, and one made by the machine."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiheng.office.words import _

_GROUPS, _LETTERS = 4, 4


@dataclass(frozen=True)
class Policy:
    """The dated values of the password rules (``rules.yaml``)."""

    length: int
    classes: int
    history: int
    days: int


def faults(password: str, username: str, policy: Policy) -> list[str]:
    """Everything that is wrong with a new password, in words; empty for a good one."""
    found = []
    if len(password) < policy.length:
        found.append(_("口令至少 {length} 个字符。", length=policy.length))
    if len(password) > 128:
        found.append(_("口令最多 128 个字符。"))
    if classes(password) < policy.classes:
        found.append(
            _("口令要用到小写、大写、数字、其他字符中的至少 {classes} 类。", classes=policy.classes)
        )
    if len(username) >= 3 and username.casefold() in password.casefold():
        found.append(_("口令不能含有用户名。"))
    if len(set(password)) < 5:
        found.append(_("口令用到的不同字符太少。"))
    return found


def classes(password: str) -> int:
    """How many of lower case, upper case, digits and anything else it uses."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    used = sum(any(c in kind for c in password) for kind in kinds)
    return used + any(c not in "".join(kinds) for c in password)


def due(set_at: datetime | None, now: datetime, policy: Policy) -> bool:
    """Whether a password has been used for so long that it must be renewed."""
    return set_at is not None and now - set_at > timedelta(days=policy.days)


def fresh() -> str:
    """A random password that every policy accepts, in groups that can be read out.

    Letters and digits that look alike are left out: about 85 bits.
    """
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    while True:
        groups = [
            "".join(secrets.choice(alphabet) for _letter in range(_LETTERS))
            for _group in range(_GROUPS)
        ]
        password = "-".join(groups)
        if classes(password) == 4:
            return password
