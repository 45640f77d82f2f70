"""Tables come out of every container with their text, their names and their row numbers."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW, clean_header, column_letter
from zhiheng.documents.raw_tables import EXAMPLE_MARK, RawTable
from zhiheng.rules.errors import ContentError, UsageError

CHINESE = "企业名称,结果\n衡川甲食品有限公司,合格\n衡川乙器械厂,不合格\n"


def save(tmp_path: Path, content: bytes | str, name: str = "delivered.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **how: object) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read_table(path, **how)  # type: ignore[arg-type]
    return caught.value


def rows(table: RawTable) -> list[tuple[object, ...]]:
    return table.frame.rows()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_usual_chinese_encodings(tmp_path: Path, encoding: str) -> None:
    table = read_table(save(tmp_path, CHINESE.encode(encoding)))
    assert table.columns == ("企业名称", "结果")
    assert rows(table) == [(2, "衡川甲食品有限公司", "合格"), (3, "衡川乙器械厂", "不合格")]


@pytest.mark.parametrize(
    "content",
    [
        "企業名稱,結果\n衡川食品有限公司,合格產品\n".encode("big5"),
        CHINESE.encode() + b"\xff\xff,x\n",
        b"\x00\x01\x02\x03" * 50,
    ],
    ids=["big5", "damaged utf-8", "binary"],
)
def test_an_encoding_that_would_give_nonsense_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(save(tmp_path, content)).code == "file.encoding"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = 'a,b\n1,"x, y; z"\n'.replace("a,b", f"a{delimiter}b").replace("1,", f"1{delimiter}")
    assert rows(read_table(save(tmp_path, text))) == [(2, "1", "x, y; z")]


def test_rows_keep_the_number_a_spreadsheet_program_shows(tmp_path: Path) -> None:
    text = 'a,b\n1,"two\nlines"\n\n , \n3,4\n'
    assert rows(read_table(save(tmp_path, text))) == [(2, "1", "two\nlines"), (5, "3", "4")]


def test_short_rows_are_filled_and_long_rows_seen(tmp_path: Path) -> None:
    table = read_table(save(tmp_path, "a,b\n1\n" + "2,3\n" * 100 + "4,5,6\n"))
    assert table.columns == ("a", "b", "C列")
    assert rows(table)[0] == (2, "1", None, None)
    assert rows(table)[-1] == (103, "4", "5", "6")


def test_a_stray_quote_costs_no_row(tmp_path: Path) -> None:
    table = read_table(save(tmp_path, 'a,b\n1,5" 管\n2,"x"y\n3,z\n'))
    assert [r[1] for r in rows(table)] == ["1", "2", "3"]


def test_an_open_quote_is_refused_with_its_row(tmp_path: Path) -> None:
    error = refusal(save(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert error.code == "file.quote"
    assert "第 3 行" in error.message


def test_header_is_the_row_with_most_of_the_expected_names(tmp_path: Path) -> None:
    text = "2026年汇总,,\n单位：批次,,\n企业名称*,结 果,抽样日期\n甲,合格,2026-09-01\n"
    table = read_table(save(tmp_path, text), expected={"企业名称", "抽样日期"})
    assert table.header_row == 3
    assert table.columns == ("企业名称", "结果", "抽样日期")
    assert read_table(save(tmp_path, text), header_row=2).columns[0] == "单位：批次"


def test_no_header(tmp_path: Path) -> None:
    error = refusal(save(tmp_path, "甲,乙\n1,2\n"), expected={"企业名称"})
    assert error.code == "file.header"
    assert "甲、乙" in error.message
    assert "企业名称" in error.fix
    assert refusal(save(tmp_path, "甲\n\n1\n"), header_row=2).code == "file.header"


def test_duplicated_headers_are_named_with_their_place(tmp_path: Path) -> None:
    error = refusal(save(tmp_path, "日期,区,日期 \n1,2,3\n"))
    assert error.code == "file.header_duplicate"
    assert "A列“日期”、C列“日期”" in error.message


@pytest.mark.parametrize("content", ["", "  \n", ",,\n,,\n"])
def test_empty_files(tmp_path: Path, content: str) -> None:
    assert refusal(save(tmp_path, content)).code == "file.empty"


def test_a_header_without_rows_is_a_table_of_none(tmp_path: Path) -> None:
    table = read_table(save(tmp_path, "a,b\n"))
    assert table.columns == ("a", "b")
    assert table.frame.height == 0


def test_missing_file_and_foreign_content(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_table(tmp_path / "none.csv")
    assert refusal(save(tmp_path, "<html><table>", "a.xls")).code == "file.kind"
    assert refusal(save(tmp_path, b"PK\x03\x04broken", "a.xlsx")).code == "file.kind"
    assert refusal(save(tmp_path, b"PAR1broken", "a.parquet")).code == "file.kind"
    assert refusal(save(tmp_path, '{"a": 1}\n{"a": }', "a.json")).code == "file.kind"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Sheet 1 a cover, sheet 2 the data from row 2 and column B on, sheet 3 hidden."""
    path = tmp_path / "delivered.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        book.add_worksheet("封面").write(0, 0, "填报单位：衡川市")
        page = book.add_worksheet("数据")
        page.write_row(1, 1, ["文本", "整数", "小数", "日期", "时刻", "是否", "公式", "文本数"])
        page.write_row(2, 1, [f"{EXAMPLE_MARK}甲", 1])
        page.write_row(3, 1, ["甲", 12, 0.1 + 0.2])
        page.write_datetime(3, 4, datetime(2026, 9, 1), day)  # noqa: DTZ001
        page.write_datetime(3, 5, datetime(2026, 9, 1, 8, 30), moment)  # noqa: DTZ001
        page.write_boolean(3, 6, True)
        page.write_formula(3, 7, "=1+1", None, 2)
        page.write_string(3, 8, "0070")
        page.write_row(5, 1, ["乙", 1e-7, 99010119900101001])
        book.add_worksheet("代码").hide()
    return path


def test_spreadsheet_cells_become_canonical_text(workbook: Path) -> None:
    table = read_table(workbook, expected={"文本", "日期"})
    assert (table.sheet, table.header_row, table.sheets) == ("数据", 2, ("封面", "数据"))
    assert table.frame.schema[ROW] == pl.Int64
    assert rows(table) == [
        (4, "甲", "12", "0.3", "2026-09-01", "2026-09-01T08:30:00", "TRUE", "2", "0070"),
        (6, "乙", "0.0000001", "9.901011990010101E+16", None, None, None, None, None),
    ]  # a spreadsheet keeps 15 digits of a number; its end is lost


def test_a_sheet_by_name(workbook: Path) -> None:
    assert read_table(workbook, sheet="封面").columns == ("填报单位：衡川市",)
    error = refusal(workbook, sheet="九月")
    assert error.code == "file.sheet"
    assert "封面、数据" in error.fix


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [1, 2], "d": [date(2026, 9, 1), None], "t": ["x", "y"]})
    frame.write_parquet(tmp_path / "a.parquet")
    table = read_table(tmp_path / "a.parquet")
    assert table.header_row is None
    assert table.frame.drop(ROW).equals(frame)
    assert table.frame[ROW].to_list() == [1, 2]


@pytest.mark.parametrize("lines", [True, False], ids=["lines", "array"])
def test_json(tmp_path: Path, lines: bool) -> None:
    first, second = '{"a": 1.50, "b": "x"}', '{"a": true, "c": [1]}'
    text = f"{first}\n{second}\n" if lines else f"[{first}, {second}]"
    table = read_table(save(tmp_path, text, "a.json"))
    assert rows(table) == [(1, "1.50", "x", None), (2, "TRUE", None, json.dumps(["1"]))]
    assert refusal(save(tmp_path, '[{"a": 1, "a": 2}]')).code == "file.header_duplicate"


@pytest.mark.parametrize(
    ("text", "name"),
    [("企业名称 *", "企业名称"), (" 企业\n名称＊", "企业名称"), ("Licence\r\n No", "Licence No")],
)
def test_clean_header(text: str, name: str) -> None:
    assert clean_header(text) == name


def test_column_letter() -> None:
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def spreadsheet_in_opendocument(path: Path, *rows: str) -> Path:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="表">'
        f"{''.join(rows)}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def cell(text: str, attributes: str = "") -> str:
    said = f'<table:table-cell office:value-type="string" {attributes}>'
    return f"{said}<text:p>{text}</text:p></table:table-cell>"


def test_an_ods_has_a_layout_as_an_xlsx_has(tmp_path: Path) -> None:
    over_two = 'table:number-rows-spanned="2"'
    missing = cell("#N/A", 'office:string-value="" calcext:value-type="error"')
    path = spreadsheet_in_opendocument(
        tmp_path / "a.ods",
        f"<table:table-row>{cell('甲')}{cell('乙')}{cell('丙')}</table:table-row>",
        f"<table:table-row>{cell('a', over_two)}{missing}{cell('1')}</table:table-row>",
        '<table:table-row table:visibility="collapse"><table:covered-table-cell/>'
        f"{cell('b')}{cell('2')}</table:table-row>",
    )
    table = read_table(path)
    assert rows(table) == [(2, "a", None, "1"), (3, "a", "b", "2")]
    assert table.merged == {(2, "甲"), (3, "甲")}
    assert table.unread == ((2, "乙", "#N/A"),)
    assert table.hidden_rows == (3,)


def test_a_cell_of_an_ods_that_stands_a_thousand_million_times_is_refused(tmp_path: Path) -> None:
    row = '<table:table-row table:number-rows-repeated="1048576">{}</table:table-row>'
    many = cell("a", 'table:number-columns-repeated="1024"')
    error = refusal(spreadsheet_in_opendocument(tmp_path / "a.ods", row.format(many)))
    assert error.code == "file.area"
    assert "1048576 行、1024 列" in error.message
    # Empty cells to the sheet's end are what every program writes.
    none = '<table:table-cell table:number-columns-repeated="16384"/>'
    head = f"<table:table-row>{cell('甲')}</table:table-row>"
    path = spreadsheet_in_opendocument(tmp_path / "b.ods", head, row.format(none))
    assert read_table(path).columns == ("甲",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(json.dumps({f"k{i}": 1}) for i in range(10_000)), "10000 行、10000 列"),
        ("甲,乙\n" * 9_000 + "," * 8_000, "9001 行、8001 列"),
        ("," * 8_000 + "\n" + "甲,乙\n" * 9_000, "9001 行、8001 列"),
    ],
    ids=["json", "long last line", "long first line"],
)
def test_a_text_that_would_be_mostly_empty_is_refused(tmp_path: Path, text: str, said: str) -> None:
    error = refusal(save(tmp_path, text))
    assert error.code == "file.area"
    assert said in error.message


def test_blocks_merged_over_rows_of_an_xls_are_spread() -> None:
    table = read_table(Path(__file__).parent / "merged.xls")
    assert rows(table) == [(2, "A1", "甲", "1"), (3, "A2", "甲", "2"), (4, "A3", "甲", None)]
    assert table.merged == {(2, "名称"), (3, "名称"), (4, "名称")}


def test_a_parquet_column_that_is_no_text_or_number_is_named(tmp_path: Path) -> None:
    for name, column in {
        "列表": [[1], [2]],
        "结构": [{"a": 1}, {"a": 2}],
        "字节": [b"a", b"\xff"],
    }.items():
        path = tmp_path / "a.parquet"
        pq.write_table(pa.table({"编号": ["1", "2"], name: column}), path)
        error = refusal(path)
        assert error.code == "file.kind"
        assert name in error.message
    wrong = pa.array([b"a", b"\xff"]).view(pa.string())
    pq.write_table(pa.table({"文本": wrong}), tmp_path / "a.parquet")
    assert "文本" in refusal(tmp_path / "a.parquet").message
    pq.write_table(pa.table({"文本": ["甲".encode()]}), tmp_path / "a.parquet")
    assert rows(read_table(tmp_path / "a.parquet")) == [(1, "甲")]


def test_a_column_called_as_the_number_of_the_row_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({ROW: [1], "a": [1]}).write_parquet(tmp_path / "a.parquet")
    assert refusal(tmp_path / "a.parquet").code == "file.header_reserved"
    assert refusal(save(tmp_path, f"{ROW},a\n1,2\n")).code == "file.header_reserved"
    assert refusal(save(tmp_path, f'{{"{ROW}": 1}}')).code == "file.header_reserved"


def test_damage_that_a_reader_stumbles_over_is_refused(workbook: Path, tmp_path: Path) -> None:
    assert refusal(save(tmp_path, "[" * 200_000, "a.json")).code == "file.kind"
    error = refusal(save(tmp_path, 'a,b\n1,"x\n' + "y,z\n" * (5 << 20)))
    assert error.code == "file.quote"
    assert "第 2 行" in error.message
    content = workbook.read_bytes()
    at = content.index(b"PK\x01\x02")
    for place, byte in ((at, 0), (at + 9, 8)):
        damaged = bytearray(content)
        damaged[place] = byte
        damaged[at + 46] |= 0x80
        assert refusal(save(tmp_path, bytes(damaged), "b.xlsx")).code == "file.kind"


def test_times_of_day(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write(0, 0, "时")
        page.write_datetime(1, 0, time(8, 5), book.add_format({"num_format": "hh:mm"}))
    assert rows(read_table(path)) == [(2, "08:05:00")]
