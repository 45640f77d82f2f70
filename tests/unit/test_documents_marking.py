"""A marked spreadsheet: what it shows, what it leaves alone, and that it goes in again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import process_time

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from zhiheng.documents.containers import read_table
from zhiheng.documents.marking import mark_file, mark_workbook
from zhiheng.documents.raw_tables import PROBLEM_COLUMN
from zhiheng.documents.sheet_choice import PROBLEM_SHEET


@dataclass(frozen=True)
class Fault:
    row: int
    column: str | None
    value: object
    rule: str
    message: str
    fix: str


BAD_DATE = Fault(4, "抽样日期", "2026-13-01", "date", "没有第 13 个月。", "请写成 2026-09-01。")
NO_NAME = Fault(5, "企业名称", None, "required", "企业名称没有填。", "请补填。")
WHOLE_ROW = Fault(5, None, None, "repeated", "与第 4 行重复。", "请删去一行。")


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """Title in row 1, header in row 3, the user's own colour, note, formula and second sheet."""
    book = Workbook()
    page = book.active
    page.title = "抽查"
    page.append(["2026 年三季度监督抽查汇总"])
    page.append([])
    page.append(["企业名称*", "抽样日期", "批次数"])
    page.append(["衡川甲食品有限公司", "2026-13-01", 3])
    page.append([None, "2026-09-02", "=1+1"])
    page["B4"].fill = PatternFill("solid", start_color="FF00FF00")
    page["A5"].comment = Comment("下周补", "老李")
    page.column_dimensions["A"].width = 33
    book.create_sheet("备注")["A1"] = "内部"
    path = tmp_path / "delivered.xlsx"
    book.save(path)
    return path


def test_bad_cells_rows_and_the_list_are_marked(delivered: Path, tmp_path: Path) -> None:
    out = tmp_path / "marked.xlsx"
    mark_workbook(delivered, [BAD_DATE, NO_NAME, WHOLE_ROW], out, sheet="抽查", header_row=3)
    book = load_workbook(out)
    page = book["抽查"]
    assert page["B4"].fill.start_color.rgb == page["A5"].fill.start_color.rgb == "FFFFC7CE"
    assert "没有第 13 个月" in page["B4"].comment.text
    assert page["D3"].value == PROBLEM_COLUMN
    assert page["D5"].value == "企业名称：企业名称没有填。请补填。\n与第 4 行重复。请删去一行。"
    rows = list(book[PROBLEM_SHEET].iter_rows(min_row=2, max_col=7, values_only=True))
    assert rows[0] == (
        4, "抽样日期", "B4", "2026-13-01", "date", "没有第 13 个月。", "请写成 2026-09-01。"
    )  # fmt: skip
    assert len(rows) == 3


def test_what_is_the_users_own_stays(delivered: Path, tmp_path: Path) -> None:
    out = tmp_path / "marked.xlsx"
    mark_workbook(delivered, [BAD_DATE, NO_NAME], out, sheet="抽查", header_row=3)
    book = load_workbook(out)
    page = book["抽查"]
    assert page["A5"].comment.text == "下周补"
    assert page["C5"].value == "=1+1"
    assert page.column_dimensions["A"].width == 33
    assert book["备注"]["A1"].value == "内部"


def test_marks_are_no_data_and_a_later_marking_undoes_them(delivered: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{n}.xlsx" for n in "123")
    before = read_table(delivered, expected={"抽样日期"})
    mark_workbook(delivered, [BAD_DATE, NO_NAME], first, sheet="抽查", header_row=3)
    again = read_table(first, expected={"抽样日期"})
    assert again.columns == before.columns == ("企业名称", "抽样日期", "批次数")
    assert again.header_row == 3

    mark_workbook(first, [NO_NAME], second, sheet="抽查", header_row=3)
    page = load_workbook(second)["抽查"]
    assert page["B4"].comment is None
    assert page["B4"].fill.start_color.rgb == "FF00FF00"
    assert [c.value for c in page[3]].count(PROBLEM_COLUMN) == 1
    assert page["D4"].value is None

    mark_workbook(second, [], third, sheet="抽查", header_row=3)
    clean = load_workbook(third)
    assert clean.sheetnames == ["抽查", "备注"]
    assert clean["抽查"].max_column == 3
    assert clean["抽查"]["A5"].fill.fill_type is None


def test_a_value_like_a_formula_is_listed_as_text(delivered: Path, tmp_path: Path) -> None:
    out = tmp_path / "marked.xlsx"
    fault = Fault(4, "企业名称", "=HYPERLINK(1)", "text", "=错", "")
    mark_workbook(delivered, [fault], out, sheet="抽查", header_row=3)
    listing = load_workbook(out)[PROBLEM_SHEET]
    assert listing["D2"].data_type == listing["F2"].data_type == "s"


def test_a_csv_comes_back_as_a_workbook_with_the_same_text(tmp_path: Path) -> None:
    source, out = tmp_path / "投诉[9月].csv", tmp_path / "marked.xlsx"
    source.write_bytes("编号,金额\n\n007,=1+1\n008,x\n".encode("gb18030"))
    fault = Fault(4, "金额", "x", "number", "不是数。", "请填数。")
    mark_file(source, [fault], out, read_table(source))
    page = load_workbook(out).worksheets[0]
    assert page["A3"].value == "007"
    assert page["B3"].data_type == "s"
    assert page["B4"].fill.start_color.rgb == "FFFFC7CE"
    table = read_table(out)
    assert table.frame.rows() == [(3, "007", "=1+1"), (4, "008", "x")]


def test_of_json_the_rows_with_problems_come_back(tmp_path: Path) -> None:
    source, out = tmp_path / "a.json", tmp_path / "marked.xlsx"
    source.write_text('[{"a": 1}, {"a": 2}, {"a": 3}]')
    faults = [
        Fault(0, None, None, "column", "缺一列。", ""),
        Fault(3, "a", "3", "range", "太大。", ""),
    ]
    mark_file(source, faults, out, read_table(source))
    page = load_workbook(out).worksheets[0]
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        ["原行号", "a", PROBLEM_COLUMN],
        ["3", "3", "a：太大。"],
    ]
    assert page["B2"].fill.start_color.rgb == "FFFFC7CE"
    assert load_workbook(out)[PROBLEM_SHEET]["F2"].value == "缺一列。"


def test_a_value_with_a_control_character_is_marked_without_it(tmp_path: Path) -> None:
    source, out = tmp_path / "a.csv", tmp_path / "marked.xlsx"
    source.write_text("编号,金额\n1,x\x0by\n", encoding="utf-8")
    fault = Fault(2, "金额", "x\x0by", "number", "“x\x0by”不是数。", "请填数。")
    mark_file(source, [fault], out, read_table(source))
    book = load_workbook(out)
    assert book[PROBLEM_SHEET]["D2"].value == "xy"
    assert book.worksheets[0]["C2"].value == "金额：“xy”不是数。请填数。"


def test_a_sheet_of_the_users_own_may_be_called_as_our_list(tmp_path: Path) -> None:
    source, out = tmp_path / "a.xlsx", tmp_path / "marked.xlsx"
    book = Workbook()
    for title in ("抽查", PROBLEM_SHEET):
        page = book.create_sheet(title)
        page.append(["编号", "金额"])
        page.append(["1", "x", None, None, None, None, None, "去年的"])
    book.remove(book.worksheets[0])
    book.save(source)
    fault = Fault(2, "金额", "x", "number", "不是数。", "请填数。")
    for sheet in book.sheetnames:
        for marking in range(2):
            mark_workbook(out if marking else source, [fault], out, sheet=sheet)
            marked = load_workbook(out)
            assert marked.sheetnames == ["抽查", PROBLEM_SHEET, f"{PROBLEM_SHEET}1"]
            assert marked[PROBLEM_SHEET]["H2"].value == "去年的"
            assert marked[sheet]["B2"].fill.start_color.rgb == "FFFFC7CE"


def test_a_csv_called_as_our_list_keeps_its_rows(tmp_path: Path) -> None:
    source, out = tmp_path / f"{PROBLEM_SHEET}.csv", tmp_path / "marked.xlsx"
    source.write_text("编号,金额\n1,x\n", encoding="utf-8")
    fault = Fault(2, "金额", "x", "number", "不是数。", "请填数。")
    mark_file(source, [fault], out, read_table(source))
    assert load_workbook(out)[PROBLEM_SHEET]["B2"].value == "x"
    assert read_table(out, expected={"编号", "金额"}).frame.rows() == [(2, "1", "x")]


def test_a_workbook_under_another_ending_is_marked(delivered: Path, tmp_path: Path) -> None:
    source, out = delivered.rename(tmp_path / "a.et"), tmp_path / "marked.xlsx"
    mark_file(source, [BAD_DATE], out, read_table(source, expected={"抽样日期"}))
    assert load_workbook(out)["抽查"]["B4"].fill.start_color.rgb == "FFFFC7CE"


def test_a_styled_empty_cell_far_right_takes_no_time(delivered: Path, tmp_path: Path) -> None:
    book, out = load_workbook(delivered), tmp_path / "marked.xlsx"
    book["抽查"]["XFD900"].fill = PatternFill("solid", start_color="FF00FF00")
    book.save(delivered)
    for source in (delivered, out):
        started = process_time()
        mark_workbook(source, [BAD_DATE], out, sheet="抽查", header_row=3)
        assert process_time() - started < 2
    assert load_workbook(out)["抽查"]["D3"].value == PROBLEM_COLUMN


def test_under_titles_merged_over_two_rows_the_cell_itself_is_named(tmp_path: Path) -> None:
    source, out = tmp_path / "a.xlsx", tmp_path / "marked.xlsx"
    book = Workbook()
    page = book.worksheets[0]
    page.append(["编号", "抽样", None, "金额"])
    page.append([None, "日期", "地点", None])
    page.append(["1", "2026-09-01", "云溪区", "x"])
    page.merge_cells("A1:A2")
    page.merge_cells("B1:C1")
    page.merge_cells("D1:D2")
    book.save(source)
    table = read_table(source, expected={"编号", "日期", "地点", "金额"})
    faults = [
        Fault(3, "金额", "x", "number", "不是数。", "请填数。"),
        Fault(3, "数量", None, "column", "缺一列。", ""),
    ]
    mark_file(source, faults, out, table)
    listing = load_workbook(out)[PROBLEM_SHEET]
    assert [listing["C2"].value, listing["C3"].value] == ["D3", "3:3"]
