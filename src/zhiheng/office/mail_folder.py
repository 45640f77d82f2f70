"""Letters as files in a folder: what a home without a mail server does with them.

A letter that says what it is (its Message-ID) is one file however often it is handed in, so that
a worker killed between writing and noting it writes no second one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone


def file_of(folder: Path, message_id: str) -> Path:
    """The file of a letter that says what it is."""
    return folder / f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.log"


class EmailBackend(BaseEmailBackend):
    """Writes each letter to ``file_path``, whole or not at all."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(**options)
        self._folder = Path(file_path)

    def send_messages(self, letters: Sequence[EmailMessage]) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        for letter in letters:
            self._keep(letter)
        return len(letters)

    def _keep(self, letter: EmailMessage) -> None:
        reference = letter.extra_headers.get("Message-ID")
        now = f"{timezone.localtime():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
        path = file_of(self._folder, reference) if reference else self._folder / f"{now}.log"
        if not path.exists():
            partial = self._folder / f".{path.stem}-{secrets.token_hex(4)}"
            partial.write_bytes(letter.message().as_bytes() + b"\n")
            partial.rename(path)
