"""A firm claims its account: by e-mail or letter, once, in time, after few wrong tries."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document
from pypdf import PdfReader
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence.actions import import_file
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, ClaimCode, Party, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import ConflictError, ContentError, RightError
from zhiheng.subjects import claims
from zhiheng.subjects.models import Organisation

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"
REGISTER = ["登记编号", "所在区域", "登记日期", "登记主体统一社会信用代码", "登记主体名称"]
REGISTER += ["主体类型", "联系邮箱"]
USCC, NAME = "91350100M000100Y43", "衡川晨光食品有限公司"


@pytest.fixture
def firm(home: Home, tmp_path: Path) -> int:
    load_places()
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")])
    import_file(SYSTEM, path, "product_inspection", source="scjg")
    return Organisation.objects.get(uscc=USCC).pk


def register(folder: Path, email: str) -> None:
    row = ["R-1", "云溪区", "2020-01-05", USCC, NAME, "企业", email]
    path = write_csv(folder / "r.csv", [row], header=REGISTER)
    import_file(SYSTEM, path, "organisation_register", source="scjg")


def letter_in(home: Home) -> str:
    (path,) = (home.path / "mail").iterdir()
    letter = message_from_bytes(path.read_bytes().split(b"\n----")[0], policy=policy.default)
    return str(letter.get_body().get_content())  # type: ignore


@pytest.mark.record
def test_a_claimed_account_sees_the_firm_and_nothing_else(firm: int, home: Home) -> None:
    issued = claims.issue(SYSTEM, firm, "office@chenguang.example")
    assert issued.sent
    said = letter_in(home)
    assert issued.code in said
    assert f"认领编号：{issued.number}" in said
    with pytest.raises(ConflictError, match="Operator"):
        claims.claim(issued.number, issued.code, "Operator", "周经理", PASSWORD)
    user = claims.claim(issued.number, issued.code.lower(), "chenguang", "周经理", PASSWORD)
    actor = actor_of(user)
    assert (actor.organisation, actor.party) == (firm, f"org-{USCC}")
    assert actor.rights == {"evidence.own", "evidence.import", "objections.file"}
    verbs = AuditEntry.objects.filter(verb__contains="claim").values_list("verb", flat=True)
    assert set(verbs) == {"office.issue_claim_code", "office.claim_account"}
    assert issued.code not in str(list(ClaimCode.objects.values())) + str(
        list(AuditEntry.objects.values())
    )


def test_a_code_is_good_once(firm: int) -> None:
    issued = claims.issue(SYSTEM, firm)
    claims.claim(issued.number, issued.code, "one", "甲", PASSWORD)
    with pytest.raises(ContentError):
        claims.claim(issued.number, issued.code, "two", "乙", PASSWORD)
    again = claims.issue(SYSTEM, firm)
    claims.claim(again.number, again.code, "two", "乙", PASSWORD)
    assert Party.objects.filter(organisation=firm).count() == 1


@pytest.mark.record
def test_wrong_tries_make_it_void(firm: int, home: Home) -> None:
    issued = claims.issue(SYSTEM, firm)
    for _try in range(5):
        with pytest.raises(ContentError, match="不对、已用过或已过期"):
            claims.claim(issued.number, "AAAA-BBBB-CCCC", "one", "甲", PASSWORD)
    with pytest.raises(ContentError):
        claims.claim(issued.number, issued.code, "one", "甲", PASSWORD)
    assert not User.objects.exists()


def test_a_code_expires_and_a_later_one_voids_it(firm: int) -> None:
    first, second = claims.issue(SYSTEM, firm), claims.issue(SYSTEM, firm)
    with pytest.raises(ContentError):
        claims.claim(first.number, first.code, "one", "甲", PASSWORD)
    ClaimCode.objects.filter(pk=second.number).update(expires_at=timezone.now() - timedelta(1))
    with pytest.raises(ContentError):
        claims.claim(second.number, second.code, "one", "甲", PASSWORD)


def test_a_code_of_one_claim_does_not_open_another(firm: int) -> None:
    first, second = claims.issue(SYSTEM, firm), claims.issue(SYSTEM, firm)
    with pytest.raises(ContentError):
        claims.claim(second.number, first.code, "one", "甲", PASSWORD)


def test_a_mistake_in_the_form_costs_no_code(firm: int) -> None:
    add_user(SYSTEM, "taken", "某", add_party(SYSTEM, "zlb", "unit", "质量办"), [], PASSWORD)
    issued = claims.issue(SYSTEM, firm)
    with pytest.raises(ConflictError):
        claims.claim(issued.number, issued.code, "taken", "甲", PASSWORD)
    with pytest.raises(ContentError, match="口令"):
        claims.claim(issued.number, issued.code, "one", "甲", "weak")
    claims.claim(issued.number, issued.code, "one", "甲", PASSWORD)


def test_only_who_manages_accounts_issues_codes(firm: int) -> None:
    with pytest.raises(RightError):
        claims.issue(Actor("x", "zlb", frozenset({"evidence.read"}), user_id=1), firm)
    with pytest.raises(ContentError, match="不是邮箱地址"):
        claims.issue(SYSTEM, firm, "not an address")


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_the_letter_says_number_and_code(firm: int, tmp_path: Path, ending: str) -> None:
    issued = claims.issue(SYSTEM, firm)
    path = tmp_path / f"letter.{ending}"
    claims.write_letter(issued, "衡川市质量发展办公室", path)
    if ending == "docx":
        word = Document(str(path))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        said = "\n".join([*(p.text for p in word.paragraphs), *cells])
    else:
        said = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    for part in (issued.code, str(issued.number), NAME, "衡川市质量发展办公室"):
        assert part in said


def test_the_pages_from_the_staffs_click_to_the_firms_file(
    firm: int, home: Home, tmp_path: Path
) -> None:
    register(tmp_path, "office@chenguang.example")
    office = add_party(SYSTEM, "zlb", "unit", "市质量办")
    add_user(SYSTEM, "admin", "管理员", office, ["administrator"], PASSWORD)
    staff = Client()
    staff.post("/sign-in", {"username": "admin", "password": PASSWORD})
    assert "企业账号" in staff.get(f"/desk/organisations/{firm}").content.decode()
    staff.post(f"/desk/organisations/{firm}/claim-code", {"by": "email"})
    said = letter_in(home)
    number, code = re.findall(r"：(\d+|[A-Z2-9-]{14})\s", said)[:2]
    client = Client()
    form = {"number": number, "code": code, "username": "chenguang", "name": "周经理"}
    wrong = client.post("/claim", {**form, "password": PASSWORD, "again": "other"})
    assert wrong.status_code == 422
    done = client.post("/claim", {**form, "password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/desk/own"
    assert "A-1" in client.get("/desk/own").content.decode()
    letter = staff.post(f"/desk/organisations/{firm}/claim-code", {"by": "letter"})
    assert letter.content.startswith(b"PK")
    assert AuditEntry.objects.filter(verb="evidence.read_personal").count() == 1


def test_a_firm_without_a_registered_address_gets_a_letter(firm: int, home: Home) -> None:
    office = add_party(SYSTEM, "zlb", "unit", "市质量办")
    add_user(SYSTEM, "admin", "管理员", office, ["administrator"], PASSWORD)
    staff = Client()
    staff.post("/sign-in", {"username": "admin", "password": PASSWORD})
    address = f"/desk/organisations/{firm}/claim-code"
    page = staff.post(address, {"by": "email"}, follow=True).content.decode()
    assert "没有这家的邮箱" in page
    assert not ClaimCode.objects.exists()


def test_of_two_parties_of_a_firm_the_first_is_taken(firm: int) -> None:
    add_party(SYSTEM, "chenguang", "organisation", NAME, organisation=firm)
    add_party(SYSTEM, "chenguang-2", "organisation", NAME, organisation=firm)
    assert claims.party_of(firm).key == "chenguang"
