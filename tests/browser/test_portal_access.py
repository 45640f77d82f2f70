"""Every page for everybody: no finding of axe-core at phone and desk width, keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from support.portal import DESK, PASSWORD, PHONE

Visit = Callable[..., Page]
PUBLIC = (
    "/",
    "/plans/hengchuan-2026",
    "/plans/hengchuan-2026/targets/T02",
    "/plans/hengchuan-2026/targets/T31",
    "/regions",
    "/regions/990101",
    "/method",
    "/proof",
    "/sign-in",
    "/nowhere",
)
STAFF = {
    "bs-scjg": (
        "/desk",
        "/desk/import",
        "/desk/organisations",
        "/desk/organisations?q=衡川",
        "/desk/organisations/3",
        "/desk/review",
        "/desk/audit",
    ),
    "fenxi": ("/desk/measurements", "/desk/measurements/1"),
    "hezhun": ("/desk/releases", "/desk/releases/1"),
    "shenji": ("/desk/audit",),
}


def _findings(page: Page) -> list[str]:
    if page.locator("[data-chart]").count():
        page.locator(".chart-live svg").first.wait_for()
    found = Axe().run(page)
    return [
        f"{page.url} {v['id']}: {node['target']} {node['failureSummary']}"
        for v in found.response["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_public_pages_have_no_finding(visit: Visit, width: int, language: str) -> None:
    page = visit("/", width=width, language=language)
    findings: list[str] = []
    for path in PUBLIC:
        page.goto(path)
        findings += _findings(page)
    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("user", list(STAFF))
def test_desk_pages_have_no_finding(visit: Visit, width: int, user: str) -> None:
    page = visit("/desk", user=user, width=width)
    findings: list[str] = []
    for path in STAFF[user]:
        page.goto(path)
        findings += _findings(page)
    assert not findings, "\n".join(findings)


def test_the_keyboard_alone_signs_in_and_reaches_a_page(visit: Visit) -> None:
    page = visit("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "username"
    page.keyboard.type("bs-scjg")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    for _step in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/desk/import":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/import")
