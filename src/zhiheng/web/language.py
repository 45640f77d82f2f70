"""The language of the page being made."""

from __future__ import annotations

from django.utils.translation import get_language


def is_english() -> bool:
    return (get_language() or "").startswith("en")


def language_code() -> str:
    """``zh`` or ``en``, as declarations name their titles."""
    return "en" if is_english() else "zh"


def in_language(chinese: str, english: str) -> str:
    """The name to show: English on an English page where there is one, else Chinese."""
    return english if english and is_english() else chinese
