"""Units in the language of the page."""

from __future__ import annotations

from zhiheng.office.words import _
from zhiheng.web.language import is_english

COUNTED = frozenset({"个", "项", "家", "件", "次", "批", "户", "人", "所", "条", "台"})
"""Words of measure: English counts things without them."""


def unit_word(unit: str) -> str:
    """The unit as readers of the page write it; one that no language here knows stays as it is."""
    if unit in COUNTED:
        return "" if is_english() else unit
    known = {
        "元": _("元"),
        "万元": _("万元"),
        "亿元": _("亿元"),
        "分": _("分"),
        "点": _("点"),
        "件/万户": _("件/万户"),
    }
    return known.get(unit, unit)
