"""Periods in words, for headings; tables keep the short form."""

from __future__ import annotations

import re

from zhiheng.office.words import _


def period_words(period: str) -> str:
    """``2026Q3`` as people say it; a year, a month and anything else likewise or as it is."""
    if found := re.fullmatch(r"(\d{4})Q([1-4])", period):
        year, quarter = found.groups()
        ordinal = (_("一"), _("二"), _("三"), _("四"))[int(quarter) - 1]
        return _("{year}年第{ordinal}季度", year=year, ordinal=ordinal)
    if found := re.fullmatch(r"(\d{4})-(\d{2})", period):
        return _("{year}年{month}月", year=found[1], month=int(found[2]))
    return _("{year}年", year=period) if re.fullmatch(r"\d{4}", period) else period
