"""All that is held about a firm or a person: complete, readable, audited, nobody else's secrets."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from docx import Document as open_docx
from support import ledger_rows, town
from support.doors import unpacked
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.documents.containers import read_table
from zhiheng.evidence.models import PersonalValue
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry, User
from zhiheng.office.queries import actor_of
from zhiheng.reports.actions import export_organisation, export_person
from zhiheng.rules.errors import RightError, UsageError
from zhiheng.subjects.models import SubjectReference

OPERATOR = Actor.system()


def actor(username: str) -> Actor:
    return actor_of(User.objects.get(username=username))


@pytest.fixture
def firm(canaries: town.Canaries) -> int:
    found = SubjectReference.objects.get(ref=f"uscc:{town.CODES[0]}").organisation_id
    assert found is not None
    return found


def read_all(folder: Path) -> str:
    return "\n".join(unpacked(path.read_bytes()) for path in folder.iterdir())


def test_a_firm_gets_every_row_about_itself_and_no_person(
    canaries: town.Canaries, firm: int, tmp_path: Path
) -> None:
    done = export_organisation(actor("qiye"), firm, tmp_path / "held")
    held = json.loads((tmp_path / "held" / "held.json").read_text("utf-8"))
    about = {row.id for row in ledger_rows.rows(subject=f"uscc:{town.CODES[0]}")}
    assert {row["row"] for row in held["rows"]} == about
    assert sum(done["rows"].values()) == len(about)
    reader = next(r for r in town.READERS if r.username == "qiye")
    assert canaries.leaked(reader, read_all(tmp_path / "held")) == []


def test_the_operator_hands_out_no_more_about_persons(
    canaries: town.Canaries, firm: int, tmp_path: Path
) -> None:
    export_organisation(OPERATOR, firm, tmp_path / "held")
    said = canaries.seen(read_all(tmp_path / "held"))
    assert [text for text in said if canaries.cells[text].personal] == []


def test_tables_and_words_say_the_same(firm: int, tmp_path: Path) -> None:
    done = export_organisation(OPERATOR, firm, tmp_path / "held")
    for kind, count in done["rows"].items():
        with (tmp_path / "held" / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == count
    sheet = read_table(tmp_path / "held" / "held.xlsx", sheet="投诉", expected={"投诉编号"})
    assert len(sheet.frame) == done["rows"]["complaint"]
    cover = open_docx(str(tmp_path / "held" / "held.docx"))
    text = "\n".join(
        [p.text for p in cover.paragraphs]
        + [cell.text for table in cover.tables for row in table.rows for cell in row.cells]
    )
    for wanted in ("投诉", "scjg", "市场监督管理投诉举报处理规定", "投诉人：1095 天"):
        assert wanted in text


def test_a_person_gets_every_row_that_says_the_value(
    canaries: town.Canaries, tmp_path: Path
) -> None:
    value = PersonalValue.objects.filter(column="phone").first()
    assert value is not None
    done = export_person(OPERATOR, f" {value.value} ", tmp_path / "person.zip")
    with zipfile.ZipFile(done["written"][0]) as made:
        held = json.loads(made.read("held.json"))
    assert [row["row"] for row in held["rows"]] == [value.row]
    assert held["rows"][0]["values"]["phone"] == value.value
    entry = AuditEntry.objects.get(verb="reports.export_held")
    assert value.value not in f"{entry.object}{entry.detail}"


def test_an_account_belongs_to_what_is_held_about_a_person(
    canaries: town.Canaries, tmp_path: Path
) -> None:
    User.objects.filter(username="fenxi").update(name="甘棠之")
    export_person(OPERATOR, "甘棠之", tmp_path / "held")
    held = json.loads((tmp_path / "held" / "held.json").read_text("utf-8"))
    assert [account["account"] for account in held["about"]["accounts"]] == ["fenxi"]


def test_who_may_not_gets_nothing(canaries: town.Canaries, firm: int, tmp_path: Path) -> None:
    with pytest.raises(RightError):
        export_person(actor("yunxi"), "13900000017", tmp_path / "x")
    with pytest.raises(UsageError):
        export_person(OPERATOR, "13900000017", tmp_path / "x")
    other = SubjectReference.objects.get(ref=f"uscc:{town.CODES[1]}").organisation_id
    with pytest.raises(UsageError):
        export_organisation(actor("qiye"), other, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_commands_and_the_api_write_the_same(firm: int, tmp_path: Path) -> None:
    output = tmp_path / "held.zip"
    arguments = ["subject", "export", str(firm), "-o", str(output), "--as", "qiye", "--json"]
    done = CliRunner().invoke(collect(), arguments)
    assert done.exit_code == 0, done.output
    response = Client().get(
        f"/api/v1/organisations/{firm}/held",
        headers={"Authorization": f"Bearer {town.token('qiye')}"},
    )
    (tmp_path / "api.zip").write_bytes(response.content)
    with zipfile.ZipFile(output) as one, zipfile.ZipFile(tmp_path / "api.zip") as other:
        assert one.namelist() == other.namelist()
        assert one.read("complaint.csv") == other.read("complaint.csv")
