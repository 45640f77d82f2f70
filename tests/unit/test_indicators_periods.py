"""Years, quarters and months as text, numbers and days."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.indicators.periods import Period, month_number
from zhiheng.rules.errors import UsageError


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_and_written_alike(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first, period.last, str(period)) == (first, last, text)
    assert all(Period.of_month(period.type, month) == period for month in period.months)
    assert month_number(first) == period.months[0]


@pytest.mark.parametrize("text", ["", "26", "2026Q5", "2026-13", "2026-9", "2026年", "3026"])
def test_anything_else_is_refused_with_the_accepted_forms(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        Period.parse(text)
    assert refused.value.code == "period.unreadable"
    assert "2026Q3" in refused.value.fix
