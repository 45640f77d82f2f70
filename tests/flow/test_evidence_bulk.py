"""Large deliveries take the ways that are made for them: pieces, helper processes, big files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from django.db import OperationalError, connection
from support import ledger_rows
from support.deliveries import HEADER, inspection, load_places, write_csv

from zhiheng.documents import containers, raw_tables
from zhiheng.evidence import (
    lake,
    ledger,
    postings,
    queries,
    reading,
    rechecked_batches,
    standalone_verifier,
)
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.models import Batch, LakeFile, Pack, PostingBlock, PostingSegment
from zhiheng.evidence.postings import Int64s
from zhiheng.evidence.verification import verify
from zhiheng.evidence.workers import Worker
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

OPERATOR = Actor.system()


@pytest.fixture(autouse=True)
def _small_limits(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    load_places()
    monkeypatch.setattr(containers, "LARGE", 2_000)
    for module in (containers, raw_tables):
        monkeypatch.setattr(module, "PIECE", 70)
    monkeypatch.setattr(rechecked_batches, "BULK", 100)


def deliver(path: Path, rows: list[list[str]], **how: object) -> dict:
    if path.suffix == ".csv":
        write_csv(path, rows)
    else:
        pl.DataFrame(rows, schema=HEADER, orient="row").write_parquet(path)
    return import_file(OPERATOR, path, "product_inspection", **how)  # type: ignore[arg-type]


def some(count: int) -> list[list[str]]:
    return [
        inspection(
            f"A-{i}", 产品名称=f"产品{i}", 受检企业统一社会信用代码="", 受检企业名称=f"厂{i % 9}"
        )
        for i in range(count)
    ]


@pytest.mark.record
@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_file_in_pieces_goes_in_whole(home: Home, tmp_path: Path, name: str) -> None:
    outcome = deliver(tmp_path / name, some(300))
    assert (outcome["read"], outcome["accepted"]) == (300, 300)
    assert ledger_rows.count() == 300
    table = lake.connect(home).table("product_inspection").to_polars()
    assert sorted(table["external_id"]) == sorted(f"A-{i}" for i in range(300))
    found = verify()
    assert (found.ok, found.rows, found.reason) == (True, 300, "")
    row = ledger_rows.row(external_id="A-123").id
    assert standalone_verifier.problems(queries.proof(OPERATOR, row)) == []
    again = deliver(tmp_path / name, some(300))
    assert (again["accepted"], again["repeated"]) == (0, 300)
    assert not list(home.staging.iterdir())


def test_numbers_are_held_together_across_pieces(home: Home, tmp_path: Path) -> None:
    rows = some(300)
    rows[250] = rows[3]
    rows[260] = [*rows[7][:5], "别的产品", *rows[7][6:]]
    outcome = deliver(tmp_path / "a.parquet", rows, mode="proceed")
    assert {(p["row"], p["rule"], p["value"]) for p in outcome["problems"]} == {
        (8, "duplicate", "A-7"),
        (261, "duplicate", "A-7"),
    }
    assert (outcome["accepted"], outcome["repeated"], outcome["rejected"]) == (297, 1, 2)


@pytest.mark.record
def test_an_import_that_died_before_sealing_is_taken_back(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "_seal", fail)
        with pytest.raises(OperationalError):
            deliver(tmp_path / "a.csv", some(3000))
    batch = Batch.objects.get()
    assert batch.state == Batch.State.OPEN
    assert ledger_rows.count() == 3000
    assert ledger_rows.rows() == []
    assert verify().ok
    outcome = deliver(tmp_path / "a.csv", some(3000))
    assert (outcome["accepted"], outcome["repeated"]) == (3000, 0)
    batch.refresh_from_db()
    assert (batch.state, ledger_rows.count()) == (Batch.State.DROPPED, 3000)
    assert PostingSegment.objects.get().batch is None
    assert verify().ok
    assert verify(every_row=True).ok


@pytest.mark.record
def test_what_the_helper_cannot_do_is_said(home: Home) -> None:
    with Worker() as helper:
        helper.ask({"no": "job"})
        with pytest.raises(OperationalError, match="KeyError"):
            helper.answer()


@pytest.mark.record
@pytest.mark.parametrize("part", ["text", "salt", "leaf"])
def test_helpers_name_the_same_row(home: Home, tmp_path: Path, part: str) -> None:
    deliver(tmp_path / "a.csv", some(3000))
    wrong = ledger_rows.row(external_id="A-2345")
    ledger_rows.forge(wrong.id, **{part: getattr(wrong, _NAMES[part])[::-1]})
    found = verify()
    assert found.first_bad == {"batch": wrong.batch, "row": wrong.id}
    assert "内容" in found.reason


_NAMES = {"text": "canonical", "salt": "salt", "leaf": "leaf"}


@pytest.mark.record
@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE evidence_pack SET regions = ' 990102 ' WHERE id = {pack}", 1024),
        ("UPDATE evidence_pack SET batch_id = 99 WHERE id = {pack}", 1024),
        ("UPDATE evidence_pack SET body = root WHERE id = {pack}", 1024),
        ("UPDATE evidence_pack SET id = id + 1 WHERE id = {pack}", 1024),
        ("DELETE FROM evidence_pack WHERE id = {pack}", 1024),
        ("UPDATE evidence_pack SET words = root WHERE id = {pack}", 1024),
        ("INSERT INTO evidence_correction (row, supersedes) VALUES ({pack} + 3, 9)", 1027),
    ],
)
def test_helpers_name_the_same_fault(home: Home, tmp_path: Path, statement: str, row: int) -> None:
    first = deliver(tmp_path / "a.csv", some(3000))["batch"] << 24
    damaged(statement.format(pack=first + 1024))
    assert verify().first_bad == {"batch": first >> 24, "row": first + row}


@pytest.mark.record
def test_a_pack_that_lacks_a_word_is_named(home: Home, tmp_path: Path) -> None:
    first = deliver(tmp_path / "a.csv", some(3000))["batch"] << 24
    block = PostingBlock.objects.order_by("first").last()
    assert block is not None
    held = postings.of_block(bytes(block.words), bytes(block.packs))
    place = held.packs.tolist().index(first + 1024)
    for packs in (
        _replaced(held.packs, place, first + 2048),
        _replaced(held.packs, place, first + 4096),
    ):
        PostingBlock.objects.filter(first=block.first).update(packs=packs)
        assert verify().first_bad == {"batch": first >> 24, "row": first + 1024}
    PostingBlock.objects.filter(first=block.first).update(packs=block.packs)
    assert verify().ok


def _replaced(packs: Int64s, place: int, by: int) -> bytes:
    changed = packs.copy()
    changed[place] = by
    return changed.tobytes()


def test_rows_are_found_alike_in_every_way(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(tmp_path / "a.csv", some(3000))
    subjects = [row.subject for row in ledger_rows.rows() if row.subject][:2]
    words = ["#A-7", "#A-70", "#A-2999", "#A", *subjects]
    expected = [
        row.id
        for row in ledger_rows.rows()
        if f"#{row.external_id}" in words or row.subject in subjects
    ]
    assert len(expected) > 300
    for few in (16, 0):
        monkeypatch.setattr(reading, "_FEW", few)
        assert [row.id for row in reading.rows_called(words)] == expected


def damaged(statement: str) -> None:
    ledger_rows.unguard("evidence_pack", "evidence_correction")
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.record
def test_a_pack_behind_the_last_is_found(home: Home, tmp_path: Path) -> None:
    deliver(tmp_path / "a.csv", some(3))
    pack = Pack.objects.get()
    pack.id += 1024
    pack.save(force_insert=True)
    assert verify().first_bad == {"batch": pack.batch_id, "row": pack.id}


def test_a_changed_value_in_the_lake_is_located(home: Home, tmp_path: Path) -> None:
    deliver(tmp_path / "a.csv", some(300))
    (file,) = home.lake.rglob("*.parquet")
    frame = pl.read_parquet(file)
    row = int(frame["row"][77])
    changed = frame.with_columns(
        result=pl.when(pl.col("row") == row).then(pl.lit("fail")).otherwise("result")
    )
    changed.write_parquet(file)
    found = verify()
    assert found.first_bad == {"batch": row >> 24, "row": row, "file": str(file)}
    assert lake.rebuild(home) == 1
    assert verify().ok


def flipped(sound: bytes, place: int, bits: int) -> bytes:
    return sound[:place] + bytes([sound[place] ^ bits]) + sound[place + 1 :]


def found_in(file: Path) -> None:
    found = verify()
    assert found.first_bad is not None
    assert found.first_bad["file"] == str(file)


def test_a_wrong_byte_that_kills_the_reader_of_parquet_is_named(home: Home, tmp_path: Path) -> None:
    """Thrift lengths at the file's end made huge: the reader asks for memory that nobody has."""
    deliver(tmp_path / "a.csv", some(20))
    (file,) = home.lake.rglob("*.parquet")
    sound = file.read_bytes()
    footer = int.from_bytes(sound[-8:-4], "little")
    for place in (len(sound) - 8 - footer + 4, len(sound) - 8 - footer + 12, len(sound) - 6):
        file.write_bytes(flipped(sound, place, 0xFF))
        found_in(file)
    file.write_bytes(sound)
    assert verify().ok


def sample_of(sound: bytes, places: int) -> list[tuple[int, int]]:
    """Some places of a file and the bits to turn there, half of them in its footer."""
    footer = len(sound) - 8 - int.from_bytes(sound[-8:-4], "little")
    body = range(0, footer, max(2 * footer // places, 1))
    tail = range(footer, len(sound), max(2 * (len(sound) - footer) // places, 1))
    return [(place, (1, 0xFF)[number % 2]) for number, place in enumerate([*body, *tail])]


@pytest.mark.parametrize("places", [6, pytest.param(400, marks=pytest.mark.full)])
def test_no_wrong_byte_of_a_lake_file_passes(home: Home, tmp_path: Path, places: int) -> None:
    deliver(tmp_path / "a.csv", some(20))
    (file,) = home.lake.rglob("*.parquet")
    look_for_flips(file, sample_of(file.read_bytes(), places))


def look_for_flips(file: Path, flips: list[tuple[int, int]]) -> None:
    sound = file.read_bytes()
    for place, bits in flips:
        file.write_bytes(flipped(sound, place, bits))
        found_in(file)
    file.write_bytes(sound)
    assert verify().ok


def test_a_file_of_the_lake_that_is_gone_or_strange(home: Home, tmp_path: Path) -> None:
    rows = [*some(10), inspection("B-1", 抽样日期="2025-12-31")]
    deliver(tmp_path / "a.csv", rows)
    early, late = sorted(home.lake.rglob("*.parquet"))
    kept = early.read_bytes()
    early.unlink()
    found = verify()
    assert found.first_bad == {"batch": Batch.objects.get().id, "row": None, "file": str(early)}
    assert lake.catch_up(home) == 1
    assert early.read_bytes() == kept
    strange = late.with_name("batch-77.parquet")
    strange.write_bytes(kept)
    assert verify().first_bad == {"batch": None, "row": None, "file": str(strange)}
    strange.unlink()
    LakeFile.objects.all().delete()
    for file in (early, late):
        file.unlink()
    found = verify()
    assert (found.ok, found.lake_pending) == (True, (Batch.objects.get().id,))


@pytest.mark.record
def test_a_batch_removed_whole_is_found(home: Home, tmp_path: Path) -> None:
    deliver(tmp_path / "a.csv", some(3))
    batch = deliver(tmp_path / "b.csv", [inspection("B-1")])["batch"]
    tables = ("evidence_logentry", "evidence_batch", "office_auditentry")
    with connection.cursor() as cursor:
        for table in tables:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
    damaged(f"DELETE FROM evidence_pack WHERE batch_id = {batch}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM evidence_logentry WHERE batch_id = %s", [batch])
        position = cursor.fetchone()[0]
        cursor.execute("DELETE FROM evidence_logentry WHERE position >= %s", [position])
        cursor.execute("DELETE FROM evidence_lakefile WHERE batch_id = %s", [batch])
        cursor.execute("DELETE FROM evidence_batch WHERE id = %s", [batch])
    for file in home.lake.rglob(f"batch-{batch}.parquet"):
        file.unlink()
    found = verify()
    assert found.first_bad == {"batch": batch, "row": None}
    assert json.dumps(found.as_json())
