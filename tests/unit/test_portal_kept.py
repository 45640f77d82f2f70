"""Public pages are made once and answered from memory for as long as what they say stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override

from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.regions import RegionVersion
from zhiheng.portal import kept

Ask = Callable[..., HttpResponse]


@pytest.fixture
def ask(home: Home, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks for a page that says how often it was made."""
    made = 0

    @kept.kept_while_it_stands
    def view(request: HttpRequest) -> HttpResponse:
        nonlocal made
        made += 1
        return HttpResponse(f"made {made}", status=404 if "missing" in request.GET else 200)

    def asked(path: str = "/", actor: Actor | None = None, **headers: Any) -> HttpResponse:
        request = RequestFactory().get(path, **headers)
        request.actor = actor or Actor.public()
        return view(request)

    monkeypatch.setattr(kept, "_kept", type(kept._kept)())
    return asked


def test_a_page_is_made_once(ask: Ask) -> None:
    assert [ask().content for _time in range(3)] == [b"made 1"] * 3


def test_another_address_language_or_decision_is_another_page(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask().content == b"made 1"
    assert ask("/?indicator=x").content == b"made 2"
    with override("en"):
        assert ask().content == b"made 3"
    monkeypatch.setattr(kept, "edition", lambda: "a later decision")
    assert ask().content == b"made 4"
    load_regions(Actor.system(), [RegionVersion("9901", "衡川市", "city")])
    assert ask().content == b"made 5"


def test_a_signed_in_person_gets_a_page_of_their_own(ask: Ask) -> None:
    somebody = Actor("zhang", "zlb", frozenset(), user_id=1)
    assert ask().content == b"made 1"
    assert ask(actor=somebody).content == b"made 2"
    assert ask(headers={"cookie": "messages=x"}).content == b"made 3"
    assert ask().content == b"made 1"


def test_a_browser_that_has_the_page_is_told_that_it_stands(ask: Ask) -> None:
    mark = ask()["ETag"]
    again = ask(headers={"if-none-match": mark})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    assert ask(headers={"if-none-match": '"else"'}).status_code == 200


def test_what_is_missing_is_not_kept_and_old_pages_make_room(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [ask("/?missing").status_code for _time in range(2)] == [404, 404]
    assert not kept._kept
    monkeypatch.setattr(kept, "MOST_PAGES", 2)
    for path in ("/a", "/b", "/a", "/c"):
        ask(path)
    assert [key[-1] for key in kept._kept] == ["/a", "/c"]


def test_a_public_page_carries_nothing_of_one_visitor(home: Home) -> None:
    page = Client().get("/method")
    assert page.status_code == 200
    assert not page.cookies
    assert b"csrfmiddlewaretoken" not in page.content
    answer = Client(enforce_csrf_checks=True).post("/language", {"language": "en", "next": "/"})
    assert (answer.status_code, answer.cookies["django_language"].value) == (302, "en")
