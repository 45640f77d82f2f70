"""The second factor: time-based one-time passwords (RFC 6238), and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import secrets
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken

STEP = 30
"""Seconds a code holds (RFC 6238 5.2)."""

DRIFT = 1
"""Steps before and after the present one that are taken, for clocks that disagree."""

_RECOVERY = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """A fresh shared secret of 160 bits in base32 (RFC 4226 R6)."""
    return pyotp.random_base32()


def code_at(secret: str, at: datetime) -> str:
    """The code of six digits that an authenticator shows at that time."""
    return pyotp.TOTP(secret, interval=STEP).at(at)


def accepted_step(secret: str, code: str, at: datetime, last_used: int) -> int | None:
    """The time step whose code was given, None if it is no code of now or was used before."""
    typed = code.replace(" ", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return None
    present = int(at.timestamp()) // STEP
    counter = pyotp.HOTP(secret)
    for step in range(max(0, present - DRIFT), present + DRIFT + 1):
        if hmac.compare_digest(counter.at(step), typed) and step > last_used:
            return step
    return None


def address_of(secret: str, username: str, issuer: str) -> str:
    """The ``otpauth://`` address that an authenticator scans."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=username, issuer_name=issuer)


def picture(address: str) -> str:
    """The address as a QR code: an inline SVG without any style, black on white."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, scale=5, light="#fff", svgclass="qr"
    )
    return out.getvalue().decode()


def seal(secret: str, key: str) -> str:
    """The secret as the record keeps it: encrypted under the home's own key."""
    return _box(key).encrypt(secret.encode()).decode()


def unseal(sealed: str, key: str) -> str | None:
    """The secret; None where it was sealed under another home's key."""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box(key: str) -> Fernet:
    digest = hashlib.sha256(f"zhiheng second factor|{key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def recovery_codes(count: int) -> list[str]:
    """Fresh one-time codes of about 50 bits, to be written down."""
    return [
        "-".join("".join(secrets.choice(_RECOVERY) for _c in range(5)) for _part in range(2))
        for _code in range(count)
    ]


def recovery_digest(code: str, key: str) -> str:
    """What the record keeps of a recovery code: useless without the home's key."""
    tidy = "".join(c for c in code.casefold() if c in _RECOVERY)
    return hmac.new(key.encode(), f"recovery|{tidy}".encode(), hashlib.sha256).hexdigest()
