"""How wide text is, where a Chinese character takes two half-width places."""

from __future__ import annotations

import unicodedata


def display_width(text: str) -> int:
    """Width in half-width characters: a Chinese character or full-width mark counts two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
