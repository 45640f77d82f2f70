"""The fast reader of plain sheets against its slow twin, the spreadsheet library's grid.

Sheets are written as XML by hand, in every form that spreadsheet programs use for a cell, so that
nothing here depends on how one library writes.
"""

from __future__ import annotations

import resource
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from zhiheng.documents import plain_sheets, workbooks
from zhiheng.documents.containers import read_table
from zhiheng.documents.plain_sheets import read_plain
from zhiheng.documents.sheet_layout import Layout, read_layout
from zhiheng.rules.errors import ContentError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    f'relationships"><Relationship Id="rId1" Type="{OFFICE}/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">{{date1904}}'
    '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    f'2006/relationships"><Relationship Id="rId1" Type="{OFFICE}/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/relationships/styles" Target="styles.xml"/>'
    "</Relationships>",
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" '
    'formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="0.00%"/></numFmts><cellXfs count="6">'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>'
    '<xf numFmtId="22"/><xf numFmtId="46"/></cellXfs></styleSheet>',
}
SHARED = (
    "<si><t>产品</t></si>",
    '<si><t xml:space="preserve"> 两端有空 </t></si>',
    "<si><r><t>半</t></r><r><rPr><b/></rPr><t>粗</t></r></si>",
    "<si><t>甲&amp;乙&lt;丙</t></si>",
    "<si><t/></si>",
    "<si><t>换\n行_x000D_</t></si>",
    '<si><t>东京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>',
    "<si><t></t></si>",
    "<si><t> 两端有空 </t></si>",
)

_TEXTS = st.text(alphabet="质ab \u3000\u00a09.\n-_x0A😀>\"'", max_size=6)
_NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1000, 1000).map(repr),
    st.integers(-(10**18), 10**18).map(str),
    st.sampled_from(["-0", "1.50", "007", "1E+3", "0.1000000000000000055", "45292", ".5", "5."]),
)
_SERIALS = st.one_of(
    st.floats(0, 2_958_465).map(repr), st.integers(0, 2_958_465).map(str), st.just("45292.5")
)
_PLAIN_STYLES = st.sampled_from(["", ' s="0"', ' s="3"', ' cm="1" s="0"'])
_STYLES = st.sampled_from(["", *(f' s="{i}"' for i in range(6))])


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;")


_VALUES = st.one_of(
    st.builds(lambda s: f"{s}/>", _STYLES),
    st.builds(lambda s: f"{s}></c>", _STYLES),
    st.builds(lambda s, n: f"{s}><v>{n}</v></c>", _PLAIN_STYLES, _NUMBERS),
    st.builds(lambda s, n: f'{s} t="n"><v>{n}</v></c>', _PLAIN_STYLES, _NUMBERS),
    st.builds(lambda s, n: f"{s}><v>{n}</v></c>", _STYLES, _SERIALS),
    st.builds(lambda s, n: f"{s}><f>A1+{n}</f><v>{n}</v></c>", _STYLES, st.integers(0, 50_000)),
    st.builds(lambda n: f'><f t="shared" si="0"/><v>{n}</v></c>', st.integers(0, 9)),
    st.builds(lambda t: f' t="str"><f>B1</f><v>{_text(t)}</v></c>', _TEXTS),
    st.builds(lambda t: f' t="inlineStr"><is><t>{_text(t)}</t></is></c>', _TEXTS),
    st.builds(
        lambda t: f' t="inlineStr"><is><t xml:space="preserve">{_text(t)}</t></is></c>', _TEXTS
    ),
    st.builds(
        lambda t: f' t="inlineStr"><is><r><t>{_text(t)}</t></r><r><t>尾</t></r></is></c>', _TEXTS
    ),
    st.builds(lambda s, i: f'{s} t="s"><v>{i}</v></c>', _STYLES, st.integers(0, len(SHARED) - 1)),
    st.sampled_from(
        [
            ' t="b"><v>1</v></c>',
            ' t="b"><v>0</v></c>',
            ' t="e"><v>#N/A</v></c>',
            ' t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            "><f>1+1</f></c>",
            "><f>1+1</f><v></v></c>",
            "><f>1+1</f><v/></c>",
            ' t="str"><f>A1</f></c>',
            ' t="d"><v>2026-03-05</v></c>',
        ]
    ),
)
_ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["", ' spans="1:3"', ' hidden="1"', ' hidden="false" ht="12.8"']),
        st.lists(st.tuples(st.integers(1, 3), _VALUES), max_size=4),
    ),
    max_size=8,
)
Drawn = list[tuple[int, str, list[tuple[int, str]]]]


def _rows(drawn: Drawn) -> str:
    """Rows and cells with gaps between them, as many as were drawn."""
    text, row = "", 0
    for step, attributes, cells in drawn:
        row += step
        text += f'<row r="{row}"{attributes}>'
        column = 0
        for skip, cell in cells:
            column += skip
            text += f'<c r="{"ABCDEFGHIJKL"[column - 1]}{row}"{cell}'
        text += "</row>"
    return text


def _book(path: Path, rows: str, after: str = "", date1904: bool = False, **parts: str) -> Path:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    strings = f'<sst xmlns="{MAIN}">{"".join(SHARED)}</sst>'
    flag = '<workbookPr date1904="1"/>' if date1904 else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content.replace("{date1904}", flag))
        archive.writestr("xl/sharedStrings.xml", parts.get("strings", strings))
        archive.writestr("xl/worksheets/sheet1.xml", parts.get("sheet", sheet))
    return path


def _trimmed(grid: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Rows without the empty ones and the empty columns at the ends; blank cells are empty."""
    rows = [[cell if cell and cell.strip() else None for cell in row] for row in grid.rows()]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return [tuple(row) for row in rows]


def _slow(path: Path, sheet: str = "表") -> tuple[list[tuple[Any, ...]], Layout]:
    grid = workbooks.read_grid(workbooks.open_workbook(path), sheet)
    return _trimmed(grid), read_layout(path, sheet)


def _require_alike(path: Path, sheet: str = "表") -> None:
    plain = read_plain(path, sheet)
    assert plain is not None
    grid, layout = plain
    rows, other = _slow(path, sheet)
    assert _trimmed(grid) == rows
    assert layout.hidden_rows == other.hidden_rows
    assert layout.merged == other.merged
    assert set(layout.unread) == set(other.unread)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@given(drawn=_ROWS, date1904=st.booleans(), piece=st.sampled_from([1, 200, 1 << 20]))
@example(drawn=[(1, "", [(1, ' t="s"><v>2</v></c>')])], date1904=True, piece=1)
@example(drawn=[(1, "", [(1, "><v>0.28000000000000003</v></c>")])], date1904=False, piece=1)
def test_both_readers_say_the_same(folder: Path, drawn: Drawn, date1904: bool, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_sheets, "_PIECE", piece)
        patch.setattr(plain_sheets, "_HEAD", 200)
        after = '<mergeCells count="1"><mergeCell ref="A1:B3"/></mergeCells>'
        _require_alike(_book(folder / "a.xlsx", _rows(drawn), after, date1904))


@pytest.mark.parametrize("constant_memory", [True, False])
def test_what_xlsxwriter_writes_is_plain(tmp_path: Path, constant_memory: bool) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory}) as book:
        page = book.add_worksheet("表")
        page.write_row(0, 0, ["编号", "日期", "数值", "说明"])
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row in range(1, 40):
            page.write_row(row, 0, [f"A-{row}", None, row / 7, "甲&乙\n" * (row % 3)])
            page.write_number(row, 1, 45_000 + row / 3, day)
            page.write_formula(row, 5, "=C2*2", None, row * 2)
        page.write_blank(50, 9, None, day)
    _require_alike(path)


def test_what_openpyxl_writes_is_plain(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    page.title = "表"
    for row in range(1, 30):
        page.append([f"A-{row}", row, row / 7, None, True, "=A1", "\u3000全角"])
    page.merge_cells("A3:A5")
    page.row_dimensions[4].hidden = True
    book.save(path)
    _require_alike(path)


OTHER_FORMS = {
    "a prefix": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v>'
    "</x:c></x:row></x:sheetData></x:worksheet>",
    "a comment": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><!-- x --><c r="A1"><v>7</v></c>'
    "</row></sheetData></worksheet>",
    "cells without a place": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c><v>7</v></c>'
    "</row></sheetData></worksheet>",
    "another order": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c s="0" r="A1"><v>7</v></c>'
    "</row></sheetData></worksheet>",
    "one hidden in another": f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><f>2</f>'
    '<v>7</v></c><c s="0" r="B1"><v>8</v></c></row></sheetData></worksheet>',
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_another_form_is_left_to_the_library(tmp_path: Path, form: str) -> None:
    path = _book(tmp_path / "a.xlsx", "", sheet=OTHER_FORMS[form])
    assert read_plain(path, "表") is None
    assert read_table(path).columns[0] == "7"


def test_errors_and_formulas_never_computed_in_elements_with_a_prefix(tmp_path: Path) -> None:
    cells = [
        '<x:c r="A2" t="e"><x:v>#N/A</x:v></x:c>',
        "<x:c t='e' r='B2'><x:v>#REF!</x:v></x:c>",
        '<x:c r="C2"><x:f>A1</x:f></x:c>',
        '<x:c r="D2"><x:f>A1</x:f><x:v>7</x:v></x:c>',
    ]
    heads = "".join(
        f'<x:c r="{c}1" t="inlineStr"><x:is><x:t>{c}</x:t></x:is></x:c>' for c in "ABCD"
    )
    rows = f"<x:row r='1'>{heads}</x:row><x:row r='2' hidden='1'>{''.join(cells)}</x:row>"
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    table = read_table(_book(tmp_path / "a.xlsx", "", sheet=sheet))
    assert set(table.unread) == {(2, "A", "#N/A"), (2, "B", "#REF!"), (2, "C", "=")}
    assert table.hidden_rows == (2,)


def test_the_strict_form_of_the_standard_has_a_layout_too(tmp_path: Path) -> None:
    names = "http://purl.oclc.org/ooxml/"
    path, strict = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text = '<c r="{0}" t="str"><v>{0}</v></c>'
    filled = {1: ["A1", "B1", "C1"], 2: ["A2"], 3: ["C3"]}
    rows = "".join(
        f'<row r="{row}">{"".join(map(text.format, places))}</row>'
        for row, places in filled.items()
    ).replace('<c r="C3"', '<c r="B3" t="e"><v>#N/A</v></c><c r="C3"')
    _book(path, rows, '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(strict, "w") as other:
        for name in one.namelist():
            content = one.read(name).decode()
            content = content.replace(MAIN, names + "spreadsheetml/main")
            relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
            other.writestr(name, content.replace(relations, names + "officeDocument/relationships"))
    table = read_table(strict)
    assert table.frame.rows() == [(2, "A2", None, None), (3, "A2", None, "C3")]
    assert table.unread == ((3, "B1", "#N/A"),)


def test_a_number_that_is_no_day_stays_a_number_under_a_dates_format(tmp_path: Path) -> None:
    numbers = ["-1", "2958466", "1e18", "-1e12"]
    cells = "".join(
        f'<c r="{c}1" s="1"><v>{n}</v></c>' for c, n in zip("ABCD", numbers, strict=True)
    )
    plain = read_plain(_book(tmp_path / "a.xlsx", f'<row r="1">{cells}</row>'), "表")
    assert plain is not None
    assert plain[0].row(0) == ("-1", "2958466", "1E+18", "-1000000000000")


@pytest.mark.parametrize("attribute", ["", ' x:a="1"'])
def test_a_cell_in_the_farthest_corner_is_refused(tmp_path: Path, attribute: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
    rows += f'<c {attribute} r="XFD1048576"><v>1</v></c></row>'.replace("<c  ", "<c ")
    with pytest.raises(ContentError, match="16384") as refusal:
        read_table(_book(tmp_path / "a.xlsx", rows))
    assert refusal.value.code == "file.area"


FAR = '<c r="XFD1048576"><v>1</v></c>'
FAR_FORMS = {
    "single quotes": FAR.replace('"', "'"),
    "before another": f'{FAR}<c r="A1048576"><v>1</v></c>',
    "small letters": FAR.replace("XFD", "xfd"),
    "without a place": "<c><v>1</v></c>" * 16_384,
}


@pytest.mark.parametrize("form", FAR_FORMS)
def test_a_cell_in_the_farthest_corner_is_refused_however_it_is_written(
    tmp_path: Path, form: str
) -> None:
    rows = f'<row r="1"><!-- x --><c r="A1"><v>1</v></c></row><row r="1048576">{FAR_FORMS[form]}'
    with pytest.raises(ContentError, match="16384") as refusal:
        read_table(_book(tmp_path / "a.xlsx", f"{rows}</row>"))
    assert refusal.value.code == "file.area"


def test_a_hidden_sheet_with_a_cell_in_the_farthest_corner_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet("表").write_row(0, 0, ["编号", "名称"])
        page = book.add_worksheet("代码")
        page.hide()
        page.write(0, 0, "编号")
        page.write(1_048_575, 16_383, 1)
    with pytest.raises(ContentError, match="代码") as refusal:
        read_table(tmp_path / "a.xlsx", expected={"编号", "名称"})
    assert refusal.value.code == "file.area"


def test_rows_far_apart_are_refused_before_the_gap_is_filled(tmp_path: Path) -> None:
    letters = [first + second for first in "ABCDE" for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    rows = "".join(
        f'<row r="{row}">{"".join(f"""<c r="{c}{row}"><v>1</v></c>""" for c in letters)}</row>'
        for row in (1, 1_048_576)
    )
    path = _book(tmp_path / "a.xlsx", rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ContentError, match="1048576") as refusal:
        read_table(path)
    assert refusal.value.code == "file.area"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 19
