"""Helper processes that recheck rows; whoever starts one talks to it in lines of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Self
from urllib.parse import quote

from django.db import OperationalError, connection


def _place_of_record() -> dict[str, str]:
    """Where the record lies, in the words of its driver."""
    vendor, described = connection.vendor, connection.settings_dict
    if vendor == "sqlite":
        return {"vendor": vendor, "uri": str(described["NAME"])}
    user, password = (quote(str(described[part]), safe="") for part in ("USER", "PASSWORD"))
    host, port = described["HOST"] or "", described["PORT"] or ""
    secret = f":{password}" if password else ""
    address = f"{user}{secret}@{host}" + (f":{port}" if port else "")
    return {"vendor": vendor, "uri": f"postgresql://{address}/{quote(str(described['NAME']))}"}


class Worker:
    """One helper process; it dies with the process that started it.

    Several jobs may be handed over before the first answer is fetched; answers come in order.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zhiheng.evidence.helper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # A key pressed in the terminal is for the process that waits, which ends this one.
            start_new_session=True,
        )
        self.waiting = 0
        self._say(_place_of_record())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failed: object, *_exception: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if failed is not None:
            self._process.kill()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def ask(self, job: dict[str, Any]) -> None:
        self._say(job)
        self.waiting += 1

    def answer(self) -> dict[str, Any]:
        """The answer to the oldest job that has none yet.

        Raises:
            OperationalError: the job failed, or the process is gone.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self.waiting -= 1
        answer: dict[str, Any] = json.loads(line) if line else {"failed": "the helper is gone"}
        if "failed" in answer:
            raise OperationalError(answer["failed"])
        return answer

    def _say(self, words: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise OperationalError("the helper is gone") from error
