"""What clerks send on an ordinary day: right rows, or one clear error at the cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from rapidfuzz import process
from support.deliveries import HEADER, inspection, load_places

from zhiheng.documents import delimited as delimited_text
from zhiheng.evidence import region_checks
from zhiheng.evidence.delivery import Delivery
from zhiheng.evidence.intake import receive
from zhiheng.evidence.layout import notices
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.queries import region_tree
from zhiheng.rules.errors import ContentError

Rows = Sequence[Sequence[Any]]
TODAY = date(2026, 11, 22)
COST = ["报表编号", "所在区域", "报告期末", "填报企业名称", "内部损失成本", "外部损失成本"]
COST += ["工业总产值"]
FIGURE = ["报送编号", "所在区域", "统计截止日", "指标代码", "数值", "计量单位"]


@pytest.fixture(autouse=True)
def places(home: Home) -> None:
    load_places()


def read(path: Path, kind: str = "product_inspection", mapping: Path | None = None) -> Delivery:
    return receive(path, kind, mapping, region_tree(), Actor.system(), TODAY)


def refused(path: Path) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read(path)
    assert caught.value.fix
    return caught.value


def workbook(
    path: Path, sheets: dict[str, Rows], shape: Callable[[Any], None] = lambda book: None
) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    shape(book)
    book.save(path)
    return path


def table(folder: Path, *rows: Sequence[Any], header: Sequence[str] = HEADER) -> Path:
    return workbook(folder / "a.xlsx", {"表": [header, *rows]})


def filed(number: Any = "A-1", **changed: Any) -> list[Any]:
    row: list[Any] = inspection("A-1", **{k: "" for k in changed})
    row[0] = number
    for title, value in changed.items():
        row[HEADER.index(title)] = value
    return row


def column(delivery: Delivery, name: str) -> list[Any]:
    return [value for piece in delivery.typed for value in piece[name]]


def faults(delivery: Delivery) -> list[tuple[int, str, str]]:
    for problem in delivery.problems:
        assert problem.message
        assert problem.fix
    return [(p.row, p.column, p.rule) for p in delivery.problems]


def test_very_many_unknown_regions_are_each_told_but_not_each_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = []

    def extract(text: str, *given: Any, **how: Any) -> Any:
        looked_up.append(text)
        return process.extract(text, *given, **how)

    monkeypatch.setattr(region_checks, "process", SimpleNamespace(extract=extract))
    places = ["云西区", "无此地", *(f"甲乙丙{i}" for i in range(200)), "云西区"]
    rows = [filed(f"A-{i}", 所在区域=place) for i, place in enumerate(places)]
    problems = list(read(table(tmp_path, *rows)).problems)
    assert [p.value for p in problems] == places
    assert len(looked_up) == len(set(looked_up)) < 100
    assert "云溪区" in problems[0].fix
    assert "云溪区" in problems[-1].fix
    assert "区划代码" in problems[1].fix
    assert problems[1].fix == problems[-2].fix


# Values


DAYS: dict[Any, date | None] = {
    "2026.3.5": date(2026, 3, 5),
    20260305: date(2026, 3, 5),
    "2026 年 3 月 5 日": date(2026, 3, 5),
    "2026-3-5 14:30": date(2026, 3, 5),
    datetime(2026, 3, 5, 14, 30): date(2026, 3, 5),  # noqa: DTZ001
    "2026-03-05T08:00:00+08:00": date(2026, 3, 5),
    "2026-03-05T20:00:00Z": None,
    "2026-03-05 25:00": None,
    "2026-3-514:30": None,
    "3/5/26": None,
    "05/03/2026": None,
    "2026年3月": None,
    "2026-02-30": None,
    "26.3.5": None,
    45000: None,
    "—": None,
}
NUMBERS: dict[Any, float | None] = {
    "1,234,567.8": 1234567.8,
    "１，２３４": 1234.0,
    "\u200b12\u200e": 12.0,
    "12　": 12.0,
    1.5e16: 1.5e16,
    "12,34": None,
    "1.234,5": None,
    "1,2,3": None,
    "1,23,456": None,
    "12万": None,
    "约12": None,
    "—": None,
    "/": None,
    "无": None,
}
SHARES: dict[Any, float | None] = {
    "95.5%": 0.955,
    "95 ％": 0.95,
    "0.95%": 0.0095,
    "九五成": None,
    "%95": None,
}


def held_to(delivery: Delivery, name: str, title: str, meant: dict[Any, Any], rule: str) -> None:
    """Row by row the value meant, or one problem of this rule at the cell."""
    rows = dict(enumerate(meant.values(), start=2))
    assert column(delivery, name) == list(rows.values())
    assert faults(delivery) == [(row, title, rule) for row, value in rows.items() if value is None]


def test_days(tmp_path: Path) -> None:
    rows = [filed(f"A-{i}", 抽样日期=value) for i, value in enumerate(DAYS)]
    held_to(read(table(tmp_path, *rows)), "occurred_on", "抽样日期", DAYS, "date")


def test_numbers(tmp_path: Path) -> None:
    firm = ["云溪区", "2026-06-30", "衡川晨光食品有限公司"]
    rows = [[f"Q-{i}", *firm, value, 1, 1] for i, value in enumerate(NUMBERS)]
    delivery = read(table(tmp_path, *rows, header=COST), "quality_cost")
    held_to(delivery, "internal_loss", "内部损失成本", NUMBERS, "number")


def test_percentages(tmp_path: Path) -> None:
    rows = [
        [f"R-{i}", "衡川市", "2026-03-31", "reported_share", value, "%"]
        for i, value in enumerate(SHARES)
    ]
    delivery = read(table(tmp_path, *rows, header=FIGURE), "reported_figure")
    held_to(delivery, "value", "数值", SHARES, "number")


def test_a_serial_number_is_refused_with_the_day_it_may_be(tmp_path: Path) -> None:
    (problem,) = read(table(tmp_path, filed(抽样日期=46086))).problems
    assert "2026-03-05" in problem.fix
    assert "excel" in problem.fix


CODE = "受检企业统一社会信用代码"


def test_a_code_that_a_spreadsheet_made_a_number_of_is_refused(tmp_path: Path) -> None:
    lost = [913501000001000043, 1234567890123456, "9.1E+17", "1.23457e+14", "9.135E+17 "]
    rows = [filed(value) for value in lost] + [filed(f"A-{v}", **{CODE: v}) for v in lost]
    delivery = read(table(tmp_path, *rows))
    titles = ["抽样单号"] * len(lost) + [CODE] * len(lost)
    assert faults(delivery) == [(r, t, "precision") for r, t in enumerate(titles, start=2)]


def test_fifteen_digits_are_whole(tmp_path: Path) -> None:
    delivery = read(table(tmp_path, filed(123456789012345), filed("1E5"), filed("5E20")))
    assert column(delivery, "number") == ["123456789012345", "1E5", "5E20"]
    assert faults(delivery) == []


def test_a_code_out_of_json_or_as_a_float(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    row = ", ".join(f'"{t}": "{v}"' for t, v in zip(HEADER[1:], inspection("")[1:], strict=True))
    path.write_text(f'[{{"抽样单号": 913501000001000043, {row}}}, {{"抽样单号": 9.135e17, {row}}}]')
    delivery = read(path)
    assert column(delivery, "number")[0] == "913501000001000043"
    assert faults(delivery) == [(2, "抽样单号", "precision")]


def test_a_sign_for_nothing_is_no_number_of_a_row(tmp_path: Path) -> None:
    rows = [filed(value) for value in ("—", "/", "无", "N/A", "暂无")]
    delivery = read(table(tmp_path, *rows))
    assert faults(delivery) == [(row, "抽样单号", "number_mark") for row in range(2, 7)]


def test_the_same_number_in_wide_letters_or_with_invisible_signs(tmp_path: Path) -> None:
    rows = [filed("A-1"), filed("Ａ－１"), filed("\u200bA-1\ufeff"), filed("A-1　")]
    delivery = read(table(tmp_path, *rows))
    assert column(delivery, "number") == ["A-1"] * 4
    assert len(delivery.repeated) == 3
    assert faults(delivery) == []


def test_wide_and_invisible_signs(tmp_path: Path) -> None:
    changed = {
        "所在区域": "９９０１０１",
        "检验结论": "\u200b合格",
        CODE: "91350100M000100Y43\u200b",
        "受检企业名称": "衡川\u200b晨光",
    }
    rows = [filed("A-1", **changed), filed("A-2", 所在区域="云溪区\u200b")]
    delivery = read(table(tmp_path, *rows))
    assert faults(delivery) == []
    assert column(delivery, "region") == ["990101", "990101"]
    assert column(delivery, "result")[0] == "pass"
    assert column(delivery, "subject_code")[0] == "91350100M000100Y43"
    assert column(delivery, "subject_name")[0] == "衡川晨光"


# Rows that are none


def test_totals_notes_and_signatures_are_one_problem_each(tmp_path: Path) -> None:
    rows = [
        filed("A-1"),
        ["合　计", None, None, None, None, 2],
        [None, "小计："],
        [],
        ["注：本表由区局填报。"],
        ["填表人：张三", None, None, "审核人：李四"],
        filed("A-2"),
    ]
    delivery = read(table(tmp_path, *rows))
    assert faults(delivery) == [(row, "抽样单号", "not_a_row") for row in (3, 4, 6, 7)]
    assert "合计" in next(iter(delivery.problems)).message


def test_a_total_with_every_cell_filled_is_still_a_total(tmp_path: Path) -> None:
    row = ["合计", "衡川市", "2026-06-30", "全市", 1, 1, 1]
    delivery = read(table(tmp_path, row, header=COST), "quality_cost")
    assert faults(delivery) == [(2, "报表编号", "not_a_row")]


def test_a_firm_may_be_called_total(tmp_path: Path) -> None:
    named = filed("A-1", 受检企业名称="TOTAL")
    unnumbered = filed("", 受检企业名称="Total")
    chinese = filed("A-3", 受检企业名称="合　计")
    delivery = read(table(tmp_path, named, unnumbered, chinese))
    assert faults(delivery) == [(row, "抽样单号", "not_a_row") for row in (3, 4)]


def test_a_row_with_few_gaps_says_each(tmp_path: Path) -> None:
    delivery = read(table(tmp_path, filed(检验结论=None, 产品名称=None)))
    assert faults(delivery) == [(2, "产品名称", "required"), (2, "检验结论", "required")]


# Headers


def test_headers_dressed_up(tmp_path: Path) -> None:
    header = [*HEADER]
    header[:5] = [
        "*抽样 单号",
        "所在\n区域﹡",
        "\u200b抽样日期（必填）",
        f"{CODE}：",
        "受检企业名称★",
    ]
    assert faults(read(table(tmp_path, filed(), header=header))) == []


def test_a_mapping_may_name_a_header_as_it_looks(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    names = ["number", "region", "occurred_on", "subject_code", "subject_name"]
    names += ["product", "product_class", "sampling", "result"]
    titles = ["单 号*", *HEADER[1:]]
    said = ", ".join(f"{n}: '{t}'" for n, t in zip(names, titles, strict=True))
    mapping.write_text(f"kind: product_inspection\ncolumns: {{{said}}}\n", encoding="utf-8")
    delivery = read(table(tmp_path, filed(), header=titles), mapping=mapping)
    assert column(delivery, "number") == ["A-1"]
    assert faults(delivery) == []


def test_a_header_that_is_nearly_right_is_named(tmp_path: Path) -> None:
    header = [title if title != "抽样日期" else "抽样日期（年月日）" for title in HEADER]
    delivery = read(table(tmp_path, filed(), header=header))
    (problem,) = [p for p in delivery.problems if p.rule == "column_missing"]
    assert "“抽样日期（年月日）”" in problem.fix


def test_no_header_at_all_names_what_is_required_and_the_way_out(tmp_path: Path) -> None:
    error = refused(table(tmp_path, ["1", "2"], header=["甲", "乙"]))
    assert error.code == "file.header"
    assert "抽样单号、所在区域、抽样日期" in error.fix
    assert "映射文件" in error.fix


# Sheets


def test_two_sheets_of_data_are_not_half_read(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "说明": [["填表说明"]],
        "1月": [HEADER, filed("A-1")],
        "2月": [HEADER[:7], filed("A-2")[:7]],
    }
    error = refused(workbook(tmp_path / "a.xlsx", sheets))
    assert error.code == "file.sheets"
    assert "1月、2月" in error.message
    sheets["2月"] = [HEADER]
    assert read(workbook(tmp_path / "b.xlsx", sheets)).rows == 1


def test_hidden_sheets_and_columns_are_said(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"数据": [HEADER, filed()], "旧": [HEADER, filed("B-1")]}

    def hide(book: Any) -> None:
        book["旧"].sheet_state = "hidden"
        book["数据"].column_dimensions["C"].hidden = True

    delivery = read(workbook(tmp_path / "a.xlsx", sheets, hide))
    assert column(delivery, "number") == ["A-1"]
    assert faults(delivery) == []
    assert [("旧" in said, "抽样日期" in said) for said in notices(delivery.raw)] == [
        (False, True),
        (True, False),
    ]


def test_data_on_a_hidden_sheet_alone(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {"封面": [["封面"]], "数据": [HEADER, filed()]}

    def hide(book: Any) -> None:
        book["数据"].sheet_state = "veryHidden"

    error = refused(workbook(tmp_path / "a.xlsx", sheets, hide))
    assert (error.code, "数据" in error.message) == ("file.hidden_sheet", True)


# Delimited text


def delimited(folder: Path, *rows: list[str]) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join(",".join(row) for row in [HEADER, *rows]), encoding="utf-8")
    return path


def test_a_comma_in_a_cell_does_not_move_the_others_unseen(tmp_path: Path) -> None:
    rows = [inspection("A-1"), inspection("A-2", 检验结论="合格,标签"), inspection("A-3")]
    delivery = read(delimited(tmp_path, *rows))
    assert faults(delivery) == [(3, "J列", "overlong")]


def test_a_moved_cell_deep_in_a_large_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhiheng.documents.containers.LARGE", 1)
    rows = [inspection(f"A-{i}") for i in range(4000)]
    rows[3500][5] = "酱油,醋"
    error = refused(delimited(tmp_path, *rows))
    assert error.code == "file.ragged"
    assert "第 3502 行" in error.message


def test_a_cell_moved_behind_a_trailing_comma_deep_in_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[*inspection(f"A-{i}"), ""] for i in range(1000)]
    rows[900][5:] = ["酱油", "醋", *rows[900][6:-1]]
    path = delimited(tmp_path, *rows)
    path.write_text(path.read_text("utf-8").replace("\n", ",\n", 1), encoding="utf-8")
    whole = faults(read(path))
    assert (902, "J列", "overlong") in whole
    monkeypatch.setattr("zhiheng.documents.containers.LARGE", 1)
    pieces = partial(delimited_text.read_pieces, size=20_000)
    monkeypatch.setattr("zhiheng.documents.delimited.read_pieces", pieces)
    assert faults(read(path)) == whole


def test_texts_that_an_export_keeps_from_being_numbers(tmp_path: Path) -> None:
    cells = ['"=""00121"""', '="00122"', "00123\t"]
    delivery = read(delimited(tmp_path, *map(inspection, cells)))
    assert column(delivery, "number") == ["00121", "00122", "00123"]


# Files that are something else


def test_what_is_no_table_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    begins = {
        b"%PDF-1.7 ...": "PDF",
        b"\x89PNG\r\n\x1a\n....": "图片",
        b"\xff\xd8\xff\xe0....": "图片",
        b"Rar!\x1a\x07....": "压缩包",
        b"7z\xbc\xaf\x27\x1c": "压缩包",
    }
    for content, what in begins.items():
        path.write_bytes(content)
        error = refused(path)
        assert (error.code, what in error.message) == ("file.kind", True)
    for member, what in {"word/document.xml": "文档", "a.csv": "压缩包"}.items():
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, "x")
        error = refused(path)
        assert (error.code, what in error.message) == ("file.kind", True)


def test_a_workbook_with_a_macro_is_read(tmp_path: Path) -> None:
    path, macro = table(tmp_path, filed()), tmp_path / "a.xlsm"
    plain = b"openxmlformats-officedocument.spreadsheetml.sheet.main"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(macro, "w") as archive:
        for name in source.namelist():
            archive.writestr(
                name, source.read(name).replace(plain, b"ms-excel.sheet.macroEnabled.main")
            )
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    assert column(read(macro), "number") == ["A-1"]
