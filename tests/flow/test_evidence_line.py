"""A department's file on its way in: checked, kept, corrected, proven, erased, projected."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from openpyxl import load_workbook
from support import ledger_rows
from support.deliveries import HEADER, inspection, load_places, write_csv

from zhiheng.evidence import lake, ledger, log, queries, reading, standalone_verifier
from zhiheng.evidence.actions import erase, import_file, report_nothing
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch, Pack, PersonalValue, PostingSegment
from zhiheng.evidence.packs import Contents
from zhiheng.evidence.templates import write_kind_template
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.rules.errors import ConflictError, RightError, UsageError

pytestmark = pytest.mark.record
OPERATOR = Actor.system()


@pytest.fixture(autouse=True)
def _places(home: Home) -> None:
    load_places()


def bring(path: Path, rows: list[list[str]], **options: object) -> dict:
    return import_file(OPERATOR, write_csv(path, rows), "product_inspection", **options)  # type: ignore


def counts(outcome: dict) -> tuple[int, ...]:
    return tuple(outcome[k] for k in ("read", "accepted", "corrected", "repeated", "rejected"))


def test_a_sound_file_is_accepted_whole(home: Home, tmp_path: Path) -> None:
    outcome = bring(tmp_path / "a.csv", [inspection("A-1"), inspection("A-2", 检验结论="不合格")])
    assert counts(outcome) == (2, 2, 0, 0, 0)
    assert outcome["problems"] == []
    assert outcome["marked_file"] is None
    assert set(outcome) == {
        "batch",
        "kind",
        "read",
        "accepted",
        "corrected",
        "repeated",
        "rejected",
        "problem_count",
        "problem_summary",
        "problems",
        "notices",
        "marked_file",
        "problems_file",
    }
    table = lake.connect(home).table("product_inspection").to_polars().sort("external_id")
    assert table["result"].to_list() == ["pass", "fail"]
    assert table["region"].to_list() == ["990101", "990101"]
    assert table["organisation"].n_unique() == 1


def test_the_same_file_again_changes_nothing(home: Home, tmp_path: Path) -> None:
    rows = [inspection("A-1"), inspection("A-2")]
    bring(tmp_path / "a.csv", rows)
    before = log.head()
    again = bring(tmp_path / "a.csv", rows)
    assert counts(again) == (2, 0, 0, 2, 0)
    assert again["batch"] is None
    assert ledger_rows.count() == 2
    assert log.head() == before


def test_a_changed_row_supersedes(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1"), inspection("A-2")])
    changed = bring(tmp_path / "b.csv", [inspection("A-1", 检验结论="不合格"), inspection("A-2")])
    assert counts(changed) == (2, 0, 1, 1, 0)
    old, new = ledger_rows.rows(external_id="A-1")
    assert new.supersedes == old.id
    assert new.said["$supersedes"] == old.leaf.hex()
    table = lake.connect(home).table("product_inspection").to_polars()
    assert dict(table.select("external_id", "result").iter_rows()) == {"A-1": "fail", "A-2": "pass"}
    assert verify().ok


def test_rows_are_held_against_those_of_their_own_source_and_kind(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = bring(tmp_path / "a.csv", [inspection("T-1")], source="a")["batch"]
    bring(tmp_path / "b.csv", [inspection("T-1", 检验结论="不合格")], source="b")
    import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint", source="a")
    opened = []

    def noted(pack: Pack) -> Contents:
        opened.append(pack.batch_id)
        return contents_of(pack)

    contents_of = reading.contents_of
    monkeypatch.setattr(reading, "contents_of", noted)
    assert counts(bring(tmp_path / "a.csv", [inspection("T-1")], source="a")) == (1, 0, 0, 1, 0)
    assert opened == [own]


def test_one_fault_sends_the_whole_file_back_marked(home: Home, tmp_path: Path) -> None:
    rows = [inspection("A-1"), inspection("A-2", 检验结论="还行", 抽样日期="2026-02-30")]
    outcome = bring(tmp_path / "a.csv", rows)
    assert counts(outcome) == (2, 0, 0, 0, 2)
    assert outcome["batch"] is None
    assert {(p["row"], p["column"], p["value"], p["rule"]) for p in outcome["problems"]} >= {
        (3, "检验结论", "还行", "code"),
        (3, "抽样日期", "2026-02-30", "date"),
    }
    assert all(p["message"] and p["fix"] for p in outcome["problems"])
    assert ledger_rows.count() == 0
    page = load_workbook(outcome["marked_file"]).worksheets[0]
    assert page.cell(3, HEADER.index("检验结论") + 1).comment is not None


def test_the_marked_file_comes_back_mended(home: Home, tmp_path: Path) -> None:
    outcome = bring(tmp_path / "a.csv", [inspection("A-1"), inspection("A-2", 检验结论="还行")])
    book = load_workbook(outcome["marked_file"])
    book.worksheets[0].cell(3, HEADER.index("检验结论") + 1).value = "合格"
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    again = import_file(OPERATOR, mended, "product_inspection")
    assert counts(again) == (2, 2, 0, 0, 0)


def test_proceed_takes_the_sound_rows(home: Home, tmp_path: Path) -> None:
    rows = [inspection("A-1"), inspection("A-2", 所在区域="云西区"), inspection("")]
    outcome = bring(tmp_path / "a.csv", rows, mode="proceed")
    assert counts(outcome) == (3, 1, 0, 0, 2)
    by_rule = {p["rule"]: p for p in outcome["problems"]}
    assert "云溪区" in by_rule["region"]["fix"]
    assert by_rule["required"]["column"] == "抽样单号"


def test_one_number_for_two_different_rows_is_a_fault_and_a_doubled_row_is_not(
    home: Home, tmp_path: Path
) -> None:
    rows = [
        inspection("A-1"),
        inspection("A-1"),
        inspection("A-2"),
        inspection("A-2", 检验结论="不合格"),
    ]
    outcome = bring(tmp_path / "a.csv", rows, mode="proceed")
    assert counts(outcome) == (4, 1, 0, 1, 2)
    assert {(p["row"], p["rule"]) for p in outcome["problems"]} == {
        (4, "duplicate"),
        (5, "duplicate"),
    }


def test_a_row_that_cannot_be_taken_takes_no_sound_one_with_it(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    lines = [
        "P1,云溪区,2026-03-05,product,open,约五千",
        *["P1,云溪区,2026-03-05,product,open,"] * 2,
    ]
    header = "number,region,occurred_on,topic,state,recovered"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    outcome = import_file(OPERATOR, path, "complaint", mode="proceed")
    assert counts(outcome) == (3, 1, 0, 1, 1)
    assert ledger_rows.row().external_id == "P1"


def test_a_missing_column_is_said_once(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("抽样单号,所在区域\nA-1,云溪区\nA-2,云溪区\n", encoding="gb18030")
    outcome = import_file(OPERATOR, path, "product_inspection", mode="proceed")
    missing = [p["column"] for p in outcome["problems"] if p["rule"] == "column_missing"]
    assert set(missing) == {
        "抽样日期",
        "受检企业名称",
        "产品名称",
        "产品类别",
        "抽样方式",
        "检验结论",
    }
    assert counts(outcome) == (2, 0, 0, 0, 2)


def test_an_abolished_district_is_kept_as_filed(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1", 所在区域="旧坪区", 抽样日期="2025-03-01")])
    assert ledger_rows.row().region == "990103"


def test_every_row_is_proven_to_someone_who_has_only_the_verifier(
    home: Home, tmp_path: Path
) -> None:
    bring(tmp_path / "a.csv", [inspection(f"A-{i}") for i in range(7)])
    bring(tmp_path / "b.csv", [inspection("B-1")])
    program = Path(standalone_verifier.__file__)
    for row in ledger_rows.rows():
        path = tmp_path / "proof.json"
        path.write_text(json.dumps(queries.proof(OPERATOR, row.id)), encoding="utf-8")
        command = [sys.executable, "-I", str(program), str(path), "--root", log.head().root]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout
    proof = queries.proof(OPERATOR, row.id)
    proof["row"]["canonical"] = proof["row"]["canonical"].replace("pass", "fail")
    assert standalone_verifier.problems(proof)


def test_a_proof_holds_while_the_log_grows(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    before = log.head()

    def sealed_meanwhile() -> log.Head:
        bring(tmp_path / "b.csv", [inspection("B-1")])
        return before

    monkeypatch.setattr(log, "head", sealed_meanwhile)
    proof = queries.proof(OPERATOR, ledger_rows.row(external_id="A-1").id)
    assert (proof["log"]["size"], proof["log"]["root"]) == (before.size, before.root)
    assert standalone_verifier.problems(proof) == []


def test_batches_are_told_to_those_who_may_read_their_kind(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    may = frozenset({"evidence.read"})
    limited = Actor("q", "qts", may, user_id=1, kinds=frozenset({"complaint"}))
    assert [batch.kind for batch in queries.batches(limited)] == ["complaint"]
    anyone = Actor("r", "zlb", may, user_id=2)
    assert [batch.kind for batch in queries.batches(anyone)] == ["complaint", "product_inspection"]


def test_the_record_refuses_change(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    for change in (
        lambda: Pack.objects.update(regions=" 990102 "),
        lambda: Pack.objects.all().delete(),
        lambda: Batch.objects.update(rows=3),
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            change()


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE evidence_pack SET regions = ' 990102 ' WHERE {pack}", 0),
        ("UPDATE evidence_pack SET last_day = '2030-01-01' WHERE {pack}", 0),
        ("UPDATE evidence_pack SET salts = leaves WHERE {pack}", 0),
        ("UPDATE evidence_pack SET body = salts WHERE {pack}", 0),
        ("UPDATE evidence_pack SET root = digest WHERE {pack}", 0),
        ("UPDATE evidence_pack SET batch_id = 99 WHERE {pack}", 0),
        ("UPDATE evidence_pack SET rows = 2 WHERE {pack}", 0),
        ("INSERT INTO evidence_correction VALUES ({first} + 1, 5)", 1),
        ("UPDATE evidence_pack SET words = digest WHERE {pack}", 0),
        ("UPDATE evidence_pack SET digest = root WHERE {pack}", 0),
        ("DELETE FROM evidence_postingblock WHERE segment = {segment}", 0),
        ("UPDATE evidence_postingblock SET packs = words WHERE segment = {segment}", 0),
        ("UPDATE evidence_postingblock SET words = packs WHERE segment = {segment}", 0),
        ("DELETE FROM evidence_pack WHERE {pack}", None),
        ("UPDATE evidence_batch SET source = 'x' WHERE id = {batch}", None),
    ],
)
def test_verify_names_the_first_wrong_batch_and_row(
    home: Home, tmp_path: Path, statement: str, row: int | None
) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    second = bring(tmp_path / "b.csv", [inspection(f"B-{i}") for i in (1, 2, 3)])["batch"]
    assert verify().ok
    first = second << 24
    segment = PostingSegment.objects.latest("id").id
    names = {"batch": second, "first": first, "pack": f"id = {first}", "segment": segment}
    _behind_the_guards(statement.format(**names))
    for every_row in (False, True):
        found = verify(every_row=every_row)
        assert not found.ok
        assert found.first_bad == {"batch": second, "row": None if row is None else first + row}


@pytest.mark.parametrize("part", ["text", "salt", "leaf"])
def test_verify_names_the_row_that_says_otherwise(home: Home, tmp_path: Path, part: str) -> None:
    batch = bring(tmp_path / "b.csv", [inspection(f"B-{i}") for i in (1, 2, 3)])["batch"]
    wrong = ledger_rows.row(external_id="B-2")
    said = {
        "text": wrong.canonical.replace(b"pass", b"fail"),
        "salt": wrong.salt[::-1],
        "leaf": wrong.leaf[::-1],
    }
    ledger_rows.forge(wrong.id, **{part: said[part]})
    assert verify().first_bad == {"batch": batch, "row": wrong.id}


def test_verify_finds_a_touched_audit_trail(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    with_entry = AuditEntry.objects.order_by("id").first()
    assert with_entry is not None
    _behind_the_guards(f"UPDATE office_auditentry SET actor = 'x' WHERE id = {with_entry.id}")
    assert not verify().ok


def _behind_the_guards(statement: str) -> None:
    """Change the tables as someone could who holds the database itself."""
    evidence = ("pack", "correction", "batch")
    ledger_rows.unguard("office_auditentry", *(f"evidence_{name}" for name in evidence))
    with connection.cursor() as cursor:
        cursor.execute(statement)


def complaint(path: Path, phone: str = "13812345678") -> Path:
    header = "投诉编号,所在区域,接收日期,投诉类别,办理状态,投诉人,联系电话"
    path.write_text(
        f"{header}\nT-1,云溪区,2026-03-05,产品质量,办理中,李四,{phone}\n", encoding="utf-8"
    )
    return path


def test_personal_values_stay_out_of_rows_and_lake_and_are_masked(
    home: Home, tmp_path: Path
) -> None:
    import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    row = ledger_rows.row()
    assert "13812345678" not in bytes(row.canonical).decode()
    assert "phone" not in lake.connect(home).table("complaint").columns
    reader = Actor("r", "q", frozenset({"evidence.read"}), user_id=1)
    assert queries.row(reader, row.id).values["phone"] == "138****5678"
    assert queries.row(OPERATOR, row.id).values["phone"] == "13812345678"
    with pytest.raises(RightError):
        queries.proof(reader, row.id, personal=True)


def test_a_repeated_person_is_no_correction_and_a_changed_one_is(
    home: Home, tmp_path: Path
) -> None:
    import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    same = import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    assert counts(same) == (1, 0, 0, 1, 0)
    other = import_file(OPERATOR, complaint(tmp_path / "c.csv", "13900000000"), "complaint")
    assert counts(other) == (1, 0, 1, 0, 0)


def test_erasing_leaves_every_proof_valid(home: Home, tmp_path: Path) -> None:
    import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    row = ledger_rows.row().id
    opened = queries.proof(OPERATOR, row, personal=True)
    assert standalone_verifier.problems(opened) == []
    opened["personal"]["phone"]["value"] = "13800000000"
    assert standalone_verifier.problems(opened)
    with pytest.raises(UsageError):
        erase(OPERATOR, row, None, " ")
    assert erase(OPERATOR, row, ["phone"], "个人信息保护法第四十七条") == 1
    assert PersonalValue.objects.filter(column="phone").count() == 0
    assert standalone_verifier.problems(queries.proof(OPERATOR, row)) == []
    assert queries.row(OPERATOR, row).values["phone"] == "（已删除）"
    with transaction.atomic():
        log.append()
    assert verify().ok
    again = import_file(OPERATOR, complaint(tmp_path / "c.csv"), "complaint")
    assert counts(again) == (1, 0, 0, 1, 0)


def test_nothing_to_report_is_a_row_of_its_own(home: Home) -> None:
    from datetime import date

    days = (date(2026, 1, 1), date(2026, 3, 31))
    assert report_nothing(OPERATOR, "complaint", "云溪区", *days)["accepted"] == 1
    assert report_nothing(OPERATOR, "complaint", "云溪区", *days)["repeated"] == 1
    backend = lake.connect(home)
    assert len(backend.table("complaint").to_polars()) == 0
    (row,) = backend.table("complaint_nothing").to_polars().iter_rows(named=True)
    assert (row["region"], row["since"], row["occurred_on"]) == ("990101", *days)
    assert verify().ok


def test_the_lake_is_rebuilt_to_the_same_bytes(home: Home, tmp_path: Path) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1"), inspection("A-2", 抽样日期="2025-12-31")])
    bring(tmp_path / "b.csv", [inspection("A-1", 检验结论="不合格")])
    files = {p: p.read_bytes() for p in home.lake.rglob("*.parquet")}
    assert len(files) == 3
    assert lake.rebuild(home) == 2
    assert {p: p.read_bytes() for p in home.lake.rglob("*.parquet")} == files
    hashes = pl.concat([pl.read_parquet(p, columns=["leaf"]) for p in files])["leaf"].to_list()
    assert set(hashes) == {row.leaf.hex() for row in ledger_rows.rows()}


def test_a_stray_copy_in_the_lake_stops_nothing_counts_for_nothing_and_is_named(
    home: Home, tmp_path: Path
) -> None:
    bring(tmp_path / "a.csv", [inspection("A-1")])
    (file,) = home.lake.rglob("*.parquet")
    stray = file.with_stem(f"{file.stem} (1)")
    stray.write_bytes(file.read_bytes())
    bring(tmp_path / "b.csv", [inspection("A-2")])
    assert lake.connect(home).table("product_inspection").to_polars().height == 2
    assert verify().first_bad == {"batch": None, "row": None, "file": str(stray)}


def test_one_open_batch_for_a_source_and_kind(home: Home, tmp_path: Path) -> None:
    from django.utils import timezone

    new = Batch(kind="product_inspection", source="operator", recorded_at=timezone.now())
    with ledger.open_batch(new), pytest.raises(ConflictError, match="product_inspection"):
        bring(tmp_path / "a.csv", [inspection("A-1")])
    bring(tmp_path / "a.csv", [inspection("A-1")])
    assert Batch.objects.get(id=new.id).state == "dropped"


def test_a_person_files_only_for_the_own_party_and_region(home: Home, tmp_path: Path) -> None:
    person = Actor(
        "zhao",
        "scjg",
        frozenset({"evidence.import"}),
        user_id=1,
        region="990102",
        regions=frozenset({"990102"}),
        kinds=frozenset({"product_inspection"}),
    )
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")])
    outcome = import_file(person, path, "product_inspection")
    assert [p["rule"] for p in outcome["problems"]] == ["region_scope"]
    with pytest.raises(RightError):
        import_file(person, path, "complaint")
    path = write_csv(tmp_path / "b.csv", [inspection("A-1", 所在区域="石泉区")])
    assert import_file(person, path, "product_inspection", source="other")["accepted"] == 1
    assert Batch.objects.get().source == "scjg"


def test_nothing_is_reported_once_for_a_region_and_a_period(home: Home, tmp_path: Path) -> None:
    template = tmp_path / "template.xlsx"
    write_kind_template(ALL["product_inspection"], template)
    book = load_workbook(template)
    lines = [("石泉区", "无"), ("990102", "无"), ("石泉区", "停业"), ("云溪区", "")]
    for line, (region, note) in enumerate(lines, start=3):
        for column, value in enumerate((region, "2026-01-01", "2026-03-31", note), start=1):
            book["无可报告"].cell(line, column).value = value
    book.save(template)
    refused = import_file(OPERATOR, template, "product_inspection")
    assert [(p["row"], p["rule"]) for p in refused["problems"]] == [(5, "nothing")]
    for counted in ((4, 2, 0, 1, 1), (4, 0, 0, 3, 1)):
        outcome = import_file(OPERATOR, template, "product_inspection", mode="proceed")
        assert counts(outcome) == counted
    assert verify().ok


def test_the_template_goes_out_and_comes_back_with_its_nothing_sheet(
    home: Home, tmp_path: Path
) -> None:
    template = tmp_path / "template.xlsx"
    write_kind_template(ALL["product_inspection"], template)
    book = load_workbook(template)
    page = book.worksheets[0]
    titles = [str(cell.value or "").rstrip("*").strip() for cell in page[1]]
    for title, value in zip(HEADER, inspection("A-1"), strict=True):
        page.cell(3, titles.index(title) + 1).value = value
    nothing = book["无可报告"]
    for line, region in ((3, "石泉区"), (4, "云西区")):
        for column, value in enumerate((region, "2026-01-01", "2026-03-31"), start=1):
            nothing.cell(line, column).value = value
    book.save(template)
    refused = import_file(OPERATOR, template, "product_inspection")
    assert [(p["row"], p["rule"]) for p in refused["problems"]] == [(4, "nothing")]
    assert counts(refused) == (3, 0, 0, 0, 3)
    taken = import_file(OPERATOR, template, "product_inspection", mode="proceed")
    assert counts(taken) == (3, 2, 0, 0, 1)
    assert len(lake.connect(home).table("product_inspection_nothing").to_polars()) == 1
