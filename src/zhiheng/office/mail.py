"""Letters by e-mail, as the home's settings say: SMTP, files in the folder ``mail``, terminal."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from django.core.mail import EmailMessage, get_connection

from zhiheng.office.configuration import Mail, configuration
from zhiheng.office.home import current

BACKENDS = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "folder": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}
SECONDS_TO_ANSWER = 10


def send(to: str, subject: str, text: str) -> bool:
    """Send one letter; False where the mail server did not take it, which the log says."""
    settings = configuration(current()).mail
    connection = get_connection(BACKENDS[settings.by], **_options(settings))
    letter = EmailMessage(subject, text, settings.sender, [to], connection=connection)
    try:
        return bool(letter.send())
    except (OSError, smtplib.SMTPException):
        logging.getLogger("zhiheng.mail").exception("a letter could not be sent")
        return False


def _options(settings: Mail) -> dict[str, Any]:
    if settings.by == "folder":
        return {"file_path": str(current().path / "mail")}
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
