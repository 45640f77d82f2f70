"""Errors of the mathematics: what value came in, and what is allowed."""

from __future__ import annotations


class MethodError(ValueError):
    """A value that a method cannot work with.

    Args:
        code: stable identifier, lower case with dots, e.g. ``"interval.level"``. Rooms above
            translate by it; documentation and tests rely on it.
        message: what is wrong, naming the value and what is allowed.
        values: what the message names, for those who say it in another language.
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values
