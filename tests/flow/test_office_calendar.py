"""The owner loads next year's calendar; limits that were provisional follow it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.working_calendar import load_days, read_days, working_calendar
from zhiheng.rules.errors import ContentError, RightError

NEXT_YEAR = "day,kind,name\n2027-01-01,off,元旦\n2027-01-02,off,元旦\n2027-01-09,work,元旦调休\n"


def table(folder: Path, text: str) -> Path:
    path = folder / "calendar.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_loaded_year_is_no_longer_provisional(home: Home, tmp_path: Path) -> None:
    before = working_calendar().after(date(2026, 12, 31), 6)
    assert before.provisional
    assert before.day == date(2027, 1, 8)
    years = load_days(Actor.system(), read_days(table(tmp_path, NEXT_YEAR)), "示例通知")
    assert years == [2027]
    after = working_calendar().after(date(2026, 12, 31), 6)
    assert not after.provisional
    assert after.day == date(2027, 1, 9)


def test_a_table_with_mistakes_is_refused_with_all_of_them(home: Home, tmp_path: Path) -> None:
    text = "day,kind,name\n2027-01-04,work,\n2027-02-30,off,\n2027-03-06,half,\n"
    with pytest.raises(ContentError) as refused:
        read_days(table(tmp_path, text))
    for said in ("第 2 行", "2027-02-30", "half"):
        assert said in refused.value.message


def test_only_who_manages_the_office_loads_it(home: Home, tmp_path: Path) -> None:
    with pytest.raises(RightError):
        load_days(Actor.public(), read_days(table(tmp_path, NEXT_YEAR)), "示例通知")
