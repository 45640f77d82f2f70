"""A firm objects to a row held about it: filed, decided, proved, told, marked."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import attachments, contested, lake, objections, queries, rows
from zhiheng.evidence.actions import erase, import_file
from zhiheng.evidence.models import ObjectionStep
from zhiheng.evidence.verification import verify
from zhiheng.office import notices
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import ORGANISATION, Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError
from zhiheng.subjects.models import Organisation

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"
GROUNDS = "该批产品不是本企业生产，样品信息有误。"
REASON = "经核对抽样单，样品确非该企业生产。"
PDF = b"%PDF-1.7\nproof of origin"


@pytest.fixture(autouse=True)
def _evidence(home: Home, tmp_path: Path) -> None:
    load_places()
    add_party(SYSTEM, "scjg", "unit", "市场监管局", "990100", ["product_inspection"])
    import_file(SYSTEM, delivery(tmp_path), "product_inspection", source="scjg")


def delivery(folder: Path, result: str = "不合格") -> Path:
    found = [inspection("A-1", 检验结论=result), inspection("A-2")]
    return write_csv(folder / "a.csv", [*found, inspection("A-3", 受检企业统一社会信用代码="")])


@pytest.fixture
def firm(home: Home) -> Actor:
    own = Organisation.objects.get(uscc="91350100M000100Y43")
    party = add_party(SYSTEM, "org-1", ORGANISATION, own.name, organisation=own.pk)
    return actor_of(add_user(SYSTEM, "firm", "经办人", party, ["representative"], PASSWORD))


@pytest.fixture
def officer(home: Home) -> Actor:
    party = add_party(SYSTEM, "zlb", "unit", "市质量办")
    return actor_of(add_user(SYSTEM, "officer", "异议处理人", party, ["adjudicator"], PASSWORD))


def row(external_id: str = "A-1") -> int:
    return ledger_rows.rows(external_id=external_id)[-1].id


@pytest.mark.record
def test_an_open_objection_marks_the_row_wherever_it_is_read(
    firm: Actor, officer: Actor, home: Home
) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    for actor in (firm, officer, SYSTEM):
        filed = queries.row(actor, row())
        assert filed.objection == "open"
        assert rows.row_said(filed)["objection"] == "open"
        assert queries.row(SYSTEM, row("A-2")).objection is None
    found = contested.objection(officer, number)
    assert (found.state, found.grounds, found.kind) == ("open", GROUNDS, "product_inspection")
    assert lake.connect(home).table("objection").to_polars()["state"].to_list() == ["open"]
    assert lake.connect(home).table("product_inspection").count().execute() == 3
    assert verify().ok


@pytest.mark.record
def test_a_rejected_objection_keeps_its_reasons_and_both_are_told(
    firm: Actor, officer: Actor, home: Home
) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    objections.decide(officer, number, "rejected", REASON)
    steps = contested.objection_steps(firm, number)
    assert [step.state for step in steps] == ["open", "rejected"]
    assert (steps[1].reason, steps[1].decided_by) == (REASON, "zlb")
    assert ledger_rows.row(id=steps[1].evidence).supersedes == steps[0].evidence
    assert queries.row(firm, row()).objection == "rejected"
    department = Actor("bs", "scjg", frozenset(), user_id=99)
    assert REASON in notices.text_of(notices.notices(firm)[0])
    told = [notices.text_of(n) for n in notices.notices(department)]
    assert [("不成立" in text, "提出异议" in text) for text in told] == [
        (True, False),
        (False, True),
    ]
    verbs = (
        AuditEntry.objects.filter(verb__startswith="objections.")
        .order_by("id")
        .values_list("verb", "actor")
    )
    assert list(verbs) == [("objections.file", "firm"), ("objections.decide", "officer")]
    assert verify().ok


@pytest.mark.record
def test_an_upheld_objection_waits_for_the_departments_correction(
    firm: Actor, officer: Actor, home: Home, tmp_path: Path
) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    objections.decide(officer, number, "upheld", REASON)
    assert queries.row(firm, row()).objection == "upheld"
    old = row()
    done = import_file(SYSTEM, delivery(tmp_path, "合格"), "product_inspection", source="scjg")
    assert done["corrected"] == 1
    assert queries.row(firm, old).superseded_by == row()
    assert queries.row(firm, row()).objection is None


@pytest.mark.record
def test_a_voided_row_counts_no_more_and_does_not_come_back(
    firm: Actor, officer: Actor, home: Home, tmp_path: Path
) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    objections.decide(officer, number, "upheld", REASON, void=True)
    assert lake.connect(home).table("product_inspection").count().execute() == 2
    newest = ledger_rows.row(id=row())
    assert newest.record_type == "void"
    client = Client()
    client.force_login(User.objects.get(username="officer"))
    answer = client.get("/api/v1/rows?kind=product_inspection")
    assert answer.status_code == 200
    assert {each["record_type"] for each in answer.json()["items"]} == {"row", "void"}
    again = import_file(SYSTEM, delivery(tmp_path), "product_inspection", source="scjg")
    assert (again["accepted"], again["corrected"], again["repeated"]) == (0, 0, 3)
    assert lake.connect(home).table("product_inspection").count().execute() == 2
    assert verify().ok
    lake.rebuild(home)
    assert lake.connect(home).table("product_inspection").count().execute() == 2


def test_a_firm_objects_only_to_rows_about_itself(firm: Actor, officer: Actor) -> None:
    with pytest.raises(UsageError) as refused:
        objections.file_objection(firm, row("A-3"), GROUNDS)
    assert refused.value.code == "row.unknown"
    with pytest.raises(RightError):
        objections.file_objection(officer, row(), GROUNDS)
    with pytest.raises(RightError):
        objections.decide(firm, "1-1", "upheld", REASON)


def test_one_objection_at_a_time_and_one_decision(firm: Actor, officer: Actor) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    with pytest.raises(ConflictError, match="正在处理"):
        objections.file_objection(firm, row(), GROUNDS)
    objections.decide(officer, number, "rejected", REASON)
    with pytest.raises(ConflictError, match="已经办结（不成立）"):
        objections.decide(officer, number, "upheld", REASON)
    again = objections.file_objection(firm, row(), GROUNDS)
    assert again != number
    assert [o.number for o in contested.objections(officer)] == [again, number]
    assert [o.number for o in contested.objections(officer, state="open")] == [again]


def test_an_objection_can_be_taken_back_by_its_firm(firm: Actor, officer: Actor) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    with pytest.raises(RightError):
        objections.withdraw(officer, number, REASON)
    objections.withdraw(firm, number, "经内部核对，撤回这项异议。")
    assert contested.objection(officer, number).state == "withdrawn"


def test_a_corrected_row_is_contested_in_its_new_form(firm: Actor, tmp_path: Path) -> None:
    old = row()
    import_file(SYSTEM, delivery(tmp_path, "合格"), "product_inspection", source="scjg")
    with pytest.raises(ConflictError) as refused:
        objections.file_objection(firm, old, GROUNDS)
    assert str(row()) in refused.value.fix


def test_another_department_sees_neither_objection_nor_row(firm: Actor) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    rights = frozenset({"evidence.read", "objections.decide"})
    elsewhere = Actor("x", "other", rights, user_id=7, regions=frozenset({"990102"}))
    assert contested.objections(elsewhere) == []
    with pytest.raises(UsageError, match="无权查看"):
        objections.decide(elsewhere, number, "rejected", REASON)


@pytest.mark.parametrize("text", ["", "太短", "长" * 4001])
def test_grounds_and_reasons_are_asked_for(firm: Actor, officer: Actor, text: str) -> None:
    with pytest.raises(ContentError):
        objections.file_objection(firm, row(), text)
    number = objections.file_objection(firm, row(), GROUNDS)
    with pytest.raises(ContentError):
        objections.decide(officer, number, "rejected", text)


@pytest.mark.parametrize(("decision", "void"), [("maybe", False), ("rejected", True)])
def test_only_two_decisions(firm: Actor, officer: Actor, decision: str, void: bool) -> None:
    number = objections.file_objection(firm, row(), GROUNDS)
    with pytest.raises(ContentError):
        objections.decide(officer, number, decision, REASON, void=void)


def test_an_objection_is_no_file_that_anybody_hands_in(firm: Actor, tmp_path: Path) -> None:
    for actor in (firm, SYSTEM):
        with pytest.raises(RightError) as refused:
            import_file(actor, delivery(tmp_path), "objection")
        assert refused.value.code == "right.reporter"


def test_an_attachment_is_kept_under_its_digest(firm: Actor, home: Home) -> None:
    upload = SimpleUploadedFile("产地 证明.pdf", PDF)
    number = objections.file_objection(firm, row(), GROUNDS, attachments.received(upload))
    found = contested.objection(firm, number)
    assert found.attachment is not None
    assert attachments.kept(found.attachment, found.attachment_name or "").read_bytes() == PDF


def test_erasing_a_person_takes_what_was_attached_along(
    firm: Actor, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "complaints.csv"
    header = "number,region,occurred_on,topic,state,complainant,phone,subject_code,subject_name"
    said = "C1,990101,2026-03-05,product,open,甘棠之,13900000017,91350100M000100Y43,晨光食品"
    path.write_text(f"{header}\n{said}\n", encoding="utf-8")
    import_file(SYSTEM, path, "complaint", source="scjg")
    upload = SimpleUploadedFile("证明.pdf", PDF)
    number = objections.file_objection(firm, row("C1"), GROUNDS, attachments.received(upload))
    found = contested.objection(firm, number)
    erase(SYSTEM, row("C1"), None, "本人申请")
    with pytest.raises(UsageError) as gone:
        attachments.kept(found.attachment or "", found.attachment_name or "")
    assert gone.value.code == "attachment.unknown"
    assert verify().ok


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", PDF, "file.ending"),
        ("a.pdf", b"MZ\x90\x00 a program", "file.content"),
        ("a.docx", PDF, "file.content"),
        ("a.pdf", PDF + b"." * (20 * 2**20), "file.size"),
    ],
)
def test_an_attachment_is_what_its_name_says(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ContentError) as refused:
        attachments.received(SimpleUploadedFile(name, content))
    assert refused.value.code == code


@pytest.mark.record
def test_a_step_cannot_be_changed(firm: Actor, home: Home) -> None:
    from django.db import DatabaseError, transaction

    objections.file_objection(firm, row(), GROUNDS)
    for change in (
        lambda: ObjectionStep.objects.update(state="rejected"),
        lambda: ObjectionStep.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_people_with_an_address_are_written_to(firm: Actor, officer: Actor, home: Home) -> None:
    User.objects.filter(username="firm").update(email="firm@chenguang.example")
    number = objections.file_objection(firm, row(), GROUNDS)
    objections.decide(officer, number, "rejected", REASON)
    letters = [path.read_text() for path in (home.path / "mail").iterdir()]
    assert len(letters) == 1
    assert "firm@chenguang.example" in letters[0]
