"""A document numbers itself, and cannot be built with a figure that rests on nothing."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.documents.model import (
    Annex,
    Block,
    Document,
    Entry,
    Figure,
    Heading,
    Paragraph,
    Picture,
    Table,
    by_orientation,
    chinese_date,
    chinese_number,
    column_widths,
    numbered,
    plain,
)

DAY = date(2026, 9, 1)


def document(*blocks: Block, number: str | None = None) -> Document:
    return Document("题", "衡川市", DAY, blocks, number)


def test_headings_number_themselves_the_official_way() -> None:
    levels = [1, 2, 3, 4, 4, 3, 2, 3, 1, 2]
    numbers = [number for _block, number in numbered(Heading(n, "") for n in levels)]
    assert numbers == [
        "一、", "（一）", "1.", "（1）", "（2）", "2.", "（二）", "1.", "二、", "（一）"
    ]  # fmt: skip


def test_annexes_restart_headings_but_not_tables() -> None:
    table, picture = Table(["a"], [], caption="甲"), Picture("<svg/>", "乙")
    blocks = [
        Heading(1, ""),
        table,
        Annex("附件1", "推导"),
        Heading(1, ""),
        table,
        picture,
        picture,
    ]
    assert [number for _block, number in numbered(blocks)] == [
        "一、", "表1", "", "一、", "表2", "图1", "图2"
    ]  # fmt: skip
    assert [n for _b, n in numbered([Table(["a"], []), table])] == ["", "表1"]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_chinese_numbers(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_a_figure_needs_one_entry_that_says_where_it_comes_from() -> None:
    figure = Paragraph(("合格率", Figure("95.6%", 1)))
    in_table = Table(["合格率"], [[Figure("92%", 2)]])
    with pytest.raises(ValueError, match=r"references \[1, 2\]"):
        document(figure, in_table)
    with pytest.raises(ValueError, match="more than one entry"):
        document(figure, Entry(1, ("甲",)), Entry(1, ("乙",)))
    document(figure, Annex("附件", "推导"), Entry(1, ("甲",)))


@pytest.mark.parametrize("number", ["衡质发[2026]12号", "衡质发（2026）12号", "衡质发〔2026〕12号"])
def test_the_year_of_a_document_number_stands_in_six_sided_brackets(number: str) -> None:
    assert document(number=number).number == "衡质发〔2026〕12号"


def test_what_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="levels 1 to 4"):
        Heading(5, "")
    with pytest.raises(ValueError, match="row 2 has 1 cells, the header 2"):
        Table(["a", "b"], [["1", "2"], ["3"]])
    with pytest.raises(ValueError, match="1 widths for 2 columns"):
        Table(["a", "b"], [], widths=[1])
    with pytest.raises(ValueError, match="starts at 1"):
        Figure("3", 0)


def test_a_wide_table_turns_the_page_and_takes_its_heading_along() -> None:
    wide = Table([str(i) for i in range(9)], [])
    blocks = [Paragraph("甲"), Heading(1, "乙"), Heading(2, "丙"), wide, Paragraph("丁")]
    turned = by_orientation(blocks)
    assert [(landscape, len(stretch)) for landscape, stretch in turned] == [
        (False, 1), (True, 3), (False, 1)
    ]  # fmt: skip


def test_column_widths_follow_the_content_unless_given() -> None:
    by_content = column_widths(Table(["区", "说明"], [["衡东区", "一" * 40]]))
    assert sum(by_content) == pytest.approx(1)
    assert by_content[1] > 2 * by_content[0]
    assert column_widths(Table(["a", "b"], [], widths=[1, 3])) == [0.25, 0.75]


def test_small_words() -> None:
    assert chinese_date(DAY) == "2026年9月1日"
    assert plain(("率", Figure("9%", 3))) == "率9%[3]"
