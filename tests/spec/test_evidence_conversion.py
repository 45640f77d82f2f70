"""What each type of column accepts, and what stays null (and so becomes a problem)."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from zhiheng.evidence.conversion import convert
from zhiheng.evidence.declaration import Choice, Column, Type

RESULT = Column(
    "result",
    "结论",
    "Result",
    Type.CODE,
    choices=(Choice("pass", "合格", "Pass"), Choice("fail", "不合格", "Fail")),
)

DATES = [
    ("2026-03-05", date(2026, 3, 5)),
    ("2026/3/5", date(2026, 3, 5)),
    ("2026.3.5", date(2026, 3, 5)),
    ("2026年3月5日", date(2026, 3, 5)),
    ("2026年3月5日", date(2026, 3, 5)),
    (" 2026 年 3 月 5 日 ", date(2026, 3, 5)),
    ("20260305", date(2026, 3, 5)),
    ("2026-03-05 00:00:00", date(2026, 3, 5)),
    ("2026-02-30", None),
    ("03/05/2026", None),
    ("46086", None),
    ("0026-03-05", None),
    ("去年", None),
    ("2026-03-0⁵", None),
]
NUMBERS = [
    ("12", 12.0),
    ("12.50", 12.5),
    ("1,234.5", 1234.5),
    ("１２．５", 12.5),
    ("-3", -3.0),
    ("10⁵", None),
    ("①", None),
    ("１½", None),
    ("95%", None),
    ("12万", None),
    ("nan", None),
    ("inf", None),
]
INTEGERS = [("12", 12), ("12.0", 12), ("12.5", None), ("１２", 12), ("十二", None), ("3²", None)]
BOOLEANS = [("是", True), ("否", False), ("TRUE", True), ("n", False), ("1", True), ("可能", None)]
BOOLEANS += [("１", True), ("①", None)]
CODES = [("合格", "pass"), ("pass", "pass"), ("PASS", "pass"), ("Fail", "fail"), ("合格品", None)]


def one(text: str, column: Column, **options: object) -> object:
    return convert(pl.Series("v", [text]), column, **options)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_dates(text: str, day: date | None) -> None:
    assert one(text, Column("day", "日", "Day", Type.DATE)) == day


def test_a_serial_number_is_a_date_only_where_the_mapping_says_so() -> None:
    # Day 46086 of a spreadsheet's calendar, counted from 1899-12-30, is 2026-03-05.
    assert one("46086", Column("day", "日", "Day", Type.DATE), formats=["excel"]) == date(
        2026, 3, 5
    )


@pytest.mark.parametrize(("zone", "day"), [("UTC", 5), ("Asia/Shanghai", 5), (None, 4)])
def test_a_moment_is_on_the_day_that_it_was_here(zone: str | None, day: int) -> None:
    # Four in the afternoon in Greenwich is midnight in China; without a zone it is local time.
    moment = pl.Series("v", [datetime(2026, 3, 4, 16)])  # noqa: DTZ001
    if zone is not None:
        moment = moment.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    read = convert(moment, Column("day", "日", "Day", Type.DATE))
    assert read.to_list() == [date(2026, 3, day)]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers(text: str, number: float | None) -> None:
    assert one(text, Column("amount", "数", "Number", Type.NUMBER)) == number


def test_a_factor_turns_the_filed_unit_into_the_kinds() -> None:
    assert one("1.5", Column("amount", "元", "Yuan", Type.NUMBER), factor=10_000) == 15_000


def test_a_factor_that_leads_out_of_all_numbers_leaves_none() -> None:
    column = Column("amount", "元", "Yuan", Type.NUMBER)
    assert one("1e308", column, factor=10_000) is None


@pytest.mark.parametrize(("text", "number"), INTEGERS)
def test_integers(text: str, number: int | None) -> None:
    assert one(text, Column("amount", "数", "Count", Type.INTEGER)) == number


@pytest.mark.parametrize(("text", "answer"), BOOLEANS)
def test_booleans(text: str, answer: bool | None) -> None:
    assert one(text, Column("amount", "是否", "Whether", Type.BOOLEAN)) == answer


@pytest.mark.parametrize(("text", "code"), CODES)
def test_codes(text: str, code: str | None) -> None:
    assert one(text, RESULT) == code


@pytest.mark.parametrize("blank", ["", "   ", "\u3000", "\u00a0", None])
def test_blanks_are_nothing(blank: str | None) -> None:
    assert (
        convert(pl.Series("v", [blank], dtype=pl.String), Column("text", "文", "Text"))[0] is None
    )
