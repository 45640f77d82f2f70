"""The pages of a firm and of the officer who decides, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import queries
from zhiheng.evidence.actions import import_file
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import ORGANISATION, Actor
from zhiheng.office.home import Home
from zhiheng.subjects.models import Organisation

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"
GROUNDS = "该批产品不是本企业生产，样品信息有误。"


@pytest.fixture(autouse=True)
def _evidence(home: Home, tmp_path: Path) -> None:
    load_places()
    found = [inspection("A-1", 检验结论="不合格"), inspection("A-2")]
    other = inspection("B-1", 受检企业统一社会信用代码="91990100MA0000002K", 受检企业名称="别家厂")
    path = write_csv(tmp_path / "a.csv", [*found, other])
    import_file(SYSTEM, path, "product_inspection", source="scjg")
    own = Organisation.objects.get(uscc="91350100M000100Y43")
    firm = add_party(SYSTEM, "org-1", ORGANISATION, own.name, organisation=own.pk)
    add_user(SYSTEM, "firm", "经办人", firm, ["representative"], PASSWORD)
    office = add_party(SYSTEM, "zlb", "unit", "市质量办")
    add_user(SYSTEM, "officer", "处理人", office, ["adjudicator"], PASSWORD)


def entered(username: str) -> Client:
    client = Client()
    done = client.post("/sign-in", {"username": username, "password": PASSWORD})
    assert done.status_code == 302
    return client


def row(external_id: str) -> int:
    return ledger_rows.row(external_id=external_id).id


def test_a_firm_reads_its_own_file_and_no_other_page() -> None:
    firm = entered("firm")
    page = firm.get("/desk/own").content.decode()
    assert "A-1" in page
    assert "A-2" in page
    assert "B-1" not in page
    assert page.count("提出异议") >= 2
    other = Organisation.objects.get(uscc="91990100MA0000002K").pk
    for path in ("/desk/organisations", f"/desk/organisations/{other}", "/desk/review"):
        assert firm.get(path).status_code == 403
    assert firm.get(f"/desk/proofs/{row('A-1')}.json").status_code == 200
    assert firm.get(f"/desk/proofs/{row('B-1')}.json").status_code == 404
    assert firm.get(f"/desk/own/rows/{row('B-1')}/object").status_code == 404


def test_from_the_objection_to_the_decision() -> None:
    firm, officer = entered("firm"), entered("officer")
    address = f"/desk/own/rows/{row('A-1')}/object"
    assert firm.post(address, {"grounds": "短"}).status_code == 422
    proof = SimpleUploadedFile("证明.pdf", b"%PDF-1.7 x")
    done = firm.post(address, {"grounds": GROUNDS, "attachment": proof})
    assert done.status_code == 302
    case = done["Location"]
    assert "异议处理中" in firm.get("/desk/own").content.decode()
    assert case in officer.get("/desk/objections?state=open").content.decode()
    kept = officer.get(f"{case}/attachment")
    assert b"".join(kept.streaming_content) == b"%PDF-1.7 x"  # type: ignore
    assert officer.post(f"{case}/decide", {"decision": "rejected"}).status_code == 422
    reason = "经核对抽样单，样品确为该企业生产。"
    decided = officer.post(f"{case}/decide", {"decision": "rejected", "reason": reason})
    assert decided.status_code == 302
    assert "异议不成立" in firm.get("/desk/own").content.decode()
    assert reason in firm.get(case).content.decode()
    assert reason in firm.get("/desk").content.decode()
    assert firm.post(f"{case}/decide", {"decision": "upheld"}).status_code == 403


def test_a_voided_row_shows_as_void() -> None:
    firm, officer, first = entered("firm"), entered("officer"), row("A-1")
    done = firm.post(f"/desk/own/rows/{first}/object", {"grounds": GROUNDS})
    said = {"decision": "void", "reason": "经核对抽样单，样品确非该企业生产。"}
    assert officer.post(f"{done['Location']}/decide", said).status_code == 302
    page = firm.get("/desk/own").content.decode()
    assert "作废" in page
    assert "异议成立" in page
    # A row that counts for nothing leaves nothing to object to.
    void = queries.row(SYSTEM, first).superseded_by
    assert f"/desk/own/rows/{void}/object" not in page
    refused = firm.post(f"/desk/own/rows/{void}/object", {"grounds": GROUNDS})
    assert refused.status_code == 422
    assert "已作废" in refused.content.decode()


def test_a_firm_takes_its_objection_back() -> None:
    firm = entered("firm")
    case = firm.post(f"/desk/own/rows/{row('A-1')}/object", {"grounds": GROUNDS})["Location"]
    assert firm.post(f"{case}/withdraw", {"reason": ""}).status_code == 422
    done = firm.post(f"{case}/withdraw", {"reason": "经内部核对，撤回这项异议。"})
    assert done.status_code == 302
    assert "异议已撤回" in firm.get(case).content.decode()


def test_a_firm_is_offered_only_what_it_may_file() -> None:
    page = entered("firm").get("/desk/import").content.decode()
    assert 'value="quality_cost"' in page
    assert 'value="product_inspection"' not in page
    assert 'value="objection"' not in page
