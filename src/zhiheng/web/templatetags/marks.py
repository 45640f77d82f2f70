"""Template tags of every room's pages."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zhiheng.office.words import _
from zhiheng.web.language import in_language
from zhiheng.web.marks import verdict_shape

register = template.Library()


def verdict_word(code: str) -> str:
    """The word of a verdict code, as the glossary fixes it."""
    return {
        "met": _("达标"),
        "not_met": _("未达标"),
        "undetermined": _("无法判定"),
        "no_evidence": _("无证据"),
        "not_due": _("未到期"),
        "damaged": _("数字残缺"),
    }[code]


@register.simple_tag
def verdict(code: str, size: str = "", count: int | None = None) -> SafeString:
    """A verdict as shape, colour and word; with a count where several are meant."""
    return format_html(
        '<span class="verdict verdict-{} {}">{}{}{}</span>',
        code,
        size,
        mark_safe(verdict_shape(code)),  # noqa: S308 - fixed shapes of our own
        verdict_word(code),
        "" if count is None else format_html(' <span class="count">{}</span>', count),
    )


@register.filter
def as_json(value: Any) -> str:
    """A value as readable JSON text (escaped by the template like any other text)."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


@register.filter
def named(thing: Any) -> str:
    """The name of a thing in the language of the page: ``zh`` / ``en`` or ``name`` / ``name_en``."""
    if hasattr(thing, "zh"):
        return in_language(thing.zh, thing.en)
    return in_language(thing.name, thing.name_en)
