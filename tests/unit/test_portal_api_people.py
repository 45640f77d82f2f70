"""The API of people: one's account, claims of firms, accreditations, plans and what stands behind
an objection; each the same as on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from support import ledger_rows, town

from zhiheng.evidence.models import ObjectionStep
from zhiheng.office.models import AccessToken, Accreditation, User
from zhiheng.plans.models import PlanRecord
from zhiheng.subjects.models import Organisation

JSON = "application/json"
ENTRY = {
    "party": town.LABORATORY,
    "kind": "certificate",
    "from": "2026-01-01",
    "source": "CNCA-R-2026-001",
}


def call(method: str, path: str, who: str, body: Any = None) -> tuple[int, Any]:
    """Status and body of one call, by token."""
    headers = {"Authorization": f"Bearer {town.token(who)}"} if who else {}
    client = Client(headers=headers)
    answer = (
        client.get(f"/api/v1{path}")
        if method == "get"
        else client.post(f"/api/v1{path}", body or {}, content_type=JSON)
    )
    return answer.status_code, json.loads(answer.content)


def in_browser(who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who))
    return client


def test_a_token_is_made_in_a_browser_alone_and_shown_once(canaries: town.Canaries) -> None:
    browser = in_browser("yunxi")
    answer = browser.post("/api/v1/tokens", {"name": "每日报送", "days": 30}, content_type=JSON)
    made = answer.json()
    assert (answer.status_code, made["state"], made["user"]) == (201, "live", "yunxi")
    headers = {"Authorization": f"Bearer {made['secret']}"}
    again = Client().post("/api/v1/tokens", {"name": "又一个"}, content_type=JSON, headers=headers)
    assert again.status_code == 401, "a token made a token"
    listed = Client().get("/api/v1/tokens", headers=headers).json()["items"]
    assert listed == [{k: v for k, v in made.items() if k != "secret"}]
    path = f"/api/v1/tokens/{made['token']}/revocation"
    assert Client().post(path, headers=headers).json()["state"] == "revoked"
    assert Client().get("/api/v1/tokens", headers=headers).status_code == 401


def test_nobody_sees_or_ends_the_token_of_another(canaries: town.Canaries) -> None:
    town.token("hezhun")
    other = AccessToken.objects.latest("id")
    assert call("post", f"/tokens/{other.id}/revocation", "yunxi")[0] == 404
    _status, said = call("get", "/tokens", "guanli")
    assert {row["user"] for row in said["items"]} == {"guanli"}


def test_a_person_sees_where_the_account_is_signed_in_and_ends_it(canaries: town.Canaries) -> None:
    browser = in_browser("yunxi")
    in_browser("yunxi")
    said = browser.get("/api/v1/sessions").json()
    assert sorted(each["this_one"] for each in said) == [False, True]
    assert call("post", "/sessions/ending", "yunxi") == (200, {"ended": 2})
    assert browser.get("/api/v1/me").status_code == 401


def test_notices_are_those_of_the_party(canaries: town.Canaries) -> None:
    number = ObjectionStep.objects.values_list("number", flat=True).get()
    decision = {"decision": "rejected", "reason": "现场记录与样品编号一致，维持原记录。"}
    assert call("post", f"/objections/{number}/decision", "fenxi", decision)[0] == 200
    (notice,) = call("get", "/notices", "qiye")[1]["items"]
    assert notice["link"] == f"/desk/objections/{number}"
    assert "维持原记录" in notice["text"]
    assert call("get", "/notices", "shiquan")[1]["items"] == []


def _claim(number: int, code: str, **other: str) -> tuple[int, Any]:
    person = {"username": "daibiao", "name": "代表", "password": "Chenguang-2026-x"}
    return call("post", "/claims", "", {"number": number, "code": code, **person, **other})


def test_a_firm_claims_its_account_by_the_code_of_its_letter(canaries: town.Canaries) -> None:
    firm = Organisation.objects.get(uscc=town.CODES[1])
    path = f"/organisations/{firm.id}/claim-codes"
    assert call("post", path, "fenxi")[0] == 403
    status, made = call("post", path, "guanli")
    assert (status, made["sent"]) == (201, False)
    assert _claim(made["number"], "AAAA-BBBB-CCCC")[1]["code"] == "claim.refused"
    assert _claim(made["number"], made["code"], password="kurz")[1]["code"] == "password.weak"
    status, said = _claim(made["number"], made["code"])
    assert (status, said["account"]) == (201, "daibiao")
    assert User.objects.get(username="daibiao").party.organisation == firm.id
    assert _claim(made["number"], made["code"], username="noch")[0] == 422


def test_a_code_that_was_mailed_is_not_told_to_who_sent_it(canaries: town.Canaries) -> None:
    firm = Organisation.objects.get(uscc=town.CODES[1])
    _status, made = call(
        "post", f"/organisations/{firm.id}/claim-codes", "guanli", {"email": "firma@example.cn"}
    )
    assert (made["sent"], made["code"]) == (True, None)


def test_accreditations_are_loaded_whole_or_not_at_all(canaries: town.Canaries) -> None:
    before = Accreditation.objects.count()
    wrong = {"entries": [ENTRY, {**ENTRY, "party": "nobody"}]}
    status, said = call("post", "/accreditations", "guanli", wrong)
    assert (status, said["code"]) == (422, "accreditation.list")
    assert Accreditation.objects.count() == before
    assert call("post", "/accreditations", "fenxi", {"entries": [ENTRY]})[0] == 403
    assert call("post", "/accreditations", "guanli", {"entries": [ENTRY]}) == (200, {"loaded": 1})
    own = call("get", "/accreditations", "jigou")[1]
    assert {(row["kind"], row["from"]) for row in own} == {
        ("product_inspection", "2020-01-01"),
        ("certificate", "2026-01-01"),
    }
    assert call("get", "/accreditations", "yunxi")[1] == []


def _load(who: str, text: str) -> HttpResponse:
    headers = {"Authorization": f"Bearer {town.token(who)}"}
    file = SimpleUploadedFile("plan.yaml", text.encode())
    return Client().post("/api/v1/plans", {"plan": file}, headers=headers)


def test_a_changed_plan_becomes_the_next_version(canaries: town.Canaries) -> None:
    assert _load("fenxi", town.PLAN).json()["version"] == 1
    changed = _load("fenxi", town.PLAN.replace("抽查合格率}", "抽查合格率（修订）}", 1))
    assert (changed.status_code, changed.json()["version"]) == (201, 2)
    assert _load("yunxi", town.PLAN).status_code == 403
    refused = _load("fenxi", town.PLAN.replace("product_pass_rate", "no_such_rate"))
    assert refused.status_code == 422
    assert PlanRecord.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("qiye", 200), ("fenxi", 200), ("shiquan", 403)])
def test_the_file_behind_an_objection(canaries: town.Canaries, who: str, status: int) -> None:
    row = ledger_rows.rows(
        kind="product_inspection", subject=f"uscc:{town.CODES[0]}", source="scjg"
    )[0]
    firm = Client(headers={"Authorization": f"Bearer {town.token('qiye')}"})
    grounds = {
        "grounds": "当天全厂停产，这一批次不是我单位的。",
        "attachment": SimpleUploadedFile("停产通知.pdf", b"%PDF-1.7\n%%EOF\n"),
    }
    filed = firm.post(f"/api/v1/rows/{row.id}/objections", grounds)
    assert filed.status_code == 201, filed.content
    path = f"/api/v1/objections/{filed.json()['number']}/attachment"
    answer = Client().get(path, headers={"Authorization": f"Bearer {town.token(who)}"})
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer.streaming_content) == b"%PDF-1.7\n%%EOF\n"
    without = ObjectionStep.objects.exclude(number=filed.json()["number"]).first()
    assert without is not None
    assert firm.get(f"/api/v1/objections/{without.number}/attachment").status_code == 404


def test_the_rules_of_keeping_are_told(canaries: town.Canaries) -> None:
    _status, said = call("get", "/retention", "yunxi")
    rules = {rule["what"]: rule for rule in said}
    assert {"received", "marked", "problems", "personal.complaint.phone"} <= set(rules)
    assert all(rule["source"] for rule in said)


def test_the_last_judgements_are_those_that_stand(canaries: town.Canaries) -> None:
    waiting = call("get", "/review", "fenxi")[1]["items"][0]
    _status, made = call("post", f"/review/{waiting['id']}", "fenxi", {"decision": "new"})
    listed = call("get", "/judgements", "fenxi")[1]
    assert [row["id"] for row in listed] == [made["judgement"]]
    call("post", f"/judgements/{made['judgement']}/undoing", "fenxi")
    assert call("get", "/judgements", "fenxi") == (200, [])
    assert call("get", "/judgements", "shiquan")[0] == 403
