"""Template tags of every room's pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from zhiheng.documents.signs import verdict_word
from zhiheng.web.language import in_language
from zhiheng.web.marks import verdict_shape

register = template.Library()


@register.simple_tag
def verdict(code: str, size: str = "", count: int | None = None) -> SafeString:
    """A verdict as shape, colour and word; with a count where several are meant."""
    return format_html(
        '<span class="verdict verdict-{} {}">{}{}{}</span>',
        code,
        size,
        mark_safe(verdict_shape(code)),
        verdict_word(code),
        "" if count is None else format_html(' <span class="count">{}</span>', count),
    )


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


@register.filter
def in_a_line(pairs: Iterable[tuple[str, str]]) -> SafeString:
    """Titles with their values, one behind the other."""
    between = mark_safe('<span aria-hidden="true"> · </span>')
    one = '<span class="pair"><span class="note">{}</span> {}</span>'
    return format_html_join(between, one, pairs)
