"""A quarter's figures leave by two people, once, and nobody can work out what stays back."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from support.complaints import CITY, EAST, WEST, people, sent
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.complaints import bulletins
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party, User
from zhiheng.office.queries import actor_of
from zhiheng.office.sign_in import BACKEND
from zhiheng.procedures import actions as machine
from zhiheng.procedures.filing import file_evidence
from zhiheng.publication import statements
from zhiheng.rules.errors import ConflictError, ContentError, RightError

pytestmark = pytest.mark.record


@pytest.fixture
def quarter(home) -> str:
    """Twelve complaints of the east and three of the west in the last quarter, five settled."""
    staff = people()
    for name, role in (("asks", "editor"), ("decides", "approver")):
        party = Party.objects.get(key="market-city")
        User.objects.create(username=name, name=name, party=party, roles=[role])
    period = bulletins.last_quarter(timezone.localdate())
    first = bulletins.Period.parse(period).first
    for number in range(15):
        east = number < 12
        day = first + timedelta(days=number)
        found = sent(f"q-{number}", business_region=EAST if east else WEST, day=day)
        if east:
            clerk = staff["east"]
            machine.take_step(clerk, found.case.pk, "accept", day=day + timedelta(2))
            if number < 5:
                terms = {"terms": "退款", "recovered": 10.0}
                machine.take_step(clerk, found.case.pk, "agree", terms, day=day + timedelta(9))
    file_evidence(Actor.system())
    return period


def _actor(name: str) -> Actor:
    return actor_of(User.objects.get(username=name))


def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name), backend=BACKEND)
    return client


def test_one_asks_another_lets_out_and_everybody_reads_it(quarter) -> None:
    public, asks = Client(), _signed_in("asks")
    assert "还没有公布" in public.get("/complaints/statistics").content.decode()
    preview = asks.get("/desk/complaints/publish").content.decode()
    assert quarter in preview
    asked = asks.post("/desk/complaints/publish", {"period": quarter})
    assert asked.status_code == 302
    case = int(asked.headers["Location"].rsplit("/", 1)[1])
    assert asks.get(f"/desk/releases/cases/{case}", follow=True).status_code == 200
    assert "还没有公布" in public.get("/complaints/statistics").content.decode()
    with pytest.raises(RightError):
        machine.take_step(_actor("asks"), case, "approve")
    machine.take_step(_actor("decides"), case, "approve")
    page = public.get("/complaints/statistics").content.decode()
    assert f"{quarter[:4]}年第{'一二三四'[int(quarter[-1]) - 1]}季度" in page
    assert "15" in page
    (said,) = public.get("/api/v1/complaints/published").json()
    assert (said["period"], said["withdrawn"]) == (quarter, "")
    received = {line["region"]: line["received"] for line in said["regions"]}
    assert received == {CITY: 15, EAST: None, WEST: None}
    assert len(said["root"]) == 64
    machine.take_step(_actor("decides"), case, "withdraw", {"reason": "区域分错"})
    page = public.get("/complaints/statistics").content.decode()
    assert "区域分错" in page
    assert public.get("/api/v1/complaints/published").json()[0]["regions"] is None


def test_a_quarter_is_given_out_once_in_one_edition(quarter) -> None:
    first = bulletins.ask_to_publish(_actor("asks"), quarter)
    with pytest.raises(ConflictError, match="已提出"):
        bulletins.ask_to_publish(_actor("asks"), quarter)
    machine.take_step(_actor("decides"), first.case_id, "approve")
    before = statements.released(bulletins.SUBJECT)
    sent("late", day=bulletins.Period.parse(quarter).last)
    file_evidence(Actor.system())
    with pytest.raises(ConflictError):
        bulletins.ask_to_publish(_actor("asks"), quarter)
    assert statements.released(bulletins.SUBJECT) == before


def test_after_a_withdrawal_one_more_case_cannot_be_read_from_two_editions(quarter) -> None:
    first = bulletins.ask_to_publish(_actor("asks"), quarter)
    machine.take_step(_actor("decides"), first.case_id, "approve")
    machine.take_step(_actor("decides"), first.case_id, "withdraw", {"reason": "漏了一件"})
    sent("late", day=bulletins.Period.parse(quarter).last)
    file_evidence(Actor.system())
    second = bulletins.ask_to_publish(_actor("asks"), quarter)
    machine.take_step(_actor("decides"), second.case_id, "approve")
    (said,) = Client().get("/api/v1/complaints/published").json()
    assert {line["received"] for line in said["regions"]} == {None}
    assert {"received", "repeated", "topics"} <= set(said["withheld"])
    page = Client().get("/complaints/statistics").content.decode()
    assert "整项不再公开" in page


def test_what_cannot_be_published_is_said(quarter) -> None:
    asks, today = _actor("asks"), timezone.localdate()
    running = str(bulletins.Period.of_month("quarter", today.year * 12 + today.month - 1))
    with pytest.raises(ConflictError, match="还没有结束"):
        bulletins.ask_to_publish(asks, running)
    with pytest.raises(ContentError, match="不是季度"):
        bulletins.ask_to_publish(asks, "2026")
    with pytest.raises(ConflictError, match="没有可以公布"):
        bulletins.ask_to_publish(asks, "2020Q1")
    with pytest.raises(RightError):
        bulletins.ask_to_publish(_actor("east"), quarter)
    assert _signed_in("asks").post("/desk/complaints/publish").status_code == 404
    page = _signed_in("asks").get("/desk/complaints/publish?period=2026")
    assert page.status_code == 422
    assert _signed_in("east").get("/desk/complaints/publish").status_code == 403


def test_the_command_asks_for_the_last_quarter(quarter) -> None:
    done = CliRunner().invoke(
        collect(), ["complaint", "publish", "--as", "asks", "--json"], catch_exceptions=False
    )
    said = json.loads(done.stdout)
    assert (said["period"], said["regions"][0]["received"]) == (quarter, 15)


def test_a_year_begins_with_the_last_quarter_of_the_one_before(home) -> None:
    assert bulletins.last_quarter(date(2027, 1, 1)) == "2026Q4"
    assert bulletins.last_quarter(date(2026, 12, 31)) == "2026Q3"
