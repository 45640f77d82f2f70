"""Conventions of the API: who asks, what a refusal says, how lists go on, one form of JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from support import town
from support.places import CHECKOUT
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.evidence.kinds import ALL
from zhiheng.office import jobs
from zhiheng.office.models import AccessToken, AuditEntry, Job, User
from zhiheng.portal import api_reference as reference
from zhiheng.subjects.models import SubjectReference


def ask(path: str, who: str = "", **more: Any) -> HttpResponse:
    headers = {"Authorization": f"Bearer {town.token(who)}"} if who else {}
    return Client().get(f"/api/v1{path}", more, headers=headers)


def tell(path: str, who: str, body: Any, **more: Any) -> HttpResponse:
    headers = {"Authorization": f"Bearer {town.token(who)}"}
    return Client().post(f"/api/v1{path}", body, headers=headers, **more)


def command(*arguments: str) -> Any:
    done = CliRunner().invoke(collect(), [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("get", "/nowhere", {}, 404, "http.404"),
        ("get", "/rows/7", {}, 404, "row.unknown"),
        ("get", "/open/plans/none", {}, 404, "page.unknown"),
        ("delete", "/kinds", {}, 405, "http.405"),
        ("get", "/rows", {"limit": "0"}, 422, "request.values"),
        ("get", "/estimates", {}, 422, "request.values"),
        ("get", "/measurements", {}, 403, "right.missing"),
    ],
)
def test_every_refusal_is_a_problem_body(canaries, method, path, sent, status, code) -> None:
    headers = {"Authorization": f"Bearer {town.token('yunxi')}"}
    response = getattr(Client(), method)(f"/api/v1{path}", sent, headers=headers)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    said = json.loads(response.content)
    assert (said["status"], said["code"], said["type"]) == (status, code, f"urn:zhiheng:{code}")
    assert said["detail"]
    assert said["instance"] == f"/api/v1{path}"


def test_all_values_that_are_wrong_are_named_at_once(canaries) -> None:
    said = json.loads(ask("/rows", "yunxi", limit="999", after="x", batch="-1").content)
    assert {(e["where"], e["message"]) for e in said["errors"]} == {
        ("query.limit", "不应大于 200"),
        ("query.after", "应为整数"),
        ("query.batch", "不应小于 0"),
    }


def test_bodies_are_read_only_as_what_they_are(canaries) -> None:
    given = {"kind": "complaint", "region": town.EAST, "since": "2026-01-01", "until": "2026-01-31"}
    sent = json.dumps(given)
    assert tell("/nothing", "yunxi", sent, content_type="text/plain").status_code == 415
    assert tell("/nothing", "yunxi", "{", content_type="application/json").status_code == 400
    assert tell("/imports", "yunxi", "{}", content_type="application/json").status_code == 415
    assert tell("/nothing", "yunxi", sent, content_type="application/json").status_code == 200


def test_what_is_not_public_needs_an_account(canaries) -> None:
    refused = ask("/rows")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert ask("/kinds").status_code == 200


def test_a_browser_needs_the_csrf_token_and_a_program_does_not(canaries) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="yunxi"))
    assert client.get("/api/v1/me").status_code == 200
    given = {"kind": "complaint", "region": town.EAST, "since": "2026-02-01", "until": "2026-02-28"}
    refused = client.post("/api/v1/nothing", given, content_type="application/json")
    assert json.loads(refused.content)["code"] == "csrf.missing"
    client.get("/desk/import")
    token = client.cookies["csrftoken"].value
    taken = client.post(
        "/api/v1/nothing", given, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert taken.status_code == 200, taken.content


def test_who_must_first_renew_the_password_gets_nothing(canaries) -> None:
    User.objects.filter(username="yunxi").update(must_renew=True, password="argon2$x")
    client = Client()
    client.force_login(User.objects.get(username="yunxi"))
    refused = client.get("/api/v1/rows")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "account.due")


def test_a_token_ends_with_its_day_its_revocation_and_its_account(canaries) -> None:
    secret = town.token("yunxi")
    token = AccessToken.objects.latest("id")
    assert secret not in str(AccessToken.objects.values_list())
    assert secret not in str(list(AuditEntry.objects.values_list("detail", flat=True)))

    def works() -> bool:
        asked = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        return asked.status_code == 200

    assert works()
    for ended, alive in (
        ({"expires_at": timezone.now()}, {"expires_at": timezone.now() + timedelta(days=1)}),
        ({"revoked_at": timezone.now()}, {"revoked_at": None}),
    ):
        AccessToken.objects.filter(id=token.id).update(**ended)
        assert not works()
        AccessToken.objects.filter(id=token.id).update(**alive)
        assert works()
    User.objects.filter(username="yunxi").update(is_active=False)
    assert not works()


def test_tokens_are_made_and_revoked_on_their_page_and_by_command(canaries) -> None:
    client = Client()
    client.force_login(User.objects.get(username="yunxi"))
    page = client.post("/account/tokens", {"name": "统计程序", "days": "30"})
    assert page.content.decode().count("zh_") == 1
    refused = client.post("/account/tokens", {"name": "统计程序", "days": "9999"})
    assert refused.status_code == 422
    (made,) = command("token", "add", "hezhun", "--name", "备份")
    assert made["secret"].startswith("zh_")
    own = AccessToken.objects.get(user__username="yunxi")
    assert client.post(f"/account/tokens/{made['token']}/revoke").status_code == 404
    assert client.post(f"/account/tokens/{own.id}/revoke").status_code == 302
    listed = {row["token"]: row["state"] for row in command("token", "list")[0]}
    assert listed == {made["token"]: "live", own.id: "revoked"}


def test_lists_go_on_where_they_ended(canaries) -> None:
    seen: list[int] = []
    after = None
    while True:
        asked = {"limit": "7", **({"after": str(after)} if after else {})}
        said = json.loads(ask("/rows", "geren", **asked).content)
        seen += [row["row"] for row in said["items"]]
        if (after := said["next"]) is None:
            break
    whole = json.loads(ask("/rows", "geren", limit="200").content)
    assert seen == [row["row"] for row in whole["items"]]
    assert len(set(seen)) == len(seen) > 40


def test_the_rows_of_one_batch(canaries) -> None:
    batch = json.loads(ask("/rows", "geren", limit="1").content)["items"][0]["batch"]
    said = json.loads(ask("/rows", "geren", batch=str(batch), limit="200").content)["items"]
    whole = json.loads(ask("/rows", "geren", limit="200").content)["items"]
    assert said == [row for row in whole if row["batch"] == batch]
    for none in (10**6, 2**63 - 1):
        assert json.loads(ask("/rows", "geren", batch=str(none)).content)["items"] == []


def test_public_answers_carry_a_tag_and_private_ones_stay_private(canaries) -> None:
    first = ask("/open/verdicts")
    assert "no-store" not in first.headers["Cache-Control"]
    again = Client().get("/api/v1/open/verdicts", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    private = ask("/rows", "yunxi")
    assert "no-store" in private.headers["Cache-Control"]
    assert "ETag" not in private.headers


def test_the_same_file_sent_twice_is_one_job(canaries) -> None:
    row = f"N1,{town.EAST},2026-03-05,product,open"
    text = f"number,region,occurred_on,topic,state\n{row}\n"
    answers = [
        tell(
            "/imports",
            "yunxi",
            {"kind": "complaint", "table": SimpleUploadedFile(name, text.encode())},
        )
        for name in ("投诉.csv", "又一份.csv")
    ]
    assert [answer.status_code for answer in answers] == [202, 200]
    first, second = (json.loads(answer.content)["job"] for answer in answers)
    assert first == second
    jobs.run.call(first)
    said = json.loads(ask(f"/jobs/{first}", "yunxi").content)
    assert (said["state"], said["result"]["accepted"], said["problems"]) == ("done", 1, 0)
    assert ask(f"/jobs/{first}", "shiquan").status_code == 404


def test_problems_of_an_import_are_a_list_and_a_marked_file(canaries) -> None:
    job = Job.objects.get(user__username="yunxi")
    said = json.loads(ask(f"/jobs/{job.id}", "yunxi").content)
    listed = json.loads(ask(f"/jobs/{job.id}/problems", "yunxi", limit="1").content)
    assert said["problems"] == 4  # two rows, each with a state and a sum that are none
    assert (len(listed["items"]), listed["next"]) == (1, 1)
    assert listed["items"][0]["rule"]
    marked = Client().get(
        said["marked"], headers={"Authorization": f"Bearer {town.token('yunxi')}"}
    )
    assert b"".join(marked.streaming_content).startswith(b"PK")


def test_the_api_and_the_commands_speak_one_json(canaries) -> None:
    assert json.loads(ask("/kinds").content) == command("kind", "list")[0]
    assert json.loads(ask("/kinds/complaint").content) == command("kind", "show", "complaint")[0]
    assert json.loads(ask("/indicators").content) == command("indicator", "list")[0]
    show = ["indicator", "show", "product_pass_rate"]
    assert json.loads(ask("/indicators/product_pass_rate").content) == command(*show)[0]
    asked = ask("/verdicts", "fenxi", as_of="2026-11-01")
    assert json.loads(asked.content) == command("verdicts", "--as-of", "2026-11-01")[0]
    listed = json.loads(ask("/releases", "hezhun").content)
    assert "items" in listed, listed
    releases = listed["items"]
    moments = ("requested_at", "approved_at")
    plain = [{k: v for k, v in r.items() if k not in moments} for r in releases]
    told = [{k: v for k, v in r.items() if k not in moments} for r in command("publish", "list")[0]]
    assert plain == told
    estimate = json.loads(
        ask("/estimates", "fenxi", indicator="product_pass_rate", limit="1").content
    )["items"][0]
    explained = command(
        *("explain", "product_pass_rate", "--region", estimate["region"]),
        *("--period", estimate["period"]),
        *(part for pair in estimate["by"].items() for part in ("--by", "=".join(pair))),
    )[0]
    assert {k: v for k, v in estimate.items() if k != "id"} == explained["estimate"]


def test_open_data_say_all_that_was_released(canaries) -> None:
    from zhiheng.publication.queries import released_plan

    said = json.loads(ask("/open/plans/hengchuan-2026").content)
    released = released_plan("hengchuan-2026")
    assert released is not None
    assert said == json.loads(json.dumps(released, default=str))
    assert said["verdicts"][0]["value"] == 0.95


def test_a_reviewer_decides_and_takes_back(canaries) -> None:
    waiting = json.loads(ask("/review", "fenxi").content)["items"][0]
    made = json.loads(
        tell(
            f"/review/{waiting['id']}",
            "fenxi",
            {"decision": "new", "reason": "电话核实"},
            content_type="application/json",
        ).content
    )
    assert SubjectReference.objects.get(id=waiting["id"]).organisation_id == made["organisation"]
    path = f"/judgements/{made['judgement']}/undoing"
    assert (
        tell(path, "fenxi", {"reason": "认错"}, content_type="application/json").status_code == 200
    )
    assert (
        tell(path, "fenxi", {"reason": "认错"}, content_type="application/json").status_code == 409
    )


def test_the_document_describes_everything_in_both_languages() -> None:
    found = reference.operations()
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert one.zh, one.name
        assert one.en, one.name
        assert one.answers, one.name
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"Token", "Session"}


def test_the_page_and_the_manual_list_every_operation(canaries) -> None:
    page = Client().get("/api").content.decode()
    manual = (CHECKOUT / "docs" / "api.md").read_text("utf-8")
    for one in reference.operations():
        assert f"{one.method} {one.path}" in page
    assert reference.markdown() in manual, "run scripts/make_api_manual.py"
    assert len(ALL) == len(json.loads(ask("/kinds").content))
