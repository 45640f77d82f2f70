"""Translation for modules that must also work before, or without, a configured framework."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_translate: Callable[[str], str] | None = None


def _(message: str, /, **values: Any) -> str:
    """The message in the active language (Chinese where nothing is configured), filled in.

    ``_("第 {row} 行", row=3)`` translates the pattern first and fills it after, so that one
    catalogue entry serves every value.
    """
    global _translate
    if _translate is None:
        # Commands without a home never load the framework, which takes longer than they do.
        configuration = sys.modules.get("django.conf")
        if configuration is not None and configuration.settings.configured:
            from django.utils.translation import gettext

            _translate = gettext
    text = message if _translate is None else _translate(message)
    return text.format(**values) if values else text
