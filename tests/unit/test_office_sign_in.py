"""Signing in: lock-out, second factor, sessions that end, what the trail says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from zhiheng.office import accounts, dated_values, second_factor, sessions
from zhiheng.office.actions import add_party, add_token, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, RecoveryCode, SignInAttempt, User, UserSession
from zhiheng.rules.errors import ConflictError, ContentError, LimitError

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"


def person(username: str, *roles: str) -> User:
    party = add_party(SYSTEM, "office", "unit", "市质量办")
    return add_user(SYSTEM, username, "赵工", party, list(roles), PASSWORD)


@pytest.fixture(autouse=True)
def _not_a_trial(home: Home) -> None:
    (home.path / "settings.yaml").unlink()


@pytest.fixture
def zhao(home: Home) -> User:
    return person("zhao", "analyst")


@pytest.fixture
def client() -> Client:
    return Client()


def enter(client: Client, username: str = "zhao", password: str = PASSWORD, **more: str):  # type: ignore
    return client.post("/sign-in", {"username": username, "password": password, **more})


def enrol(user: User) -> tuple[str, list[str]]:
    secret = second_factor.new_secret()
    earlier = second_factor.code_at(secret, timezone.now() - timedelta(seconds=30))
    return secret, accounts.enrol(user, secret, earlier)


def code(secret: str) -> str:
    return second_factor.code_at(secret, timezone.now())


@pytest.mark.record
def test_a_right_password_lets_in_under_a_fresh_session(
    zhao: User, home: Home, client: Client
) -> None:
    client.get("/sign-in")
    client.session.save()
    before = client.cookies[settings.SESSION_COOKIE_NAME].value if client.cookies else ""
    answer = enter(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk")
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert client.get("/desk").status_code == 200
    verbs = list(AuditEntry.objects.order_by("-id").values_list("verb", "object")[:1])
    assert verbs == [("office.sign_in", "zhao")]


def test_a_session_known_before_is_worth_nothing_after(zhao: User, client: Client) -> None:
    enter(client)
    stolen = client.cookies[settings.SESSION_COOKIE_NAME].value
    enter(client)
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert client.get("/account").status_code == 200
    client.post("/sign-out")
    client.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert client.get("/desk").status_code == 302


@pytest.mark.parametrize("username", ["zhao", "nobody"])
def test_wrong_names_and_wrong_passwords_look_alike(
    zhao: User, client: Client, username: str
) -> None:
    answer = enter(client, username, "wrong")
    assert answer.status_code == 422
    assert "用户名或口令不对" in answer.content.decode()
    said = AuditEntry.objects.order_by("-id").first()
    assert said is not None
    assert said.verb == "office.sign_in_failed"
    assert "wrong" not in said.detail
    assert "nobody" not in said.object + said.detail


@pytest.mark.record
@pytest.mark.parametrize("username", ["zhao", "nobody"])
def test_too_many_failures_lock_the_name_known_or_not(
    zhao: User, home: Home, client: Client, username: str
) -> None:
    for _try in range(5):
        assert enter(client, username, "wrong").status_code == 422
    locked = enter(client, username)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60 + 1
    assert "分钟后再试" in locked.content.decode()
    assert SignInAttempt.objects.filter(succeeded=False).count() == 5


def test_a_lock_ends_with_its_term_or_by_the_one_who_may(zhao: User, client: Client) -> None:
    for _try in range(5):
        enter(client, password="wrong")
    earlier = timezone.now() - timedelta(minutes=15, seconds=1)
    SignInAttempt.objects.update(at=earlier)
    assert enter(client).status_code == 302
    for _try in range(5):
        enter(Client(), password="wrong")
    accounts.unlock(SYSTEM, zhao)
    assert enter(Client()).status_code == 302


def test_an_address_is_locked_whatever_names_it_tries(zhao: User, client: Client) -> None:
    now = timezone.now()
    SignInAttempt.objects.bulk_create(
        SignInAttempt(at=now, username=f"?{i}", address="127.0.0.1", succeeded=False)
        for i in range(30)
    )
    assert enter(client).status_code == 429
    assert enter(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302


def test_a_success_forgets_earlier_failures(zhao: User, client: Client) -> None:
    for _try in range(4):
        enter(client, password="wrong")
    enter(client)
    assert enter(Client(), password="wrong").status_code == 422
    assert enter(Client()).status_code == 302


@pytest.mark.record
def test_the_second_factor_is_asked_for_and_a_code_is_good_once(
    zhao: User, home: Home, client: Client
) -> None:
    secret, _codes = enrol(zhao)
    assert enter(client)["Location"] == "/sign-in/code"
    assert client.get("/desk").status_code == 302
    given = code(secret)
    assert client.post("/sign-in/code", {"code": given})["Location"] == "/desk"
    assert client.get("/desk").status_code == 200
    again = Client()
    enter(again)
    refused = again.post("/sign-in/code", {"code": given})
    assert refused.status_code == 422
    assert "已用过" in refused.content.decode()


def test_a_recovery_code_is_good_once(zhao: User, client: Client) -> None:
    _secret, codes = enrol(zhao)
    assert codes[0] not in "".join(RecoveryCode.objects.values_list("digest", flat=True))
    enter(client)
    assert client.post("/sign-in/code", {"code": codes[0]}).status_code == 302
    again = Client()
    enter(again)
    assert again.post("/sign-in/code", {"code": codes[0]}).status_code == 422
    assert again.post("/sign-in/code", {"code": codes[1]}).status_code == 302


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(zhao: User, client: Client) -> None:
    secret, _codes = enrol(zhao)
    enter(client)
    for _try in range(5):
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422
    assert client.post("/sign-in/code", {"code": code(secret)}).status_code == 429


def test_the_first_step_is_forgotten_after_a_while(
    zhao: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = enrol(zhao)
    enter(client)
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.post("/sign-in/code", {"code": code(secret)})["Location"] == "/sign-in"


def test_who_approves_must_enrol_before_anything_else(home: Home, client: Client) -> None:
    user = person("hezhun", "approver")
    assert enter(client, "hezhun")["Location"] == "/desk"
    for path in ("/desk", "/desk/releases", "/desk/organisations"):
        assert client.get(path)["Location"].startswith("/account/second-factor")
    page = client.get("/account/second-factor").content.decode()
    secret = page.split('id="secret">')[1].split("<")[0].replace(" ", "")
    wrong = client.post("/account/second-factor", {"code": "000000"})
    assert wrong.status_code == 422
    done = client.post("/account/second-factor", {"code": code(secret)}).content.decode()
    assert done.count("<code>") == 10
    assert client.get("/desk/releases").status_code == 200
    assert AuditEntry.objects.filter(verb="office.enrol_second_factor").exists()
    accounts.reset_second_factor(SYSTEM, User.objects.get(pk=user.pk))
    assert client.get("/desk").status_code == 302
    assert not RecoveryCode.objects.exists()


def test_a_trial_home_may_leave_the_second_factor_to_each_person(
    home: Home, client: Client
) -> None:
    person("hezhun", "approver")
    (home.path / "settings.yaml").write_text("second_factor: offered\n")
    enter(client, "hezhun")
    assert client.get("/desk").status_code == 200


def test_a_second_authenticator_does_not_slip_in(zhao: User) -> None:
    enrol(zhao)
    with pytest.raises(ConflictError):
        enrol(zhao)
    for _try in range(dated_values.today("lockout.attempts")):
        with pytest.raises(ContentError):
            accounts.renew_recovery_codes(zhao, "000000")
    with pytest.raises(LimitError):
        accounts.renew_recovery_codes(zhao, "000000")


@pytest.mark.parametrize(
    ("field", "ago", "let_in"),
    [
        ("seen_at", timedelta(minutes=29), True),
        ("seen_at", timedelta(minutes=31), False),
        ("started_at", timedelta(hours=7, minutes=59), True),
        ("started_at", timedelta(hours=8, minutes=1), False),
    ],
)
def test_a_session_ends_when_idle_and_after_a_working_day(
    zhao: User, client: Client, field: str, ago: timedelta, let_in: bool
) -> None:
    enter(client)
    UserSession.objects.update(**{field: timezone.now() - ago})
    assert (client.get("/desk").status_code == 200) == let_in
    assert (sessions.standing(zhao).count() == 1) == let_in


def test_all_sessions_end_at_once_when_asked(zhao: User, client: Client) -> None:
    other = Client()
    enter(client)
    enter(other)
    page = client.get("/account").content.decode()
    assert page.count("本设备") == 1
    assert sessions.standing(zhao).count() == 2
    client.post("/account/sign-out-everywhere")
    assert (client.get("/desk").status_code, other.get("/desk").status_code) == (302, 302)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    zhao: User, client: Client
) -> None:
    other = Client()
    enter(client)
    enter(other)
    new = "Second-one-2027"
    done = client.post("/account/password", {"old": PASSWORD, "new": new, "again": new})
    assert done.status_code == 302
    assert client.get("/desk").status_code == 200
    assert other.get("/desk").status_code == 302


def test_a_password_that_is_due_comes_first(zhao: User, client: Client) -> None:
    User.objects.update(password_set_at=timezone.now() - timedelta(days=91))
    enter(client)
    assert client.get("/desk")["Location"].startswith("/account/password")
    differing = client.post("/account/password", {"old": PASSWORD, "new": "a", "again": "b"})
    assert differing.status_code == 422


def test_a_deactivated_account_is_let_in_no_more(zhao: User, client: Client) -> None:
    enter(client)
    accounts.deactivate(SYSTEM, zhao)
    assert client.get("/desk").status_code == 302
    assert enter(Client()).status_code == 422
    accounts.activate(SYSTEM, zhao)
    assert enter(Client()).status_code == 302


def test_the_address_comes_from_the_trusted_proxy_only(zhao: User, home: Home) -> None:
    spoofed = Client(headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.7"})
    enter(spoofed)
    assert UserSession.objects.get().address == "127.0.0.1"
    (home.path / "settings.yaml").write_text("site: {proxies: 1}\n")
    enter(Client(headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.7"}))
    assert UserSession.objects.order_by("-id").first().address == "203.0.113.7"  # type: ignore


def test_going_elsewhere_after_sign_in_stays_on_the_site(zhao: User, client: Client) -> None:
    assert enter(client, next="https://evil.example/")["Location"] == "/desk"
    assert enter(Client(), next="/desk/import")["Location"] == "/desk/import"


def test_a_token_is_no_way_around_the_second_factor(home: Home) -> None:
    user = person("hezhun", "approver")
    _token, secret = add_token(SYSTEM, user, "程序", 30)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    refused = program.get("/api/v1/rows")
    assert refused.status_code == 403
    assert refused.json()["code"] == "second_factor.missing"
    enrol(user)
    assert program.get("/api/v1/rows").status_code == 200


def test_who_must_enrol_first_makes_no_token(home: Home, client: Client) -> None:
    person("hezhun", "approver")
    enter(client, "hezhun")
    made = client.post("/account/tokens", {"name": "程序", "days": "30"})
    assert made["Location"].startswith("/account/second-factor")
