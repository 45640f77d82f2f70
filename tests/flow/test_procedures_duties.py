"""What the worker looks after: reminders, limits that ran out, letters; each once."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import date, timedelta
from email import policy

import pytest
from django.utils import timezone
from support.cases import SYSTEM, declared, opened, person, settle

from zhiheng.office import jobs, notices
from zhiheng.office.home import Home
from zhiheng.office.models import Notice, User
from zhiheng.procedures import actions, duties, letters, limits, persons, queries, sending
from zhiheng.procedures.models import OutgoingLetter, Unfiled
from zhiheng.procedures.moments import beginning

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


def mails(home: Home) -> list[tuple[str, str]]:
    """Address and subject of every letter in the folder."""
    found = []
    for path in sorted((home.path / "mail").glob("*.log")):
        letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        found.append((str(letter["To"]), str(letter["Subject"])))
    return sorted(found)


@pytest.mark.record
def test_a_letter_goes_to_the_address_and_to_the_unit(home: Home) -> None:
    case = opened()
    assert mails(home) == []
    assert duties.send_letters() == 3
    subject = f"收到申请 {queries.number_of(case)}"
    addresses = ("lin@example.org", "wang@example.org", "zhou@example.org")
    assert mails(home) == [(address, subject) for address in addresses]
    (on_desk,) = notices.notices(person("lin"))
    assert notices.text_of(on_desk) == subject
    assert on_desk.link == f"/desk/cases/{case.pk}"
    assert duties.send_letters() == 0


def test_a_letter_reads_the_same_in_both_languages_and_as_a_word_file() -> None:
    case = opened(day=date(2026, 2, 12))
    letter = OutgoingLetter.objects.filter(case=case)[0]
    chinese, english = letters.said(letter, "zh-hans"), letters.said(letter, "en")
    assert chinese.text == "“食品生产”已于2026年2月12日收到，受理期限2026年2月28日。"
    assert english.text == "“食品生产” received on 2026-02-12; due 2026-02-28."
    assert letters.as_word(letter, "zh-hans").startswith(b"PK")


def test_what_was_erased_gets_no_letter(home: Home) -> None:
    case = opened()
    persons.erase_personal(SYSTEM, case.pk, "个人请求删除")
    assert duties.send_letters() == 2
    assert "wang@example.org" not in str(mails(home))
    assert not OutgoingLetter.objects.filter(next_try_at__isnull=False).exists()


def test_a_letter_that_the_server_did_not_take_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    opened()
    with monkeypatch.context() as broken:
        broken.setattr(sending.mail, "send", lambda *_a, **_k: False)
        assert duties.send_letters() == 0
    waiting = OutgoingLetter.objects.filter(next_try_at__gt=timezone.now())
    assert waiting.count() == 3
    waiting.update(next_try_at=timezone.now())
    assert duties.send_letters() == 3


@pytest.mark.record
def test_reminder_then_expiry_each_once(home: Home) -> None:
    case = opened(day=date(2026, 2, 12))
    due = case.clocks.get(code="acceptance").due_on
    assert due == date(2026, 2, 28)
    for day, told in (
        (date(2026, 2, 25), 0),
        (date(2026, 2, 26), 1),
        (date(2026, 2, 26), 1),
        (date(2026, 2, 28), 1),
        (date(2026, 3, 1), 2),
        (date(2026, 3, 1), 2),
        (date(2026, 3, 9), 2),
    ):
        duties.look_after_clocks(beginning(day))
        late = OutgoingLetter.objects.filter(code="late", user=None, answer=None)
        assert late.count() == told, day
    said = [(e["verb"], e["answers"].get("clock")) for e in queries.timeline(case, "zh")]
    assert said[1:] == [(".expired", "acceptance")]
    superiors = Notice.objects.filter(party="city", text=notices.LETTER)
    assert superiors.count() == 1


def test_a_clock_that_runs_out_takes_the_step_of_the_machine() -> None:
    """``stay`` gives 60 calendar days to the cases of the new rules, then the case lapses."""
    case = opened(day=date(2026, 5, 6))
    duties.look_after_clocks(beginning(date(2026, 7, 5)))
    case.refresh_from_db()
    assert case.state == "received"
    duties.look_after_clocks(beginning(date(2026, 7, 6)))
    case.refresh_from_db()
    assert (case.state, case.clocks.get(code="stay").in_time) == ("lapsed", False)
    assert queries.timeline(case, "zh")[-1]["by"] == "operator"


def test_a_step_in_time_needs_no_reminder() -> None:
    case = opened(day=TODAY() - timedelta(days=1))
    actions.take_step(person("lin"), case.pk, "accept")
    duties.look_after_clocks(beginning(TODAY() + timedelta(days=30)))
    assert not OutgoingLetter.objects.filter(code="late").exists()


def test_a_closed_account_gets_no_letter(home: Home) -> None:
    opened()
    User.objects.filter(username="zhou").update(is_active=False)
    duties.send_letters()
    assert "zhou@example.org" not in str(mails(home))


def test_the_worker_makes_its_rounds_and_a_failing_duty_stops_no_other(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(jobs, "_ROUNDS", [fail, *jobs._ROUNDS])
    opened()
    jobs.make_rounds()
    assert len(mails(home)) == 3
    assert Unfiled.objects.count() == 1
    monkeypatch.setattr(limits, "today", lambda name: 0)
    jobs.make_rounds()
    assert Unfiled.objects.count() == 0
