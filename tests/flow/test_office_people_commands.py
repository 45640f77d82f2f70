"""Commands about people, parties, accreditations and objections, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.evidence import objections
from zhiheng.evidence.actions import import_file
from zhiheng.office import accounts, second_factor
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, ClaimCode, RecoveryCode, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import ZhihengError
from zhiheng.subjects import claims
from zhiheng.subjects.models import Organisation

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"


def said(*arguments: str) -> Any:
    """What a command prints as JSON; a refusal is raised as it is."""
    done = CliRunner().invoke(collect(), [*arguments, "--json"])
    if isinstance(done.exception, ZhihengError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.record
def test_a_party_and_its_people(home: Home) -> None:
    made = said("party", "add", "scjg", "--name", "市场监管局", "--evidence", "complaint")
    assert (made["key"], made["kind"], made["kinds"]) == ("scjg", "unit", ["complaint"])
    user = said(
        *("user", "add", "zhao", "--name", "赵工", "--party", "scjg", "--role", "reporter"),
        *("--password", PASSWORD, "--email", "zhao@scjg.example"),
    )
    assert user["active"] is True
    assert [row["key"] for row in said("party", "list")] == ["scjg"]
    assert [row["username"] for row in said("user", "list")] == ["zhao"]
    assert User.objects.get().email == "zhao@scjg.example"


@pytest.mark.record
def test_what_may_be_done_to_an_account(home: Home) -> None:
    party = add_party(SYSTEM, "scjg", "unit", "市场监管局")
    user = add_user(SYSTEM, "zhao", "赵工", party, ["reporter"], PASSWORD)
    user.second_factor = second_factor.seal(second_factor.new_secret(), "key")
    user.save()
    RecoveryCode.objects.create(user=user, digest="x")
    assert said("user", "reset-second-factor", "zhao")["second_factor"] is False
    assert not RecoveryCode.objects.exists()
    assert said("user", "deactivate", "zhao")["active"] is False
    assert said("user", "activate", "zhao")["active"] is True
    said("user", "unlock", "zhao")
    password = said("user", "reset-password", "zhao")["password"]
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_renew
    assert verbs()[-5:] == [
        "office.reset_second_factor",
        "office.deactivate_user",
        "office.activate_user",
        "office.unlock_user",
        "office.reset_password",
    ]
    with pytest.raises(ZhihengError, match="没有账号“qian”"):
        said("user", "deactivate", "qian")


def test_binding_to_the_citys_login(home: Home) -> None:
    party = add_party(SYSTEM, "scjg", "unit", "市场监管局")
    add_user(SYSTEM, "zhao", "赵工", party, ["reporter"], PASSWORD)
    with pytest.raises(ZhihengError, match="没有接入统一身份认证"):
        said("user", "bind-login", "zhao", "--subject", "9001")
    (home.path / "settings.yaml").write_text(
        "login: {name: 衡川通, issuer: 'https://login.example', client_id: zhiheng}\n"
    )
    assert said("user", "bind-login", "zhao", "--subject", "9001")["login"] == "9001"
    assert said("user", "bind-login", "zhao", "--subject", "")["login"] is None


LIST = """
- {party: zjy, kind: product_inspection, from: 2026-01-01, to: 2028-12-31,
   scope: {product_class: [food]}, source: CMA 2026-001}
- {party: zjy, kind: certificate, from: 2026-01-01, source: CNCA-R-2026-001}
"""


@pytest.mark.record
def test_accreditations_are_loaded_from_a_dated_list(home: Home, tmp_path: Path) -> None:
    party = add_party(SYSTEM, "zjy", "body", "衡川检验院")
    path = tmp_path / "list.yaml"
    path.write_text(LIST, encoding="utf-8")
    for _again in range(2):
        assert said("accreditation", "load", str(path)) == {"entries": 2}
    rows = said("accreditation", "list")
    assert [(row["kind"], row["to"], row["scope"]) for row in rows] == [
        ("product_inspection", "2028-12-31", {"product_class": ["food"]}),
        ("certificate", None, {}),
    ]
    actor = actor_of(add_user(SYSTEM, "lab", "检验员", party, ["technician"], PASSWORD))
    assert {entry.kind for entry in actor.accredited} == {"certificate", "product_inspection"}


def test_everything_wrong_with_a_list_is_said_at_once(home: Home, tmp_path: Path) -> None:
    add_party(SYSTEM, "zjy", "body", "衡川检验院")
    path = tmp_path / "list.yaml"
    path.write_text(
        "- {party: nobody, kind: product_inspection, from: 2026-01-01, source: x}\n"
        "- {party: zjy, kind: penalty, from: 2026-01-01, source: x}\n"
        "- {party: zjy, kind: product_inspection, from: 2026-01-01, to: 2025-01-01,"
        " scope: {product_class: [fodd], nothing: [x]}, source: x}\n",
        encoding="utf-8",
    )
    with pytest.raises(ZhihengError) as refused:
        said("accreditation", "load", str(path))
    for part in ("第 1 条", "nobody", "penalty", "早于起日", "fodd", "没有列 nothing"):
        assert part in refused.value.message
    assert "5 处问题" in refused.value.message
    assert said("accreditation", "list") == []


@pytest.fixture
def firm(home: Home, tmp_path: Path) -> Organisation:
    load_places()
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")])
    import_file(SYSTEM, path, "product_inspection", source="scjg")
    return Organisation.objects.get(uscc="91350100M000100Y43")


def test_a_claim_code_goes_out_by_mail_or_as_a_letter(
    firm: Organisation, home: Home, tmp_path: Path
) -> None:
    with pytest.raises(ZhihengError, match="没有主体"):
        said("organisation", "claim-code", str(firm.pk))
    sent = said("organisation", "claim-code", str(firm.pk), "--email", "a@chenguang.example")
    assert (sent["email"], sent["letter"]) == ("a@chenguang.example", None)
    assert len(list((home.path / "mail").iterdir())) == 1
    letter = tmp_path / "letter.pdf"
    written = said(
        *("organisation", "claim-code", str(firm.pk), "--letter", str(letter)),
        *("--issuer", "衡川市质量发展办公室"),
    )
    assert letter.read_bytes().startswith(b"%PDF")
    assert written["claim"] == ClaimCode.objects.latest("id").pk


@pytest.mark.record
def test_objections_are_listed_shown_and_decided(firm: Organisation, home: Home) -> None:
    issued = claims.issue(SYSTEM, firm.pk)
    user = claims.claim(issued.number, issued.code, "firm", "经办人", PASSWORD)
    number = objections.file_objection(
        actor_of(user), ledger_rows.row().id, "该批产品不是本企业生产。"
    )
    assert [each["number"] for each in said("objection", "list", "--state", "open")] == [number]
    reason = "经核对抽样单，样品确非该企业生产。"
    done = said("objection", "decide", number, "upheld", "--reason", reason, "--void")
    assert (done["state"], done["void"]) == ("upheld", True)
    steps = said("objection", "show", number)
    assert [(step["state"], step["reason"]) for step in steps] == [
        ("open", None),
        ("upheld", reason),
    ]
    assert said("objection", "list", "--state", "open") == []


def test_second_factor_resets_need_the_security_officer(home: Home) -> None:
    party = add_party(SYSTEM, "zlb", "unit", "质量办")
    user = add_user(SYSTEM, "zhao", "赵工", party, ["administrator"], PASSWORD)
    with pytest.raises(ZhihengError, match="无权重置密码和第二因素"):
        accounts.reset_second_factor(actor_of(user), user)
    officer = add_user(SYSTEM, "an", "安全员", party, ["security"], PASSWORD)
    accounts.reset_second_factor(actor_of(officer), user)
    with pytest.raises(ZhihengError, match="无权管理单位和账号"):
        accounts.deactivate(actor_of(officer), user)
