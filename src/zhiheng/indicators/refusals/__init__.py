"""What the mathematics refuses, said in the reader's language with what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from zhiheng.indicators.refusals import composites, desk, path_models
from zhiheng.methods.errors import MethodError
from zhiheng.rules.errors import ContentError, ZhihengError

_TOPICS = (path_models, composites, desk)


def said(
    error: MethodError,
    refusal: type[ZhihengError] = ContentError,
    about: Callable[[str], str] = str,
    fix: str = "",
) -> ZhihengError:
    """The refusal in words, under the same code.

    Args:
        about: what could not be done, around the reason. ``fix``: where the code has none.
    """
    found = (topic.words(error) for topic in _TOPICS)
    message, known = next(filter(None, found), (error.message, ""))
    return refusal(error.code, about(message), known or fix)
