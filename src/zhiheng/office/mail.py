"""Letters by e-mail, as the home's settings say: SMTP, files in the folder ``mail``, terminal."""

from __future__ import annotations

import hashlib
import logging
import smtplib
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage, get_connection

from zhiheng.office.configuration import Mail, configuration
from zhiheng.office.home import current
from zhiheng.office.mail_folder import file_of

BACKENDS = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "folder": "zhiheng.office.mail_folder.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}
SECONDS_TO_ANSWER = 10


def send(to: str, subject: str, text: str, *, reference: str = "") -> bool:
    """Send one letter; False where the mail server did not take it, which the log says.

    ``reference`` says which letter it is, and of no other home's: the same one always has the
    same Message-ID, by which it is known again if it was handed in twice.
    """
    settings = configuration(current()).mail
    connection = get_connection(BACKENDS[settings.by], **_options(settings))
    headers = {"Message-ID": _message_id(reference, settings.sender)} if reference else {}
    letter = EmailMessage(
        subject, text, settings.sender, [to], connection=connection, headers=headers
    )
    try:
        return bool(letter.send())
    except (OSError, smtplib.SMTPException):
        logging.getLogger("zhiheng.mail").exception("a letter could not be sent")
        return False


def forget(reference: str) -> None:
    """Remove the letter from the home's folder, where it went there."""
    settings = configuration(current()).mail
    if settings.by == "folder":
        file_of(folder(), _message_id(reference, settings.sender)).unlink(missing_ok=True)


def folder() -> Path:
    """Where letters go in a home without a mail server."""
    return current().path / "mail"


def _message_id(reference: str, sender: str) -> str:
    digest = hashlib.sha256(reference.encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2].rstrip('>') or 'zhiheng'}>"


def _options(settings: Mail) -> dict[str, Any]:
    if settings.by == "folder":
        return {"file_path": str(folder())}
    if settings.by == "console":
        return {}
    return {
        "host": settings.host,
        "port": settings.port,
        "username": settings.user,
        "password": settings.password,
        "use_tls": settings.encryption == "starttls",
        "use_ssl": settings.encryption == "tls",
        "timeout": SECONDS_TO_ANSWER,
    }
