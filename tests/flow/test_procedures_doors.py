"""Pages, API and commands of cases: thin shells over the same actions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from django.test import Client
from support.cases import EAST, SYSTEM, declared, opened, person, settle
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.office.home import Home
from zhiheng.office.models import User
from zhiheng.procedures import actions, queries
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case, Event
from zhiheng.subjects.actions import register_references
from zhiheng.subjects.models import Organisation
from zhiheng.subjects.references import reference_frame


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


def browser(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def form(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser would send them back."""
    page = client.get(url)
    assert page.status_code == 200, page.content.decode()[:500]
    return dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page.content.decode()))


def test_a_case_names_whom_it_is_about() -> None:
    code = "91350100M000100Y43"
    said = pl.DataFrame({"subject_code": [code], "subject_name": ["衡川云溪酱园有限公司"]})
    said = said.with_columns(region=pl.lit(EAST))
    register_references(SYSTEM, reference_frame(said), "east", None)
    organisation = Organisation.objects.get()
    known = opened(subject=f"uscc:{code}")
    other = opened(subject="name:衡川无名商行@990101")
    lin = browser("lin")
    page = lin.get(f"/desk/cases/{known.pk}").content.decode()
    assert f'<a href="/desk/organisations/{organisation.pk}">衡川云溪酱园有限公司</a>' in page
    page = lin.get(f"/desk/cases/{other.pk}").content.decode()
    assert "<dd>衡川无名商行</dd>" in page


def test_a_case_by_its_pages() -> None:
    lin, zhou = browser("lin"), browser("zhou")
    form(lin, "/desk/cases/open/permit")
    given = {"matter": "食品生产", "email": "wang@example.org", "region": EAST, "unit": "east"}
    answer = lin.post("/desk/cases/open/permit", {**given, "key": "k1"})
    case = Case.objects.get()
    assert answer.url == f"/desk/cases/{case.pk}"
    assert lin.post("/desk/cases/open/permit", {**given, "key": "k1"}).url == answer.url
    url = f"/desk/cases/{case.pk}/steps/accept"
    hidden = form(lin, url)
    assert hidden["seen"] == "1"
    for _click in range(2):
        assert lin.post(url, hidden).status_code == 302
    assert Event.objects.filter(case=case).count() == 2
    behind = zhou.post(f"/desk/cases/{case.pk}/steps/refuse", {"reason": "材料不齐全", "seen": "1"})
    assert behind.status_code == 409
    assert "lin" in behind.content.decode()
    wrong = zhou.post(f"/desk/cases/{case.pk}/steps/grant", {"grade": "7", "seen": "2"})
    assert wrong.status_code == 422
    assert "超出范围" in wrong.content.decode()
    assert zhou.post(f"/desk/cases/{case.pk}/steps/grant", {"grade": "2"}).status_code == 302
    page = lin.get(f"/desk/cases/{case.pk}").content.decode()
    for said in ("已准予", "当前", "<svg", "个人信息，已遮蔽", "收到申请"):
        assert said in page
    assert "wang@" not in page
    shown = lin.post(f"/desk/cases/{case.pk}/persons").content.decode()
    assert "wang@example.org" in shown


def test_working_lists_on_the_page() -> None:
    case = opened(title="<b>晨光</b>")
    page = browser("lin").get("/desk/cases?list=unit").content.decode()
    assert number_of(case) in page
    assert "&lt;b&gt;晨光" in page
    assert number_of(case) not in browser("wu").get("/desk/cases?list=all").content.decode()
    assert browser("lin").get("/desk/cases?after=x").status_code >= 400


@pytest.mark.parametrize(
    "door", ["", "/steps/accept", "/events/1", "/letters/1.docx", "/assign", "/persons"]
)
def test_a_neighbour_district_finds_no_case_at_its_address(door: str) -> None:
    case = opened()
    wu = browser("wu")
    url = f"/desk/cases/{case.pk}{door}"
    answer = wu.post(url) if door in {"/assign", "/persons"} else wu.get(url)
    absent = url.replace(str(case.pk), "987654")
    other = wu.post(absent) if door in {"/assign", "/persons"} else wu.get(absent)
    assert answer.status_code == other.status_code >= 400
    assert queries.case(SYSTEM, case.pk).events == 1


def test_a_letter_of_another_case_is_not_found() -> None:
    one, two = opened(), opened()
    letter = two.letters.filter(user=None)[0]
    lin = browser("lin")
    assert lin.get(f"/desk/cases/{two.pk}/letters/{letter.pk}.docx").content.startswith(b"PK")
    assert lin.get(f"/desk/cases/{one.pk}/letters/{letter.pk}.docx").status_code == 404


def test_a_correction_by_its_page() -> None:
    case = opened()
    actions.take_step(person("lin"), case.pk, "accept")
    lin = browser("lin")
    hidden = form(lin, f"/desk/cases/{case.pk}/events/2")
    given = {**hidden, "reason": "不应受理", "void": "1"}
    assert lin.post(f"/desk/cases/{case.pk}/events/2", given).status_code == 302
    case.refresh_from_db()
    assert case.state == "received"
    assert "已由第 3 号更正" in lin.get(f"/desk/cases/{case.pk}").content.decode()


def test_cases_by_the_api() -> None:
    lin = browser("lin")

    def ask(method: str, path: str, body: Any = None) -> Any:
        send = getattr(lin, method)
        url = f"/api/v1{path}"
        return send(url, body, content_type="application/json") if body else send(url)

    body = {"procedure": "permit", "region": EAST, "unit": "east", "answers": {"matter": "食品"}}
    made = ask("post", "/cases", {**body, "key": "k"})
    assert made.status_code == 201, made.content
    number = made.json()["case"]
    assert ask("post", "/cases", {**body, "key": "k"}).json()["case"] == number
    step = {"step": "accept", "seen": 1, "key": "s"}
    one, two = (ask("post", f"/cases/{number}/steps", step) for _n in range(2))
    assert one.status_code == two.status_code == 201
    assert one.json() == two.json()
    late = ask("post", f"/cases/{number}/steps", {"step": "accept"})
    assert (late.status_code, late.json()["code"]) == (409, "case.state")
    facts = ask("get", f"/cases/{number}").json()
    assert facts["state"] == "examined"
    assert "prolong" in facts["steps"]
    assert "grant" not in facts["steps"]
    assert [c["clock"] for c in facts["clocks"]] == ["acceptance", "decision", "stay"]
    opened(person("lin"))
    first = ask("get", "/cases?list=unit&limit=1").json()
    second = ask("get", f"/cases?list=unit&limit=1&after={first['next']}").json()
    assert {c["case"] for c in first["items"] + second["items"]} == set(
        Case.objects.values_list("id", flat=True)
    )
    assert ask("get", "/procedures/permit").json()["prefix"] == "XK"


def test_cases_by_commands(home: Home) -> None:
    def run(*words: str) -> Any:
        told = CliRunner().invoke(collect(), [*words, "--home", str(home.path), "--json"])
        assert told.exit_code == 0, told.output + repr(told.exception)
        return json.loads(told.stdout)

    made = run(
        "case", "open", "permit", "--region", EAST, "--unit", "east", "--field", "matter=食品",
        "--as", "lin",
    )  # fmt: skip
    event = run("case", "step", made["number"], "accept", "--as", "lin")
    assert (event["verb"], event["by"]) == ("accept", "lin")
    run("case", "assign", made["number"], "zhou")
    run("case", "correct", made["number"], "2", "--reason", "不应受理", "--void")
    assert run("case", "show", made["number"])["state"] == "received"
    assert [c["number"] for c in run("case", "list", "--list", "unit", "--as", "lin")] == [
        made["number"]
    ]
    assert {p["procedure"] for p in run("procedure", "list")} >= {"permit", "lead"}
    assert run("procedure", "draw", "permit")["svg"].startswith("<svg")
    assert run("procedure", "file")["rows"] == 4
    assert run("calendar", "add", "2026-02-12", "7") == {"day": "2026-02-28", "provisional": False}
    assert run("calendar", "show", "2026")["published"]
