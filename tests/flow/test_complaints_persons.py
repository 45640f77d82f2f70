"""What cases hold of persons: handed out to them, erased, gone once it has outlived its rule."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image
from support.complaints import COMPLAINT, EAST, WEST, people, sent
from support.permit import PERMIT
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.complaints import photos
from zhiheng.complaints.models import Photo
from zhiheng.complaints.submissions import folder
from zhiheng.office import actions as office
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, User
from zhiheng.office.queries import actor_of
from zhiheng.procedures import duties, retention
from zhiheng.procedures.actions import take_step
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case, OutgoingLetter, PersonalAnswer
from zhiheng.procedures.queries import visible_to
from zhiheng.reports.held_cases import cases_about
from zhiheng.rules.errors import RightError
from zhiheng.rules.parameters import Parameter, Parameters

OPERATOR = Actor.system()
PHONE = "13800000019"


@pytest.fixture
def case(home: Home) -> Case:
    people()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "JPEG")
    size = picture.tell()
    picture.seek(0)
    clean = photos.received([("a.jpg", size, picture)], timezone.localdate())
    return sent("a", phone=PHONE, email="wang@example.org", photos=clean).case


def pictures() -> list[Path]:
    return [path for path in folder().rglob("*") if path.is_file()]


def command(home: Home, *words: str) -> dict:
    done = CliRunner().invoke(collect(), [*words, "--home", str(home.path), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_person_is_handed_the_fields_and_photos_of_the_case(
    case: Case, home: Home, tmp_path: Path
) -> None:
    done = command(home, "person", "export", PHONE, "-o", str(tmp_path / "held"))
    assert done["cases"] == [number_of(case)]
    held = json.loads((tmp_path / "held" / "held.json").read_text("utf-8"))
    (told,) = held["cases"]
    values = {field["field"]: field["value"] for field in told["fields"]}
    assert values["phone"] == PHONE
    assert values["account"] == COMPLAINT["account"]
    assert {field["kept_days_after_end"] for field in told["fields"]} == {1095}
    assert [(tmp_path / "held" / photo).is_file() for photo in told["photos"]] == [True]
    entry = AuditEntry.objects.get(verb="reports.export_held")
    assert PHONE not in f"{entry.object}{entry.detail}"


def test_whoever_may_read_personal_values_reaches_cases_that_others_handle(case: Case) -> None:
    def reader(name: str, region: str) -> Actor:
        party = office.add_party(OPERATOR, name, "unit", name, region)
        roles = ["personal_reader"]
        return actor_of(User.objects.create(username=name, name=name, party=party, roles=roles))

    assert not visible_to(east := reader("file-room", EAST)).exists()
    assert [told["case"] for told in cases_about(east, PHONE)] == [case.pk]
    assert cases_about(reader("elsewhere", WEST), PHONE) == []


@pytest.mark.record
def test_a_persons_values_are_found_by_index(home: Home) -> None:
    text = "很长的经过" * 2000
    plan = PersonalAnswer.saying(text).explain()
    assert "personal_by_beginning" in plan or connection.vendor == "postgresql"
    assert not PersonalAnswer.saying(text).exists()


def test_erasing_reaches_fields_photos_and_the_letter_in_the_folder(case: Case, home: Home) -> None:
    duties.send_letters()
    letter = OutgoingLetter.objects.get(answer__isnull=False)
    assert any(b"wang@example.org" in p.read_bytes() for p in (home.path / "mail").iterdir())
    done = command(home, "case", "erase-personal", number_of(case), "--basis", "个人请求删除")
    assert done["fields"] > 3
    assert not PersonalAnswer.objects.filter(event__case=case).exists()
    assert (Photo.objects.count(), pictures()) == (0, [])
    assert not any(b"wang@example.org" in p.read_bytes() for p in (home.path / "mail").iterdir())
    letter.refresh_from_db()
    assert letter.answer is None
    entry = AuditEntry.objects.get(verb="procedures.erase")
    assert json.loads(entry.detail)["basis"] == "个人请求删除"


@pytest.mark.record
def test_what_outlived_its_rule_goes_and_open_cases_keep_theirs(case: Case, home: Home) -> None:
    kept = sent("b", phone="13800000027").case
    take_step(OPERATOR, case.pk, "withdraw", bearer=True)
    before = PersonalAnswer.objects.filter(event__case=kept).count()
    day = timezone.localdate() + timedelta(days=1095)
    assert [rule for rule in retention.apply(OPERATOR, today=day) if rule.removed] == []
    day += timedelta(days=1)
    counted = retention.apply(OPERATOR, today=day, dry_run=True)
    assert Photo.objects.count() == 1
    removed = retention.apply(OPERATOR, today=day)
    assert [(r.what, r.found) for r in counted] == [(r.what, r.found) for r in removed]
    gone = {rule.what for rule in removed if rule.removed}
    assert {"consumer_complaint.phone", "consumer_complaint.photos"} <= gone
    assert not PersonalAnswer.objects.filter(event__case=case).exists()
    assert PersonalAnswer.objects.filter(event__case=kept).count() == before
    assert Photo.objects.count() == 0
    assert AuditEntry.objects.filter(verb=retention.APPLIED).count() == 2


def test_one_run_applies_the_rules_of_evidence_and_of_cases(case: Case, home: Home) -> None:
    rules = {rule["what"] for rule in command(home, "retention", "run", "--dry-run")["rules"]}
    assert {"received", "consumer_complaint.phone", "consumer_complaint.photos"} <= rules


def test_the_rule_of_a_procedure_goes_before_the_common_one() -> None:
    def rule(name: str, days: int | None) -> Parameter:
        return Parameter(name, days, date(2021, 11, 1), None, "示例", confirmed=True)

    limits = [v for name in PERMIT.rules.names for v in PERMIT.rules.versions(name)]
    own = replace(
        PERMIT, rules=Parameters([*limits, rule("retention", 30), rule("retention.email", None)])
    )
    day = date(2026, 5, 6)
    found = [retention.rule_of(of, "email", day).value for of in (PERMIT, own)]
    assert [*found, retention.rule_of(own, "phone", day).value] == [1095, None, 30]


def test_only_who_may_erase_does(case: Case) -> None:
    with pytest.raises(RightError):
        retention.apply(Actor.public())
