"""Erasing and retention: a value leaves the record, its free pages and every kept file, and what
was proved stays proved."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from support import ledger_rows
from support.deliveries import load_places
from support.doors import unpacked

from zhiheng.evidence import kept_files, retention
from zhiheng.evidence.actions import RETENTION_JOB, erase
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import PersonalValue
from zhiheng.evidence.queries import proof
from zhiheng.evidence.receiving import hand_in
from zhiheng.evidence.verification import verify
from zhiheng.office import actions, jobs
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, Job, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import RightError, UsageError

OPERATOR = Actor.system()
PERSON, PHONE, OTHER = "甘棠之", "13900000017", "13900000026"
HEADER = "number,region,occurred_on,topic,state,complainant,phone,recovered"


@pytest.fixture
def reporter(home: Home) -> Actor:
    load_places()
    party = actions.add_party(OPERATOR, "yunxi", "unit", "云溪区市场监管局", "990101")
    user = User.objects.create(username="yunxi", name="报送员", party=party, roles=["reporter"])
    return actor_of(user)


def file_complaints(reporter: Actor, *rows: str, mode: str = "rollback") -> Job:
    text = "\n".join([HEADER, *rows]).encode("utf-8-sig")
    job, _new = hand_in(reporter, "complaint", SimpleUploadedFile("投诉.csv", text), mode=mode)
    jobs.run.call(job.id)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job


def complaint(number: str, person: str, phone: str, recovered: str = "5") -> str:
    return f"{number},990101,2026-03-05,product,open,{person},{phone},{recovered}"


def files_that_say(home: Home, value: str) -> list[str]:
    """Every file of the home, the database's own ones among them, in which the value stands."""
    return [str(path.relative_to(home.path)) for path in _files(home) if _says(path, value)]


def _files(home: Home) -> Iterator[Path]:
    return (path for path in home.path.rglob("*") if path.is_file())


def _says(path: Path, value: str) -> bool:
    body = path.read_bytes()
    return value.encode() in body or value in unpacked(body)


def test_an_erased_value_stands_in_no_file_of_the_home(reporter: Actor, home: Home) -> None:
    rows = [complaint("C1", PERSON, PHONE), complaint("C2", "李四", OTHER, "不是数")]
    file_complaints(reporter, *rows, mode="proceed")
    assert files_that_say(home, PHONE) != []
    assert len(list(home.files.glob("*.xlsx"))) == 1

    row = ledger_rows.row(external_id="C1")
    assert erase(OPERATOR, row.id, None, "个人信息保护法第四十七条") == 2

    assert files_that_say(home, PHONE) == []
    assert files_that_say(home, PERSON) == []
    assert verify().ok
    assert proof(OPERATOR, row.id)["row"]["leaf"] == row.leaf.hex()


@pytest.mark.record
def test_every_version_of_the_row_loses_its_values(reporter: Actor, home: Home) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    file_complaints(reporter, complaint("C1", PERSON, PHONE, "7"), complaint("C2", "李四", OTHER))
    first = ledger_rows.rows(external_id="C1")[0]

    assert erase(OPERATOR, first.id, ["phone"], "本人申请") == 2

    assert sorted(PersonalValue.objects.values_list("value", flat=True)) == sorted(
        [PERSON, PERSON, "李四", OTHER]
    )
    assert verify().ok
    entry = AuditEntry.objects.filter(verb="evidence.erase").get()
    assert "本人申请" in entry.detail
    assert PHONE not in entry.detail


def test_files_of_others_stay(reporter: Actor, home: Home) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    file_complaints(reporter, complaint("C2", "李四", OTHER))
    erase(OPERATOR, ledger_rows.row(external_id="C1").id, None, "本人申请")
    assert [path for path in files_that_say(home, OTHER) if path.startswith("files/")] != []


def test_what_was_erased_does_not_come_back_with_the_same_file(reporter, home: Home) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    erase(OPERATOR, ledger_rows.row(external_id="C1").id, None, "本人申请")
    Job.objects.update(state=Job.State.FAILED)
    again = file_complaints(reporter, complaint("C1", PERSON, PHONE))
    assert again.result["repeated"] == 1
    assert PersonalValue.objects.count() == 0


def test_erasing_needs_the_right_a_basis_and_a_row(reporter: Actor, home: Home) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    row = ledger_rows.row()
    for actor, number, basis, wanted in (
        (reporter, row.id, "本人申请", RightError),
        (OPERATOR, row.id, "  ", UsageError),
        (OPERATOR, 7, "本人申请", UsageError),
    ):
        with pytest.raises(wanted):
            erase(actor, number, None, basis)
    assert PersonalValue.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        (f"C1,990101,2026-03-05,product,{PERSON},{PHONE * 400},open,5", {"length"}),
        (f"C1,990101,2026-03-05,product,{PERSON},{PHONE},open,5,{PHONE}", {"overlong"}),
        (f"C1,990101,2026-03-05,product,甘,棠之,{PHONE},open,5", {"code", "number", "overlong"}),
        (f"{PHONE} {PERSON},,,,,,,", {"not_a_row"}),
    ],
)
def test_problems_of_personal_columns_are_told_masked(
    reporter: Actor, home: Home, line: str, rules: set[str]
) -> None:
    text = f"number,region,occurred_on,topic,complainant,phone,state,recovered\n{line}\n"
    sound = "C2,990101,2026-03-05,product,,,open,5\n" * 3
    table = SimpleUploadedFile("投诉.csv", f"{text}{sound}".encode())
    job, _new = hand_in(reporter, "complaint", table)
    jobs.run.call(job.id)
    job.refresh_from_db()
    assert {problem["rule"] for problem in job.result["problems"]} == rules
    assert not any(said in str(job.result) for said in (PHONE, PERSON, "棠之"))


@pytest.mark.parametrize("kind", ALL.values(), ids=lambda kind: kind.code)
def test_every_personal_column_has_a_dated_term(kind) -> None:
    for column in kind.personal_columns:
        rule = retention.rule_of(kind, column, date(2026, 1, 1))
        assert rule.source
        assert rule.value is None or rule.value > 0


@pytest.mark.record
def test_what_outlived_its_rule_goes_and_nothing_else(reporter: Actor, home: Home) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    file_complaints(reporter, complaint("C2", "李四", OTHER, "不是数"))
    for path in home.files.rglob("*"):
        if path.is_file():
            os.utime(path, (0, time.time() - 31 * 86400))
    Job.objects.update(finished_at=timezone.now() - timedelta(days=181))
    later = date(2026, 3, 5) + timedelta(days=1096)

    counted = retention.apply(OPERATOR, dry_run=True, today=timezone.localdate())
    found = {rule.what: (rule.found, rule.removed) for rule in counted}
    assert found["received"] == (2, 0)
    assert found["marked"] == (1, 0)
    assert found["problems"] == (1, 0)
    assert found["personal.complaint.phone"] == (0, 0)

    done = {r.what: r.removed for r in retention.apply(OPERATOR, today=later)}
    assert done["received"] == 2
    assert done["personal.complaint.phone"] == done["personal.complaint.complainant"] == 1
    assert PersonalValue.objects.count() == 0
    assert files_that_say(home, "不是数") == []
    assert verify().ok
    assert AuditEntry.objects.filter(verb="evidence.retention").count() == 1
    assert all(r.removed == r.found == 0 for r in retention.apply(OPERATOR, today=later))


def test_the_worker_runs_it_once_a_day(reporter: Actor, home: Home) -> None:
    assert RETENTION_JOB in {job.verb for job in jobs.enqueue_daily()}
    assert jobs.enqueue_daily() == []
    Job.objects.update(created_at=timezone.now() - timedelta(hours=25))
    (job,) = [job for job in jobs.enqueue_daily() if job.verb == RETENTION_JOB]
    jobs.run.call(job.id)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message


def _kept(home: Home, name: str, body: bytes) -> Path:
    path = home.files / "received" / name / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def _damaged_books() -> dict[str, bytes]:
    """A book with a member under a password, and one whose compressed stream is broken."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/worksheets/sheet1.xml", "<c>" * 500)
    locked, broken = bytearray(book.getvalue()), bytearray(book.getvalue())
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        locked[locked.index(signature) + place] |= 1
    start = 30 + len("xl/worksheets/sheet1.xml")
    broken[start : start + 4] = b"\xff" * 4
    return {"locked.xlsx": bytes(locked), "broken.xlsx": bytes(broken)}


@pytest.mark.parametrize(("name", "body"), _damaged_books().items())
def test_a_kept_file_that_cannot_be_read_goes_and_stops_nothing(
    reporter: Actor, home: Home, name: str, body: bytes
) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    path = _kept(home, name, body)
    assert erase(OPERATOR, ledger_rows.row(external_id="C1").id, None, "本人申请") == 2
    assert not path.exists()
    assert files_that_say(home, PHONE) == []


def test_erasing_again_finishes_what_was_killed(
    reporter: Actor, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_complaints(reporter, complaint("C1", PERSON, PHONE))
    row = ledger_rows.row(external_id="C1").id

    def killed(*_files: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(kept_files, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            erase(OPERATOR, row, None, "本人申请")
    erase(OPERATOR, row, None, "本人申请")
    assert files_that_say(home, PHONE) == []
    assert files_that_say(home, PERSON) == []


def _parquet(**columns: object) -> bytes:
    body = io.BytesIO()
    pl.DataFrame(columns).write_parquet(body)
    return body.getvalue()


KEPT = {
    "utf-8.csv": f"a,{PERSON}".encode(),
    "gb18030.csv": f"a,{PERSON}".encode("gb18030"),
    "odd.xls": b"x" + PERSON.encode("utf-16-le"),
    "escaped.json": json.dumps({"name": PERSON}).encode(),
    "escaped-large.json": json.dumps({"name": PERSON}).upper().replace("\\U", "\\u").encode(),
    "numbered.html": "".join(f"&#{ord(c)};" for c in PERSON).encode(),
    "at-a-seam.csv": b"x" * ((1 << 22) - 4) + PERSON.encode(),
    "float.parquet": _parquet(phone=[1.0, float(PHONE)]),
    "padded.parquet": _parquet(n=[1], name=[f" {PERSON} "]),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_file_says_a_value_in_whatever_form(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(KEPT[name])
    assert kept_files.says(path, [PERSON, PHONE])
    assert not kept_files.says(path, ["李四", OTHER])


def test_seeking_many_values_takes_one_pass(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("云溪区,13800000000,食品\n" * 40_000, encoding="utf-8")
    began = time.process_time()
    assert not kept_files.says(path, [f"139{number:08d}" for number in range(5_000)])
    assert time.process_time() - began < 5
