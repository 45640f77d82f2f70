"""Several clerks at one case, and a clerk at a neighbour's: by page, API and command."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from support.at_once import at_once
from support.complaints import COMPLAINT, people, sent
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.complaints import photos, submissions
from zhiheng.complaints.models import Photo, Receipt
from zhiheng.complaints.routing import Matter
from zhiheng.office.actions import add_token
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry, Party, User
from zhiheng.office.queries import actor_of
from zhiheng.office.sign_in import BACKEND
from zhiheng.procedures import actions as machine
from zhiheng.procedures import persons, queries
from zhiheng.procedures.models import Case, Event, PersonalAnswer
from zhiheng.rules.errors import UsageError, ZhihengError

pytestmark = pytest.mark.record


def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name), backend=BACKEND)
    return client


def _by_token(name: str) -> Client:
    user = User.objects.get(username=name)
    _made, secret = add_token(Actor.system(), user, "tests", 30)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def _photo(colour: str) -> photos.Photo:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return photos.Photo(out.getvalue())


def _accept(client: Client, case: int, key: str, seen: int = 1) -> Callable[[], HttpResponse]:
    form = {"key": key, "seen": str(seen), "day": ""}
    return lambda: client.post(f"/desk/cases/{case}/steps/accept", form)


def _statuses(answers: list[object]) -> list[int]:
    assert all(isinstance(answer, HttpResponse) for answer in answers), answers
    return sorted(answer.status_code for answer in answers)  # type: ignore[attr-defined]


def test_of_two_clerks_one_accepts_and_the_other_is_told_who_did(home) -> None:
    people()
    case = sent().case.pk
    answers = at_once([_accept(_signed_in(who), case, f"of-{who}") for who in ("east", "east2")])
    assert _statuses(answers) == [302, 409]
    (loser,) = (a for a in answers if a.status_code == 409)  # type: ignore[attr-defined]
    winner = Event.objects.get(case=case, verb="accept").by
    assert winner in loser.content.decode()  # type: ignore[attr-defined]


def test_a_double_click_of_a_step_takes_it_once(home) -> None:
    people()
    case, east = sent().case.pk, _signed_in("east")
    answers = at_once([_accept(east, case, "one-form") for _click in range(4)])
    assert _statuses(answers) == [302] * 4
    assert Event.objects.filter(case=case, verb="accept").count() == 1
    assert _accept(east, case, "one-form")().status_code == 302
    assert Case.objects.get(id=case).events == 2


def test_a_form_sent_twice_at_once_is_one_case_with_one_receipt(home) -> None:
    people()
    form = {
        "part_complaint": "1", "part_report": "1", "act": "send", "request": "one-form",
        "account": "酱油发霉", "trade": "offline", "topic": "food", "business_region": "990101",
    }  # fmt: skip
    answers = at_once([lambda: Client().post("/complaints", form) for _click in range(4)])
    assert _statuses(answers) == [200] * 4
    said = {re.search(r'id="secret">([^<]+)<', a.content.decode())[1] for a in answers}  # type: ignore[attr-defined,index]
    assert len(said) == 1
    assert sorted(Case.objects.values_list("procedure", flat=True)) == [
        "consumer_complaint", "violation_report",
    ]  # fmt: skip
    assert Receipt.objects.count() == 1


def test_a_form_taken_while_its_twin_was_looking_is_one_case(home, monkeypatch) -> None:
    people()
    placed, others = submissions.place, []

    def meanwhile(*args: object) -> object:
        if not others:
            others.append(None)
            others[0] = sent("one-form")
        return placed(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(submissions, "place", meanwhile)
    late = sent("one-form")
    assert late.repeated
    assert (late.case, late.receipt) == (others[0].case, others[0].receipt)
    assert Case.objects.count() == Receipt.objects.count() == 1


def test_many_submit_at_once_and_nobody_is_lost(home) -> None:
    people()
    done = at_once([lambda n=n: sent(f"r-{n}", parts=frozenset(Matter)) for n in range(12)])  # type: ignore[misc]
    assert len({each.receipt.number for each in done}) == 12  # type: ignore[attr-defined]
    assert Case.objects.count() == 24


def test_a_neighbour_finds_nothing_by_any_door(home) -> None:
    people()
    mine, theirs = sent("a", photos=[_photo("red")]), sent("b", photos=[_photo("blue")])
    case = mine.case.pk
    machine.take_step(Actor.system(), case, "accept")
    machine.take_step(Actor.system(), case, "agree", {"terms": "退款", "recovered": "85.5"})
    red = Photo.objects.get(case=case).digest
    west, token = _signed_in("west"), _by_token("west")
    seen = [
        west.get(f"/desk/cases/{case}"),
        west.get(f"/desk/cases/{case}/steps/identify"),
        west.post(f"/desk/cases/{case}/steps/identify", {"firm": "1"}),
        west.get(f"/desk/cases/{case}/events/1"),
        west.post(f"/desk/cases/{case}/assign", {"username": "west"}),
        west.post(f"/desk/cases/{case}/persons"),
        west.get(f"/desk/complaints/{case}"),
        west.get(f"/desk/complaints/{case}/photos/{red}.jpg"),
        west.get(f"/desk/complaints/{case}/agreement.docx"),
        token.get(f"/api/v1/cases/{case}"),
        token.post(
            f"/api/v1/cases/{case}/steps",
            json.dumps({"step": "identify", "answers": {"firm": 1}}),
            content_type="application/json",
        ),
    ]
    assert [answer.status_code for answer in seen] == [404] * len(seen)
    assert all("酱油" not in a.content.decode() and "李四" not in a.content.decode() for a in seen)
    assert token.get("/api/v1/cases").json()["items"] == []
    for words in (["case", "show", str(case)], ["case", "step", str(case), "identify"]):
        with pytest.raises(UsageError):
            CliRunner().invoke(collect(), [*words, "--as", "west"], catch_exceptions=False)
    assert not AuditEntry.objects.filter(verb="procedures.view_personal").exists()
    east = _signed_in("east")
    assert east.get(f"/desk/complaints/{case}/photos/{red}.jpg").status_code == 200
    other = f"/desk/complaints/{theirs.case.pk}/photos/{red}.jpg"
    assert east.get(other).status_code == 404
    assert _by_token("east").get(f"/api/v1/cases/{case}").status_code == 200


def test_a_number_of_another_kind_of_case_is_no_complaint(home) -> None:
    """The help page of a case number that belongs to somebody's report, and to nothing at all."""
    people()
    report = sent("a", parts=frozenset({Matter.REPORT})).case.pk
    User.objects.filter(username="east").update(roles=["complaint_clerk"])
    east = _signed_in("east")
    assert east.get(f"/desk/complaints/{report}").status_code == 404
    assert east.get(f"/desk/cases/{report}").status_code == 404
    assert east.get("/desk/complaints/999999").status_code == 404


def test_what_the_public_sends_reaches_no_step_of_the_desk(home) -> None:
    people()
    found = sent()
    client = Client()
    for step in ("accept", "refuse", "identify", "open", "../accept", ""):
        client.post(
            "/complaints/follow",
            {"number": found.receipt.number, "secret": found.receipt.secret, "step": step,
             "request": f"k{step}"},
        )  # fmt: skip
    assert Case.objects.get().events == 1
    assert client.post(f"/desk/cases/{found.case.pk}/steps/accept").status_code == 302
    assert Case.objects.get().events == 1
    assert PersonalAnswer.objects.filter(name="supplement").count() == 0


def _posted(**changed: str) -> HttpResponse:
    form = {
        "part_complaint": "1", "act": "send", "account": "酱油发霉", "trade": "offline",
        "topic": "food", "business_region": "990101",
    }  # fmt: skip
    return Client().post("/complaints", {**form, **changed})  # type: ignore[return-value]


def test_nobody_gets_the_receipt_of_what_a_hotline_took_down(home) -> None:
    staff = people()
    taken = submissions.enter(staff["east"], COMPLAINT, frozenset({Matter.COMPLAINT}), "12345-1")
    again = submissions.enter(staff["east"], COMPLAINT, frozenset({Matter.COMPLAINT}), "12345-1")
    assert again.receipt == taken.receipt
    page = _posted(request=taken.case.key).content.decode()
    assert taken.receipt.secret not in page
    assert taken.receipt.number not in page
    assert Case.objects.count() == 2


def test_nobody_writes_into_a_case_that_the_machine_opened(home) -> None:
    people()
    sent(parts=frozenset(Matter))
    report = Case.objects.get(procedure="violation_report")
    _posted(request=report.key, part_complaint="", part_report="1")
    assert Case.objects.filter(procedure="violation_report").count() == 2
    assert report.history.count() == 1


@pytest.mark.parametrize("trade", ["xyz", "实体店"])
def test_an_odd_trade_is_a_fault_of_the_form_or_read(home, trade: str) -> None:
    people()
    assert _posted(trade=trade).status_code in {200, 422}


def test_a_merchant_who_can_be_reached_is_not_unreachable(home) -> None:
    people()
    said = {"trade": "merchant_on_platform", "platform_region": "990102"}
    report = frozenset({Matter.REPORT})
    assert sent("a", parts=report, **said, unreachable="否").case.region == "990101"
    assert sent("b", parts=report, **said, unreachable="是").case.region == "990102"


def test_colleagues_without_the_right_see_neither_report_nor_person(home) -> None:
    staff = people()
    sent_in = submissions.enter(staff["east"], COMPLAINT, frozenset({Matter.REPORT}), "12345-2")
    party = staff["east"].party
    for role in ("auditor", "security", "reporter", "administrator"):
        user = User.objects.create(
            username=role, name=role, party=Party.objects.get(key=party), roles=[role]
        )
        actor = actor_of(user)
        assert not queries.sees(actor, sent_in.case)
        assert not queries.visible_to(actor).exists()
        with pytest.raises(UsageError):
            persons.view_personal(actor, sent_in.case.pk)
    assert queries.sees(staff["east"], sent_in.case)


def test_a_unit_of_other_kinds_sees_no_case_of_others(home) -> None:
    people()
    case = sent().case
    limited = Actor(
        "who", "elsewhere", frozenset({"complaints.handle", "reports.handle"}), user_id=9,
        kinds=frozenset({"penalty"}),
    )  # fmt: skip
    assert not queries.sees(limited, case)
    assert not queries.visible_to(limited).exists()
    assert queries.sees(replace(limited, kinds=frozenset({case.procedure})), case)


def test_a_linked_case_is_told_to_those_who_may_see_it(home) -> None:
    staff = people()
    case = sent(parts=frozenset(Matter)).case
    clerk = replace(staff["east"], rights=staff["east"].rights - {"reports.handle"})
    assert [link["procedure"] for link in queries.links(staff["east"], case)] == [
        "violation_report"
    ]
    assert queries.links(clerk, case) == []


def test_a_key_of_somebody_else_tells_nothing(home) -> None:
    staff = people()
    sent(parts=frozenset(Matter))
    report = Case.objects.get(procedure="violation_report")
    stranger = Actor("x", "org-1", frozenset(), user_id=8, party_kind="organisation")
    with pytest.raises(ZhihengError) as refused:
        machine.open_case(stranger, report.procedure, {}, region="x", unit="x", key=report.key)
    assert refused.value.code != "case.opened"
    with pytest.raises(ZhihengError):
        machine.open_case(staff["west"], report.procedure, {}, region="x", unit="x", key=report.key)


@pytest.mark.record
def test_a_nul_in_a_text_is_a_fault_of_the_text(home) -> None:
    people()
    east = _signed_in("east")
    answers = [
        Client().post("/sign-in", {"username": "a\0b", "password": "x"}),
        Client().post("/complaints/follow", {"number": "2026\0", "secret": "x"}),
        _posted(request="a\0b"),
        _posted(act="keep", account="a\0b"),
        east.get("/desk/organisations?q=%00x"),
    ]
    assert all(answer.status_code < 500 for answer in answers)
