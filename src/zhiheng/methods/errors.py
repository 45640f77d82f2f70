"""Errors of the mathematics: what value came in, and what is allowed."""

from __future__ import annotations


class MethodError(ValueError):
    """A value that a method cannot work with.

    Args:
        code: stable identifier, lower case with dots, e.g. ``"interval.level"``. Rooms above
            translate by it; documentation and tests rely on it.
        message: what is wrong, naming the value and what is allowed.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
