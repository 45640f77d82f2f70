"""Pieces of HTML that a page repeats by the hundred: tables, options, labels.

A list of fifty rows has three hundred cells and more. The template engine takes ten times as long
to write them, and most of the time of a list page went there. Texts are escaped here as templates
do it; only a `SafeString` goes through as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        classes: of its cells; a column of numbers (``num``) has its title at the right too.
        heads: its cells name their rows.
        says: its title on a phone, where rows become cards, if not the same.
    """

    title: str
    classes: str = ""
    heads: bool = False
    says: str = ""


def text(value: Any) -> str:
    """Any value as it may stand in a page; nothing for None."""
    if value is None:
        return ""
    said = str(value)
    # Most texts are one word of letters or a number, where there is nothing to escape.
    return said if isinstance(value, SafeString) or said.isalnum() else escape(said)


def moment(at: datetime, *, seconds: bool = False) -> str:
    """A moment by the clock of this place."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def shortened(value: str, most: int) -> str:
    """The text, with a sign that there is more where it is longer than ``most``."""
    return value if len(value) <= most else f"{value[: most - 1]}…"


def filled(pattern: str, *values: Any) -> SafeString:
    """The values, escaped, in the places ``{}`` of a piece of HTML."""
    return SafeString(pattern.format(*map(text, values)))


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], gone: Collection[int] = ()
) -> SafeString:
    """A table whose rows become cards on a phone.

    Args:
        rows: the cells of each row, one a column.
        gone: numbers of the rows, from 0, that hold no more and are shown so.
    """
    begins = [_begin(column) for column in columns]
    ends = ["</th>" if column.heads else "</td>" for column in columns]
    heads = "".join(
        f'<th scope="col"{_class("num" if "num" in column.classes.split() else "")}>'
        f"{text(column.title)}</th>"
        for column in columns
    )
    parts = [f'<div class="scroll"><table class="stack"><thead><tr>{heads}</tr></thead>\n<tbody>']
    for number, cells in enumerate(rows):
        parts.append('<tr class="gone">' if number in gone else "<tr>")
        for begin, cell, end in zip(begins, cells, ends, strict=True):
            parts += (begin, text(cell), end)
        parts.append("</tr>\n")
    return SafeString("".join([*parts, "</tbody></table></div>"]))


def _begin(column: Column) -> str:
    if column.heads:
        return f'<th scope="row"{_class(column.classes)}>'
    return f'<td{_class(column.classes)} data-label="{escape(column.says or column.title)}">'


def _class(names: str) -> str:
    return f' class="{names}"' if names else ""


def link(address: str, said: Any) -> SafeString:
    """A link to a page of ours."""
    return filled('<a href="{}">{}</a>', address, said)


def tag(said: str, tone: str = "") -> SafeString:
    """A short word in a box; ``tone`` is good, warn, bad or nothing."""
    return filled('<span class="tag{}">{}</span>', f" {tone}" if tone else "", said)


def options(offered: Iterable[tuple[str, str]], chosen: str | None = None) -> SafeString:
    """What a select offers: (value, title)."""
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
            f"{escape(title)}</option>"
            for value, title in offered
        )
    )


def pairs(said: Iterable[tuple[str, str]]) -> SafeString:
    """Titles with their values, one behind the other."""
    between = '<span aria-hidden="true"> · </span>'
    return SafeString(
        between.join(
            f'<span class="pair"><span class="note">{text(title)}</span> {text(value)}</span>'
            for title, value in said
        )
    )
