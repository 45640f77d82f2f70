"""Passwords: what a new one must be like, when it is due, and one made by the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhiheng.office import accounts, dated_values, passwords
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, User
from zhiheng.rules.errors import ContentError, LimitError

POLICY = passwords.Policy(length=10, classes=3, history=2, days=90)
GOOD = "Hengchuan-2026"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Ab3-xyz", "至少 10 个字符"),
        ("hengchuanhengchuan", "至少 3 类"),
        ("zhaogong-2026-A", "用户名"),
        ("aaaaaa-1111", "不同字符太少"),
        ("Aa1-" * 33, "最多 128"),
    ],
)
def test_each_fault_is_said(password: str, said: str) -> None:
    assert any(said in fault for fault in passwords.faults(password, "zhaogong", POLICY))


def test_a_good_password_has_no_fault() -> None:
    assert passwords.faults(GOOD, "zhaogong", POLICY) == []


def test_all_faults_are_said_at_once() -> None:
    assert len(passwords.faults("aaaa", "zhaogong", POLICY)) == 3


def test_made_passwords_fit_and_differ() -> None:
    made = [passwords.fresh() for _each in range(50)]
    assert len(set(made)) == 50
    assert all(not passwords.faults(each, "zhaogong", POLICY) for each in made)


def test_a_password_is_due_after_its_days() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert not passwords.due(now - timedelta(days=90), now, POLICY)
    assert passwords.due(now - timedelta(days=91), now, POLICY)
    assert not passwords.due(None, now, POLICY)


@pytest.fixture
def person(home: Home) -> User:
    party = add_party(Actor.system(), "office", "unit", "市质量办")
    return add_user(Actor.system(), "zhao", "赵工", party, ["analyst"], GOOD)


def test_a_recent_password_is_not_taken_again(person: User) -> None:
    accounts.change_password(person, GOOD, "Second-one-2027")
    for used in (GOOD, "Second-one-2027"):
        with pytest.raises(ContentError, match="最近 5 个") as refused:
            accounts.change_password(person, "Second-one-2027", used)
        assert refused.value.code == "password.weak"


def test_the_old_password_is_asked_for(person: User) -> None:
    with pytest.raises(ContentError) as refused:
        accounts.change_password(person, "wrong", "Second-one-2027")
    assert refused.value.code == "password.wrong"


def test_passwords_and_codes_are_not_tried_out_from_a_browser_left_open(person: User) -> None:
    tries = dated_values.today("lockout.attempts")
    for _try in range(tries):
        with pytest.raises(ContentError):
            accounts.change_password(person, "wrong", "Second-one-2027")
    with pytest.raises(LimitError):
        accounts.change_password(person, GOOD, "Second-one-2027")
    assert AuditEntry.objects.filter(verb="office.sign_in_failed").count() == tries


def test_a_reset_password_must_be_renewed(person: User) -> None:
    made = accounts.reset_password(Actor.system(), person)
    person.refresh_from_db()
    assert person.check_password(made)
    assert accounts.due(person, Actor.system()) == accounts.PASSWORD
    accounts.change_password(person, made, "Second-one-2027")
    assert accounts.due(person, Actor("zhao", "office", frozenset())) == ""
