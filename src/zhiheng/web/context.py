"""What every page template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from zhiheng.web.language import is_english
from zhiheng.web.places import place_name


def shared(request: HttpRequest) -> dict[str, Any]:
    """The actor, the place this home speaks of, and whether the page is in English."""
    return {
        "actor": getattr(request, "actor", None),
        "place": SimpleLazyObject(place_name),
        "english": is_english(),
    }
