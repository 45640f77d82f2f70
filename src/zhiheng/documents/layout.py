"""The measures of official documents, GB/T 9704-2012. Millimetres and points."""

from __future__ import annotations

TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
"""Margins of an A4 page, mm; they leave a text block of 156 × 225."""

TEXT_WIDTH = 156.0
TURNED_WIDTH = 225.0
"""Width of the text block on a page that lies on its side, mm."""

CHARACTERS, LINES = 28, 22
LINE_PITCH = 28.95
"""Points from line to line: 22 of them fill the text block."""

TITLE_SIZE, BODY_SIZE, NUMBER_SIZE = 22.0, 16.0, 14.0
"""2号 for the title, 3号 for the text, 4号 for page numbers; points."""

ENTRY_SIZE = 12.0
FOOTER_GAP = 7.0
"""Millimetres from the text block to the page number."""

RULE_GAP = 4.0
"""Millimetres from the document's number to the red line."""

DATE_INDENT = 4
"""Characters that the date stands in from the right."""


def cell_size(columns: int) -> float:
    """Points for the cells of a table: 小四, 五号 or 小五, the more columns the smaller."""
    return 12.0 if columns <= 5 else 10.5 if columns <= 10 else 9.0


def issuer_indent(issuer: str, day: str) -> float:
    """Characters the issuer stands in from the right so that it is centred over the date."""

    def width(text: str) -> float:
        return sum(0.5 if character.isascii() else 1.0 for character in text)

    return max(0.0, DATE_INDENT + (width(day) - width(issuer)) / 2)
