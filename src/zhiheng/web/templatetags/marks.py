"""Template tags of every room's pages."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString

from zhiheng.web.language import in_language
from zhiheng.web.marks import verdict_mark
from zhiheng.web.periods import period_words
from zhiheng.web.units import unit_word

register = template.Library()
register.filter("period_words", period_words)
register.filter("unit_word", unit_word)


@register.simple_tag
def verdict(code: str, size: str = "", count: int | None = None) -> SafeString:
    """A verdict as shape, colour and word; with a count where several are meant."""
    return verdict_mark(code, size, count)


@register.filter
def as_json(value: Any) -> str:
    """A value as readable JSON text (escaped by the template like any other text)."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@register.filter
def named(thing: Any) -> str:
    """A name in the language of the page, from ``zh`` and ``en`` or ``name`` and ``name_en``."""
    if hasattr(thing, "zh"):
        return in_language(thing.zh, thing.en)
    return in_language(thing.name, thing.name_en)
