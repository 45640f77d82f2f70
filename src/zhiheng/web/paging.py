"""Key-set paging: a list page reads one page of rows and never counts what it does not show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

SIZE = 50
_LONGEST = 19
"""Digits that the record's numbers do not reach."""


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the addresses of the first and the next page (empty: there is none)."""

    rows: Sequence[Any]
    first: str
    next: str


def cursor(request: HttpRequest, name: str = "after") -> str | None:
    """Where the previous page ended, as its address says."""
    return request.GET.get(name) or None


def plain_number(text: str | None) -> int | None:
    """The row number that a text says in plain digits, None where it says none."""
    plain = text is not None and text.isascii() and text.isdecimal() and len(text) < _LONGEST
    return int(text) if text is not None and plain else None


def page(
    request: HttpRequest,
    rows: Sequence[Any],
    last: str,
    size: int = SIZE,
    name: str = "after",
    *,
    more: bool = False,
) -> Page:
    """One page out of up to ``size + 1`` rows that were read.

    Args:
        rows: the rows read from the cursor on; one more than ``size`` says there are more.
        last: cursor text of the last row that will be shown.
        name: query parameter that carries the cursor.
        more: there are more, although no row beyond ``size`` was read.
    """
    parameters = request.GET.copy()
    began = parameters.pop(name, None)
    first = f"?{parameters.urlencode()}" if began else ""
    following = ""
    if more or len(rows) > size:
        parameters[name] = last
        following = f"?{parameters.urlencode()}"
    return Page(rows[:size], first, following)
