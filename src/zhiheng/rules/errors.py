"""The one base of every error that a user may see, and the exit code of each class.

An error says what is wrong and with which value (`message`), what to do next (`fix`), and
carries a stable `code` that documentation, API and tests may rely on.
"""

from __future__ import annotations


class ZhihengError(Exception):
    """Base of all errors that are shown without a traceback.

    Args:
        code: stable identifier, lower case with dots, e.g. ``"uscc.check"``.
        message: what is wrong, naming the value.
        fix: what is allowed and what to do next.
    """

    exit_code = 1

    def __init__(self, code: str, message: str, fix: str = "") -> None:
        super().__init__(message if not fix else f"{message} {fix}")
        self.code = code
        self.message = message
        self.fix = fix


class ContentError(ZhihengError):
    """The input was read and refused for what it says."""

    exit_code = 2


class UsageError(ZhihengError):
    """The call itself is off: an unknown code, a missing file, an impossible option."""

    exit_code = 3


class RightError(ZhihengError):
    """The actor may not do this."""

    exit_code = 4


class ConflictError(ZhihengError):
    """Somebody else is doing, or has done, the same thing."""

    exit_code = 5


class IntegrityError(ZhihengError):
    """What is stored is not what was sealed."""

    exit_code = 6


class LimitError(ZhihengError):
    """Too often in too short a time; ``retry_after`` is in how many seconds to try again."""

    exit_code = 8

    def __init__(self, code: str, message: str, fix: str = "", *, retry_after: int) -> None:
        super().__init__(code, message, fix)
        self.retry_after = retry_after


class MachineError(ZhihengError):
    """The machine cannot go on: its disk is full, its database does not answer."""

    exit_code = 7
