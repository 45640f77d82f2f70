"""Hot-lines hand over: by a spreadsheet, by the API; what came before opens no case again."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from support.complaints import EAST, HEADER, WEST, hotline_row, people, write_rows

from zhiheng.complaints.actions import erase
from zhiheng.complaints.hotline import HANDED_OVER, take_in
from zhiheng.evidence.templates import write_kind_template
from zhiheng.office.actions import add_token
from zhiheng.office.actors import Actor
from zhiheng.office.models import User
from zhiheng.procedures.actions import take_step
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.rules.errors import ContentError, RightError


def test_each_row_is_a_case_at_the_unit_of_its_place(home, tmp_path) -> None:
    staff = people()
    file = write_rows(
        tmp_path / "a.csv",
        hotline_row("H1"),
        hotline_row("H2", "石泉区"),
        hotline_row("H3", parts="投诉并举报"),
    )
    done = take_in(staff["city"], file)
    assert (done.read, done.opened, done.repeated, done.problems) == (3, 3, 0, ())
    units = Case.objects.order_by("id").values_list("procedure", "unit", "region")
    assert sorted(units) == [
        ("consumer_complaint", "market-east", EAST),
        ("consumer_complaint", "market-east", EAST),
        ("consumer_complaint", "market-west", WEST),
        ("violation_report", "market-east", EAST),
    ]
    assert str(Case.objects.order_by("id")[0].received_on) == "2026-03-18"


def test_the_same_file_again_opens_nothing(home, tmp_path) -> None:
    staff = people()
    file = write_rows(tmp_path / "a.csv", hotline_row("H1"), hotline_row("H2"))
    take_in(staff["city"], file)
    again = take_in(
        staff["city"], write_rows(tmp_path / "b.csv", hotline_row("H2"), hotline_row("H3"))
    )
    assert (again.opened, again.repeated) == (1, 1)
    assert Case.objects.count() == 3


def test_a_corrected_row_is_added_to_its_case_once(home, tmp_path) -> None:
    staff = people()

    def take(*rows: list[str]) -> tuple[int, int, int]:
        done = take_in(staff["city"], write_rows(tmp_path / "a.csv", *rows))
        assert done.problems == ()
        return done.opened, done.repeated, done.changed

    other = {"事实经过": "酱油瓶里有玻璃", "涉及金额": "90"}
    first, second = (hotline_row("H1", parts="投诉并举报", **said) for said in ({}, other))
    assert [take(first), take(second), take(second), take(first)] == [
        (1, 0, 0), (0, 1, 1), (0, 1, 1), (0, 1, 0),
    ]  # fmt: skip
    complaint, report = Case.objects.order_by("id")
    for case in (complaint, report):
        (added,) = PersonalAnswer.objects.filter(event__case=case, name="supplement")
        assert added.value == "事实经过改为：酱油瓶里有玻璃\n涉及金额改为：90"
    kept = PersonalAnswer.objects.get(event__case=complaint, event__number=1, name="account")
    assert kept.value == "酱油发霉"


def test_a_corrected_row_of_a_closed_case_is_told(home, tmp_path) -> None:
    staff = people()
    take_in(staff["city"], write_rows(tmp_path / "a.csv", hotline_row("H1")))
    refused = {"ground": "not_ours", "reason": "不属于本部门职责"}
    take_step(staff["east"], Case.objects.get().pk, "refuse", refused)
    changed = hotline_row("H1", **{"事实经过": "酱油瓶里有玻璃"})
    done = take_in(staff["city"], write_rows(tmp_path / "b.csv", changed))
    assert (done.opened, done.repeated, done.rejected) == (0, 0, 1)
    assert done.problems[0].rule == "submission.closed"
    assert "已经办结" in done.problems[0].message


def test_what_was_erased_does_not_come_back_with_the_file(home, tmp_path) -> None:
    staff = people()
    file = write_rows(tmp_path / "a.csv", hotline_row("H1"))
    take_in(staff["city"], file)
    erase(Actor.system(), Case.objects.get().pk, "个人信息保护法第四十七条")
    assert take_in(staff["city"], file).changed == 0
    assert not PersonalAnswer.objects.exists()


def test_ten_megabytes_and_scripts_in_a_row_are_taken_for_what_they_are(home, tmp_path) -> None:
    staff = people()
    script = "<script>alert('坏')</script>"
    long, coded = (
        hotline_row(number, **{"事实经过": text})
        for number, text in (("H1", "坏" * (10 * 2**20 // 3)), ("H2", script))
    )
    done = take_in(staff["city"], write_rows(tmp_path / "a.csv", long, coded))
    assert (done.opened, done.rejected) == (1, 1)
    assert all(len(p.message) < 500 and len(str(p.value)) < 500 for p in done.problems)
    assert PersonalAnswer.objects.get(name="account").value == script


def test_another_hot_line_may_use_the_same_number(home, tmp_path) -> None:
    staff = people()
    file = write_rows(tmp_path / "a.csv", hotline_row("H1"))
    assert [take_in(staff[who], file).opened for who in ("city", "east")] == [1, 1]


def test_wrong_rows_are_named_and_the_sound_ones_taken(home, tmp_path) -> None:
    staff = people()
    bad = hotline_row("H2", **{"类别": "交通", "涉及金额": "许多", "事实经过": ""})
    done = take_in(staff["city"], write_rows(tmp_path / "a.csv", hotline_row("H1"), bad))
    assert (done.opened, done.rejected) == (1, 1)
    assert {(p.row, p.column) for p in done.problems} == {
        (3, "类别"), (3, "涉及金额"), (3, "事实经过"),
    }  # fmt: skip


def test_a_file_without_the_columns_is_refused_with_their_names(home, tmp_path) -> None:
    staff = people()
    path = tmp_path / "a.csv"
    path.write_text("来件编号,来件日期\nH1,2026-03-18\n", "utf-8")
    with pytest.raises(ContentError, match="来件性质") as refused:
        take_in(staff["city"], path)
    assert "template" in refused.value.fix


def test_only_who_may_enter_submissions(home, tmp_path) -> None:
    staff = people()
    with pytest.raises(RightError):
        take_in(staff["east-head"], write_rows(tmp_path / "a.csv", hotline_row("H1")))


def test_the_template_comes_back_in(home, tmp_path) -> None:
    import openpyxl

    staff = people()
    write_kind_template(HANDED_OVER, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book.worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    for title, value in zip(HEADER, hotline_row("H9"), strict=True):
        sheet.cell(3, titles.index(title) + 1, value)
    book.save(tmp_path / "t.xlsx")
    done = take_in(staff["city"], tmp_path / "t.xlsx")
    assert (done.opened, done.problems) == (1, ())


def test_the_api_takes_one_at_a_time_and_knows_it_again(home) -> None:
    people()
    user = User.objects.get(username="city")
    _token, secret = add_token(Actor.system(), user, "热线", 30)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    body = {
        "number": "12345-1",
        "parts": "complaint",
        "occurred_on": "2026-03-18",
        "answers": {
            "account": "酱油发霉", "trade": "offline", "topic": "food", "channel": "12345",
            "business_region": WEST,
        },
    }  # fmt: skip

    def post(said: dict):
        return client.post("/api/v1/complaints", json.dumps(said), content_type="application/json")

    first, second = post(body), post(body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() | {"repeated": True} == second.json()
    assert Case.objects.get().unit == "market-west"
    other = post(body | {"answers": body["answers"] | {"account": "酱油发霉两瓶"}}).json()
    assert (other["case"], other["changed"]) == (first.json()["case"], ["account"])
    wrong = post(body | {"number": "12345-2", "answers": {"account": "坏"}})
    assert wrong.status_code == 422
    assert "类别" in wrong.json()["detail"]
    figures = client.get("/api/v1/complaints/statistics?year=2026").json()
    assert figures["regions"][0]["region"] == "990100"
