"""Files as departments really send them: read right, or refused in words that say what to do."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support import ledger_rows
from support.deliveries import HEADER, inspection, load_places, write_csv

from zhiheng.documents.archives import refuse_bomb
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.lake import connect
from zhiheng.evidence.models import Batch
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.rules.errors import ContentError

OPERATOR = Actor.system()


@pytest.fixture(autouse=True)
def places(home: Home) -> None:
    load_places()


def bring(path: Path, **how: Any) -> dict[str, Any]:
    return import_file(OPERATOR, path, how.pop("kind", "product_inspection"), **how)


def refusal(path: Path, **how: Any) -> ContentError:
    with pytest.raises(ContentError) as caught:
        bring(path, **how)
    assert not ledger_rows.count()
    assert not Batch.objects.filter(state=Batch.State.OPEN).exists()
    return caught.value


def rules(outcome: dict[str, Any]) -> set[tuple[int, str, str]]:
    return {(p["row"], p["column"], p["rule"]) for p in outcome["problems"]}


def held(home: Home, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    view = connect(home).con.execute(f"SELECT {', '.join(columns)} FROM {kind} ORDER BY 1")
    return list(view.fetchall())


def write_sheet(
    path: Path,
    rows: Sequence[Sequence[Any]],
    shape: Callable[[Any], None] = lambda page: None,
) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    shape(page)
    book.save(path)
    return path


def cost(number: str, **changed: Any) -> dict[str, Any]:
    return {
        "填报编号": number,
        "所在区域": "云溪区",
        "期末": "2026-06-30",
        "企业统一社会信用代码": "91350100M000100Y43",
        "企业名称": "衡川晨光食品有限公司",
        **changed,
    }


# Headers


def test_a_header_of_other_names_is_refused_with_the_names_hoped_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,地方,时间\n1,云溪区,2026-03-05\n", encoding="utf-8")
    error = refusal(path)
    assert error.code == "file.header"
    assert "编号、地方、时间" in error.message
    assert "抽样单号" in error.fix


def test_a_header_without_a_required_name_says_which_is_missing(tmp_path: Path) -> None:
    header = [name for name in HEADER if name != "所在区域"]
    row = [v for name, v in zip(HEADER, inspection("A-1"), strict=True) if name in header]
    outcome = bring(write_sheet(tmp_path / "a.xlsx", [header, row]))
    assert rules(outcome) == {(1, "所在区域", "column_missing")}
    assert outcome["batch"] is None


def test_a_header_that_stands_twice_is_refused_with_its_places(tmp_path: Path) -> None:
    rows = [[*HEADER, "检验结论"], [*inspection("A-1"), "不合格"]]
    error = refusal(write_sheet(tmp_path / "a.xlsx", rows))
    assert error.code == "file.header_duplicate"
    assert "I列“检验结论”、J列“检验结论”" in error.message


def test_a_header_repeated_on_every_page_is_no_row(home: Home, tmp_path: Path) -> None:
    rows = [HEADER, inspection("A-1"), HEADER, inspection("A-2"), HEADER]
    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows))
    assert (outcome["accepted"], outcome["problems"]) == (2, [])


def test_a_header_of_two_lines_with_merged_titles(home: Home, tmp_path: Path) -> None:
    above = ["抽样情况", *[None] * 7, "检验结论"]
    below = [*HEADER[:8], None]

    def shape(page: Any) -> None:
        page.merge_cells("A2:H2")
        page.merge_cells("I2:I3")
        page.merge_cells("A1:I1")

    title = ["衡川市抽查明细表", *[None] * 8]
    rows = [title, above, below, inspection("A-1"), inspection("A-2", 检验结论="不合格")]
    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows, shape))
    assert (outcome["accepted"], outcome["problems"]) == (2, [])


# Layout


def test_a_text_merged_over_rows_holds_for_each(home: Home, tmp_path: Path) -> None:
    rows = [HEADER, inspection("A-1"), inspection("A-2"), inspection("A-3", 所在区域="石泉区")]
    rows[2][1] = ""

    def shape(page: Any) -> None:
        page["B3"] = None
        page.merge_cells("B2:B3")

    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows, shape))
    assert outcome["problems"] == []
    assert held(home, "product_inspection", "external_id", "region") == [
        ("A-1", "990101"),
        ("A-2", "990101"),
        ("A-3", "990102"),
    ]


def test_a_number_merged_over_rows_is_nobodys(tmp_path: Path) -> None:
    from zhiheng.evidence.kinds import ALL

    kind = ALL["quality_cost"]
    named = {c.zh: c.example for c in kind.columns if c.required or c.type.value == "number"}
    number = next(c.zh for c in kind.columns if c.type.value == "number")
    filed = [{**named, **cost(f"Q-{i}"), number: 100} for i in range(2)]
    titles = [t for t in filed[0] if any(c.zh == t for c in kind.columns)]
    rows = [titles, *([row[t] for t in titles] for row in filed)]
    column = openpyxl.utils.get_column_letter(titles.index(number) + 1)

    def shape(page: Any) -> None:
        page[f"{column}3"] = None
        page.merge_cells(f"{column}2:{column}3")

    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows, shape), kind="quality_cost")
    assert {r for r in rules(outcome) if r[2] == "merged"} == {
        (2, number, "merged"),
        (3, number, "merged"),
    }


def test_a_header_of_two_lines_repeated_over_numbers_is_no_row(tmp_path: Path) -> None:
    head = ["填报编号", "所在区域", "期末", "填报企业名称", "内部损失成本"]
    rows = [head, [None] * 5, ["Q-1", "云溪区", "2026-06-30", "衡川晨光食品有限公司", 1]]
    rows += [head, [None] * 5, ["Q-2", "云溪区", "2026-06-30", "衡川晨光食品有限公司", 2]]

    def shape(page: Any) -> None:
        for letter in "ABCDE":
            page.merge_cells(f"{letter}1:{letter}2")
            page.merge_cells(f"{letter}4:{letter}5")

    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows, shape), kind="quality_cost")
    assert "merged" not in {rule for _row, _column, rule in rules(outcome)}


def test_hidden_rows_are_read_and_named(home: Home, tmp_path: Path) -> None:
    rows = [HEADER, *(inspection(f"A-{i}") for i in range(4))]

    def shape(page: Any) -> None:
        page.row_dimensions[3].hidden = True
        page.row_dimensions[5].hidden = True

    outcome = bring(write_sheet(tmp_path / "a.xlsx", rows, shape))
    assert outcome["accepted"] == 4
    assert len(outcome["notices"]) == 1
    assert "2 行" in outcome["notices"][0]
    assert "第 3、5 行" in outcome["notices"][0]


# Values


@pytest.mark.parametrize(
    ("filed", "meant"),
    [
        ("２０２６－０３－０５", date(2026, 3, 5)),
        ("2026年3月5日", date(2026, 3, 5)),
        ("2026/3/5", date(2026, 3, 5)),
        ("  2026-03-05　", date(2026, 3, 5)),
        (datetime(2026, 3, 5), date(2026, 3, 5)),  # noqa: DTZ001
    ],
    ids=["full-width", "in words", "slashes", "spaces", "a date cell"],
)
def test_days_in_every_dress(home: Home, tmp_path: Path, filed: Any, meant: date) -> None:
    row: list[Any] = inspection("A-1")
    row[2] = filed
    outcome = bring(write_sheet(tmp_path / "a.xlsx", [HEADER, row]))
    assert outcome["problems"] == []
    assert held(home, "product_inspection", "occurred_on") == [(meant,)]


def test_a_serial_number_is_no_day_unless_the_mapping_says_so(tmp_path: Path) -> None:
    row: list[Any] = inspection("A-1")
    row[2] = 46086
    outcome = bring(write_sheet(tmp_path / "a.xlsx", [HEADER, row]))
    assert rules(outcome) == {(2, "抽样日期", "date")}
    assert outcome["problems"][0]["value"] == "46086"


def test_full_width_digits_and_spaces_do_not_make_another_firm(home: Home, tmp_path: Path) -> None:
    wide = "９１３５０１００Ｍ０００１００Ｙ４３"
    rows = [
        inspection("A-1"),
        inspection("A-2", 受检企业统一社会信用代码=wide),
        inspection("A-3", 受检企业统一社会信用代码=" 91350100M000100Y43　"),
        inspection("A-4", 所在区域="云溪区　", 检验结论=" 合格 "),
    ]
    outcome = bring(write_csv(tmp_path / "a.csv", rows))
    assert (outcome["accepted"], outcome["problems"]) == (4, [])
    assert len(set(held(home, "product_inspection", "subject"))) == 1


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_encodings_of_whole_files(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")], encoding=encoding)
    assert bring(path)["accepted"] == 1


def test_two_encodings_in_one_file_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")], encoding="utf-8")
    tail = ",".join(inspection("A-2")).encode("gb18030")
    path.write_bytes(path.read_bytes() + tail + b"\r\n")
    error = refusal(path)
    assert error.code == "file.encoding"


def test_a_formula_counts_by_its_value_and_one_without_is_named(home: Home, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet("数据")
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, inspection("A-1"))
        page.write_formula(1, 8, '=IF(1=1,"合格","不合格")', None, "合格")
    assert bring(tmp_path / "a.xlsx")["accepted"] == 1
    assert held(home, "product_inspection", "external_id") == [("A-1",)]

    computed_by_no_one = write_sheet(
        tmp_path / "b.xlsx",
        [HEADER, inspection("A-2")],
        lambda page: page.__setitem__("I2", '=IF(1=1,"合格","不合格")'),
    )
    outcome = bring(computed_by_no_one)
    assert outcome["batch"] is None
    assert [(p["row"], p["column"]) for p in outcome["problems"]] == [(2, "检验结论")]


# Whole files


@pytest.mark.parametrize("content", [b"", b" \n \n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refusal(path).code == "file.empty"


def test_a_spreadsheet_without_rows_is_no_delivery(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "a.xlsx", [HEADER])
    error = refusal(path)
    assert error.code == "file.no_rows"
    assert "无可报告" in error.fix


def bomb(path: Path, *, lie: bool) -> Path:
    """A workbook of which one member unpacks to 300 MB of blanks; it may state a smaller size."""
    write_sheet(path, [HEADER, inspection("A-1")])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/media/blank.xml", b" " * (300 << 20))
    if lie:
        content = bytearray(path.read_bytes())
        true = struct.pack("<L", 300 << 20)
        for _times in range(content.count(true)):
            at = content.index(true)
            content[at : at + 4] = struct.pack("<L", 10)
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("lie", [False, True])
def test_a_zip_bomb_is_refused_unread(tmp_path: Path, lie: bool) -> None:
    path = bomb(tmp_path / "a.xlsx", lie=lie)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ContentError) as caught:
        refuse_bomb(path, most=100 << 20)
    assert caught.value.code == "file.bomb"
    assert "100 MB" in caught.value.message
    if not lie:
        refuse_bomb(path, most=400 << 20)


def test_a_cut_archive_is_no_spreadsheet(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "a.xlsx", [HEADER, *(inspection(f"A-{i}") for i in range(500))])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refusal(path).code == "file.kind"
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 100)
    assert refusal(path).code == "file.kind"


@pytest.mark.parametrize("seed", range(12))
def test_garbage_is_refused_or_read_but_never_half(tmp_path: Path, seed: int) -> None:
    """Bytes changed at random in a sound file: a clear refusal, or rows that verify."""
    import random

    chance = random.Random(seed)
    if seed % 2:
        path = write_sheet(tmp_path / "a.xlsx", [HEADER, *(inspection(f"A-{i}") for i in range(9))])
    else:
        path = write_csv(tmp_path / "a.csv", [inspection(f"A-{i}") for i in range(9)])
    content = bytearray(path.read_bytes())
    for _times in range(6):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)
    with suppress(ContentError):
        outcome = bring(path)
        assert outcome["problems"] or outcome["accepted"] == outcome["read"]
    assert not Batch.objects.filter(state=Batch.State.OPEN).exists()
    assert verify().ok


def test_a_file_with_errors_in_a_third_keeps_the_rest(home: Home, tmp_path: Path) -> None:
    count = 3_000
    rows = [
        inspection(f"A-{i}", 检验结论="也许" if i % 3 == 0 else "合格", 产品名称=f"产品{i}")
        for i in range(count)
    ]
    path = write_csv(tmp_path / "a.csv", rows)
    refused = bring(path)
    assert (refused["batch"], refused["rejected"]) == (None, count)
    assert len(refused["problems"]) == count // 3
    taken = bring(path, mode="proceed")
    assert (taken["accepted"], taken["rejected"]) == (count - count // 3, count // 3)
    marked = Path(taken["marked_file"])
    marked = marked if marked.is_absolute() else home.files / marked
    sheet = openpyxl.load_workbook(marked, read_only=True).worksheets[0]
    assert sum("也许" in str(row) for row in sheet.iter_rows(values_only=True)) == count // 3
