"""An indicator by what somebody typed."""

from __future__ import annotations

from difflib import get_close_matches

from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.indicators import ALL
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


def known_indicator(code: str) -> Indicator:
    """Raises UsageError naming the nearest codes."""
    if code in ALL:
        return ALL[code]
    near = get_close_matches(code, ALL, n=3) or list(ALL)[:3]
    raise UsageError(
        "indicator.unknown",
        _("没有指标“{code}”。", code=code),
        _("相近的有：{near}；全部见 zhiheng indicator list。", near="、".join(near)),
    )
