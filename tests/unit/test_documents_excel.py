"""What goes out as Excel comes back in, and the template leads whoever fills it in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from zhiheng.documents.containers import read_table
from zhiheng.documents.excel import Sheet, SheetColumn, write_xlsx
from zhiheng.documents.raw_tables import EXAMPLE_MARK
from zhiheng.documents.sheet_choice import NOTHING_SHEET
from zhiheng.documents.sheets import fitting_width
from zhiheng.documents.templates import GUIDE_SHEET, TemplateColumn, write_template
from zhiheng.documents.widths import display_width
from zhiheng.rules.errors import UsageError

RESULTS = ("合格", "不合格")
INDUSTRIES = tuple(f"行业{n:03d}，其他" for n in range(120))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    path = tmp_path / "report.xlsx"
    verdicts = Sheet(
        "结论",
        (
            SheetColumn("目标"),
            SheetColumn("估计", "percent", note="加权"),
            SheetColumn("批次", "integer"),
            SheetColumn("截止", "date"),
            SheetColumn("记录于", "datetime"),
            SheetColumn("结果", choices=RESULTS),
        ),
        [
            ["食品合格率", 0.9425, 1200, date(2026, 9, 30), datetime(2026, 10, 1, 8, 0), "合格"],  # noqa: DTZ001
            ["=1+1", None, "<5", None, None, None],
        ],
        notes=["数据截止 2026-10-01。"],
    )
    write_xlsx([verdicts, Sheet("空表", (SheetColumn("区"),), [])], path)
    return path


def test_what_goes_out_comes_back_in(exported: Path) -> None:
    table = read_table(exported, sheet="结论")
    assert table.frame.rows() == [
        (2, "食品合格率", "0.9425", "1200", "2026-09-30", "2026-10-01T08:00:00", "合格"),
        (3, "=1+1", None, "<5", None, None, None),
    ]
    assert table.sheets == ("结论", "空表", "说明")


def test_an_exported_sheet_is_ready_to_read(exported: Path) -> None:
    page = load_workbook(exported)["结论"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:F3"
    assert page["B2"].number_format == "0.00%"
    assert page["B1"].comment.text == "加权"
    assert page["A3"].data_type == "s"
    assert page.data_validations.dataValidation[0].formula1 == '"合格,不合格"'


def test_too_many_rows_for_a_sheet(tmp_path: Path) -> None:
    sheet = Sheet("大", (SheetColumn("区"),), range(1_048_576))  # type: ignore[arg-type]
    with pytest.raises(UsageError) as caught:
        write_xlsx([sheet], tmp_path / "a.xlsx")
    assert caught.value.code == "excel.rows"


def test_chinese_counts_double() -> None:
    assert display_width("质量A1") == 6
    assert fitting_width(["合格率\n（加权）%"], least=4) == 11


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.xlsx"
    columns = (
        TemplateColumn("统一社会信用代码", "18 位。", required=True, example="99010000MA0000001X"),
        TemplateColumn("抽样日期", "封样当天。", required=True, kind="date", example="2026-09-01"),
        TemplateColumn("行业", "国民经济行业。", choices=INDUSTRIES),
        TemplateColumn("检验结果", "判定。", required=True, choices=RESULTS, example="合格"),
        TemplateColumn("复检", "是否复检。", kind="boolean", example="否"),
        TemplateColumn("批量", "单位：件。", kind="integer", example="200"),
    )
    write_template(path, columns, sheet="监督抽查", guide=["每批次一行。"])
    return path


def test_template_leads_the_hand(template: Path) -> None:
    book = load_workbook(template)
    assert book.sheetnames == ["监督抽查", GUIDE_SHEET, NOTHING_SHEET, "代码表"]
    assert book["代码表"].sheet_state == "hidden"
    page = book["监督抽查"]
    assert page["A1"].value == "统一社会信用代码*"
    assert page["C1"].value == "行业"
    assert page["A1"].fill.start_color.rgb != page["C1"].fill.start_color.rgb
    assert "单位：件" in page["F1"].comment.text
    assert page["A2"].value == f"{EXAMPLE_MARK}99010000MA0000001X"
    lists = {str(v.sqref)[0]: v.formula1 for v in page.data_validations.dataValidation}
    assert lists == {"C": "'代码表'!$A$1:$A$120", "D": '"合格,不合格"', "E": '"是,否"'}
    assert page.column_dimensions["A"].width >= 20


def test_filled_template_is_read_without_its_example(template: Path) -> None:
    book = load_workbook(template)
    book["监督抽查"].append(["99010000MA0000002W", date(2026, 9, 2), None, "合格", "是", 5])
    book[NOTHING_SHEET].append(["衡川市", date(2026, 7, 1), date(2026, 9, 30), "未安排"])
    book.save(template)
    table = read_table(template, expected={"统一社会信用代码", "抽样日期"})
    assert (table.sheet, table.columns[0]) == ("监督抽查", "统一社会信用代码")
    assert table.frame.rows() == [
        (3, "99010000MA0000002W", "2026-09-02", None, "合格", "是", "5"),
    ]
    nothing = read_table(template, sheet=NOTHING_SHEET)
    assert nothing.columns == ("区域", "起", "止", "说明")
    assert nothing.frame.rows() == [(3, "衡川市", "2026-07-01", "2026-09-30", "未安排")]
