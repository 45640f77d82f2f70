"""A procedure with limits in hours, by its pages and commands; the worker looks at moments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from django.test import Client
from support.accident import ACCIDENT
from support.cases import EAST, SYSTEM, declared, settle
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.office.home import Home
from zhiheng.office.models import User
from zhiheng.procedures import actions, catalogue, duties, queries
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case
from zhiheng.rules.errors import ContentError

CHINA = timezone(timedelta(hours=8))
TEN = datetime(2026, 5, 6, 10, 0, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        catalogue.declare(ACCIDENT)
        settle()
        yield


def opened(moment: datetime | None = TEN) -> Case:
    return actions.open_case(SYSTEM, "accident", {}, region=EAST, unit="east", moment=moment)


def verbs(case: Case) -> list[str]:
    return [str(event["verb"]) for event in queries.timeline(case, "zh")]


@pytest.mark.record
def test_the_worker_looks_at_the_moment_and_not_at_the_day() -> None:
    case = opened()
    assert case.clocks.get(code="report").due_at == TEN + timedelta(hours=2)
    for minutes, told in ((119, 0), (120, 0), (121, 1), (122, 1)):
        duties.look_after_clocks(TEN + timedelta(minutes=minutes))
        assert verbs(case).count(".expired") == told, minutes
    late = actions.take_step(SYSTEM, case.pk, "report", moment=TEN + timedelta(minutes=121))
    assert late.moment == TEN + timedelta(minutes=121)
    assert case.clocks.get(code="report").in_time is False


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda c: actions.take_step(SYSTEM, c.pk, "report", day=TEN.date()), "event.moment"),
        (
            lambda c: actions.take_step(SYSTEM, c.pk, "report", moment=datetime(2099, 1, 1)),  # noqa: DTZ001
            "event.moment",
        ),
        (
            lambda c: actions.take_step(
                SYSTEM, c.pk, "report", day=TEN.date(), moment=TEN + timedelta(days=1)
            ),
            "event.moment",
        ),
        (
            lambda c: actions.take_step(SYSTEM, c.pk, "report", moment=TEN - timedelta(minutes=1)),
            "event.day",
        ),
    ],
)
def test_moments_that_cannot_be(act, code: str) -> None:
    case = opened()
    with pytest.raises(ContentError) as refused:
        act(case)
    assert refused.value.code == code
    assert verbs(case) == ["open"]


def test_now_is_the_moment_where_none_is_told() -> None:
    case = opened(None)
    actions.take_step(SYSTEM, case.pk, "report")
    assert case.clocks.get(code="report").in_time is True


def test_a_moment_is_corrected() -> None:
    case = opened()
    actions.take_step(SYSTEM, case.pk, "report", moment=TEN + timedelta(hours=3))
    actions.correct(SYSTEM, case.pk, 2, "时刻有误", moment=TEN + timedelta(hours=1))
    assert case.clocks.get(code="report").in_time is True


def test_pages_ask_for_the_moment() -> None:
    client = Client()
    client.force_login(User.objects.get(username="lin"))
    page = client.get("/desk/cases/open/accident").content.decode()
    assert 'type="datetime-local"' in page
    given = {"region": EAST, "unit": "east", "moment": "2026-05-06T10:00"}
    client.post("/desk/cases/open/accident", given)
    case = Case.objects.get()
    shown = client.get(f"/desk/cases/{case.pk}").content.decode()
    assert "2026-05-06 12:00" in shown
    assert "2 小时" in shown
    answer = client.post(
        f"/desk/cases/{case.pk}/steps/report", {"moment": "2026-05-06T11:30", "seen": "1"}
    )
    assert answer.status_code == 302
    assert case.clocks.get(code="report").in_time is True
    correction = client.get(f"/desk/cases/{case.pk}/events/2").content.decode()
    assert 'value="2026-05-06T11:30"' in correction
    wrong = client.post(f"/desk/cases/{case.pk}/steps/close", {"moment": "gestern", "seen": "2"})
    assert wrong.status_code == 422


def test_commands_take_the_moment(home: Home) -> None:
    case, run = opened(), CliRunner()
    words = ["case", "step", number_of(case), "report", "--at", "2026-05-06T11:00", "--json"]
    done = run.invoke(collect(), [*words, "--home", str(home.path)])
    assert json.loads(done.stdout)["moment"].startswith("2026-05-06T")
    assert case.clocks.get(code="report").in_time is True
