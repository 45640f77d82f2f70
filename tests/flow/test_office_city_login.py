"""The city's own login, against a provider that runs as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from django.test import Client
from support.city_login import FAULTS, Provider, running_provider

from zhiheng.office import accounts, second_factor
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, User
from zhiheng.rules.errors import ConflictError

SYSTEM = Actor.system()
SUBJECT = "zhao@hengchuan.example"


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def provider(_provider: Provider, home: Home) -> Provider:
    _provider.fault = _provider.mute = ""
    (home.path / "settings.yaml").write_text(
        f"login: {{name: 衡川通, issuer: '{_provider.issuer}', client_id: zhiheng, "
        "client_secret: only-for-tests}\n"
    )
    return _provider


@pytest.fixture
def zhao(home: Home, provider: Provider) -> User:
    party = add_party(SYSTEM, "office", "unit", "市质量办")
    user = add_user(SYSTEM, "zhao", "赵工", party, ["analyst"], "Hengchuan-2026")
    accounts.bind_login(SYSTEM, user, provider.issuer, SUBJECT)
    return user


def leave(client: Client, going: str = "/desk/import") -> str:
    """The provider's address that the browser is sent to."""
    answer = client.get("/sign-in/city", {"next": going})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def come_back(client: Client, address: str):  # type: ignore
    parts = urlsplit(address)
    return client.get(parts.path, dict(parse_qsl(parts.query)))


def changed(address: str, **values: str) -> str:
    parts = urlsplit(address)
    query = {**dict(parse_qsl(parts.query)), **values}
    return urlunsplit(parts._replace(query=urlencode(query)))


def test_a_bound_person_is_signed_in_and_goes_where_they_wanted(
    zhao: User, provider: Provider
) -> None:
    client = Client()
    assert "用衡川通登录" in client.get("/sign-in").content.decode()
    address = leave(client)
    asked = dict(parse_qsl(urlsplit(address).query))
    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) > 30
    assert len(asked["nonce"]) > 30
    answer = come_back(client, provider.agree(address, SUBJECT))
    assert answer["Location"] == "/desk/import"
    assert client.get("/desk").status_code == 200
    entry = AuditEntry.objects.get(verb="office.sign_in")
    assert (entry.object, "city_login" in entry.detail) == ("zhao", True)
    assert User.objects.get(username="zhao").roles == ["analyst"]


def test_somebody_without_an_account_gets_none(zhao: User, provider: Provider) -> None:
    client = Client()
    answer = come_back(client, provider.agree(leave(client), "stranger"))
    assert answer.status_code == 422
    assert "stranger" in answer.content.decode()
    assert User.objects.count() == 1
    assert client.get("/desk").status_code == 302
    assert "login.unknown" in AuditEntry.objects.get(verb="office.sign_in_failed").detail


def test_a_deactivated_account_is_not_let_in(zhao: User, provider: Provider) -> None:
    accounts.deactivate(SYSTEM, zhao)
    client = Client()
    assert come_back(client, provider.agree(leave(client), SUBJECT)).status_code == 422


@pytest.mark.parametrize("fault", FAULTS)
def test_a_spoiled_token_signs_nobody_in(zhao: User, provider: Provider, fault: str) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    provider.fault = fault
    assert come_back(client, back).status_code == 422
    assert client.get("/desk").status_code == 302
    assert AuditEntry.objects.filter(verb="office.sign_in_failed").count() == 1


def test_the_same_token_unspoiled_would_have_done(zhao: User, provider: Provider) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    provider.fault = "resigned"
    assert come_back(client, back).status_code == 302


@pytest.mark.parametrize("state", ["", "another", "状态"])
def test_a_wrong_state_is_refused(zhao: User, provider: Provider, state: str) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    assert come_back(client, changed(back, state=state)).status_code == 422
    assert client.get("/desk").status_code == 302


def test_an_answer_serves_once(zhao: User, provider: Provider) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    assert come_back(client, back).status_code == 302
    client.post("/sign-out")
    assert come_back(client, back).status_code == 422
    assert client.get("/desk").status_code == 302


def test_an_answer_serves_only_the_browser_that_asked(zhao: User, provider: Provider) -> None:
    back = provider.agree(leave(Client()), SUBJECT)
    victim = Client()
    leave(victim)
    assert come_back(victim, back).status_code == 422
    assert come_back(Client(), back).status_code == 422


def test_a_code_of_another_sign_in_fails_for_its_verifier(zhao: User, provider: Provider) -> None:
    one, other = Client(), Client()
    stolen = dict(parse_qsl(urlsplit(provider.agree(leave(one), SUBJECT)).query))["code"]
    back = provider.agree(leave(other), SUBJECT)
    assert come_back(other, changed(back, code=stolen)).status_code == 422


def test_a_refusal_of_the_provider_is_said(zhao: User, provider: Provider) -> None:
    client = Client()
    state = dict(parse_qsl(urlsplit(leave(client)).query))["state"]
    answer = client.get("/sign-in/city/return", {"state": state, "error": "access_denied"})
    assert "衡川通没有通过认证" in answer.content.decode()


def test_another_issuer_in_the_answer_is_refused(zhao: User, provider: Provider) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    assert come_back(client, changed(back, iss="http://evil.example")).status_code == 422


def test_ones_own_second_factor_is_still_asked_for(zhao: User, provider: Provider) -> None:
    zhao.second_factor = second_factor.seal(second_factor.new_secret(), "key")
    zhao.save()
    client = Client()
    answer = come_back(client, provider.agree(leave(client), SUBJECT))
    assert answer["Location"] == "/sign-in/code"
    assert client.get("/desk").status_code == 302


def test_one_person_there_is_one_account_here(zhao: User, provider: Provider) -> None:
    qian = add_user(SYSTEM, "qian", "钱工", zhao.party, ["analyst"], "Hengchuan-2026")
    with pytest.raises(ConflictError, match="zhao"):
        accounts.bind_login(SYSTEM, qian, provider.issuer, SUBJECT)
    accounts.bind_login(SYSTEM, zhao, provider.issuer, "")
    accounts.bind_login(SYSTEM, qian, provider.issuer, SUBJECT)


def test_a_provider_that_cannot_be_reached_is_said(zhao: User, home: Home) -> None:
    settings = home.path / "settings.yaml"
    settings.write_text("login: {name: 衡川通, issuer: 'http://127.0.0.1:9', client_id: zhiheng}\n")
    answer = Client().get("/sign-in/city")
    assert answer.status_code == 422
    assert "暂时不可用" in answer.content.decode()


def test_a_provider_that_names_no_endpoints_is_said(zhao: User, provider: Provider) -> None:
    provider.mute = "/.well-known/openid-configuration"
    answer = Client().get("/sign-in/city")
    assert answer.status_code == 422
    assert "没有说明authorization_endpoint、token_endpoint、jwks_uri" in answer.content.decode()


def test_a_provider_without_keys_is_said(zhao: User, provider: Provider) -> None:
    client = Client()
    back = provider.agree(leave(client), SUBJECT)
    provider.mute = "/jwks"
    answer = come_back(client, back)
    assert answer.status_code == 422
    assert "没有给出公钥" in answer.content.decode()


def test_without_a_city_login_there_is_no_such_door(home: Home) -> None:
    assert "/sign-in/city" not in Client().get("/sign-in").content.decode()
    assert Client().get("/sign-in/city").status_code == 422
