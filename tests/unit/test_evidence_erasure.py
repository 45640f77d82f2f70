"""Erasing and retention: a value leaves the record, its free pages and every kept file, and what
was proved stays proved."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from support import ledger_rows
from support.deliveries import load_places
from support.doors import unpacked

from zhiheng.evidence import retention
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


def test_problems_of_personal_columns_are_told_masked(reporter: Actor, home: Home) -> None:
    header = HEADER.replace("phone", "phone,phone")
    text = f"{header}\nC1,990101,2026-03-05,product,open,{PERSON},{PHONE},5,不是数"
    job, _new = hand_in(reporter, "complaint", SimpleUploadedFile("投诉.csv", text.encode()))
    jobs.run.call(job.id)
    job.refresh_from_db()
    assert PHONE not in str(job.result)


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
