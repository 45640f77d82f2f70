"""Every page for everybody, in both languages and at both widths: WCAG 2.2 AA by axe-core, no
sideways scrolling, no motion for who wants none. The pages are those that the portal's addresses
name, found by following its links: a new page is held to the same without being listed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from playwright.sync_api import Browser, Page
from support.portal import DESK, NO_TARGET, PASSWORD, PHONE, City

Visit = Callable[..., Page]
STARTS = {
    "": ("/", "/sign-in", "/claim"),
    "bs-scjg": ("/desk",),
    "fenxi": ("/desk",),
    "bianji": ("/desk",),
    "hezhun": ("/desk",),
    "shenji": ("/desk",),
    "guanliyuan": ("/desk",),
    "caijue": ("/desk",),
    "banli": ("/desk",),
    "qiye": ("/desk",),
}
REFUSED = {"": ("/nowhere",), "bs-scjg": ("/desk/audit", "/desk/organisations/999999")}
NO_PAGE = {
    *("target_csv", "verifier", "marked_file", "template", "row_proof", "attachment"),  # files
    *("held", "case_letter", "complaint_photo", "complaint_agreement"),  # files
    *("sign_out", "set_language", "report_nothing", "sign_out_everywhere", "claim_code"),
    *("decide", "undo", "decide_release", "decide_objection", "withdraw_objection"),  # acts
    *("revoke_token", "case_assign", "case_persons"),  # acts
    *("city_login", "city_login_return"),  # lead to the city's own login, where there is one
    # No procedure of this city is opened by a form at the desk: test_procedures_pages has one.
    "open_case",
}
"""Addresses that answer with no page of their own."""

LEADING = {"release_of_case"}
"""Addresses that lead to the page of what a case decides about."""

ALIKE, CASES = 2, 12
"""Pages of one address that are looked at, each as another person or with another figure; cases
differ in what may be done about them."""

AXE = {"rules": {"target-size": {"enabled": True}}}
MOVING = """() => [...document.querySelectorAll('*')].filter(e => {
  const s = getComputedStyle(e);
  return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0;
}).map(e => e.outerHTML.slice(0, 80))"""


@dataclass(frozen=True)
class Found:
    """One page: its address's name, who opens it, where."""

    name: str
    user: str
    path: str


def _names() -> set[str]:
    """Every address of the portal that has a page."""
    patterns = get_resolver().url_patterns
    named = {p.name for p in patterns if isinstance(p, URLPattern) and p.name}
    return named - NO_PAGE - LEADING


def _name_of(path: str) -> str | None:
    try:
        return resolve(path).url_name
    except Resolver404:
        return None


def _follow(page: Page, user: str, starts: tuple[str, ...]) -> Iterator[Found]:
    """Pages reached by links from the starts, `ALIKE` at most of one name."""
    waiting, seen, count = list(starts), set(starts), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        name = _name_of(urlsplit(path).path)
        most = CASES if name == "case" else ALIKE
        if name not in _names() | LEADING or count.get(name, 0) >= most:
            continue
        page.goto(path)
        site = _site(page)
        count[name] = count.get(name, 0) + 1
        if page.url.removeprefix(site) == path:
            yield Found(name, user, path)
            links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        else:
            links = [page.url]
        for link in dict.fromkeys(links):
            address = link.removeprefix(site).partition("#")[0]
            if link.startswith(site) and address not in seen:
                seen.add(address)
                waiting.append(address)


def _site(page: Page) -> str:
    return page.evaluate("location.origin")


def _prepare(visit: Visit) -> None:
    """What the pages need to be there: a job, an objection."""
    analyst = visit("/desk/measurements", user="fenxi")
    if not analyst.locator("a[href^='/desk/jobs/']").count():
        analyst.select_option("#indicator", NO_TARGET)
        analyst.locator("main form button[type=submit]").first.click()
        analyst.wait_for_url("**/desk/jobs/*")
    firm = visit("/desk/objections", user="qiye")
    if not firm.locator("main a[href^='/desk/objections/']").count():
        firm.goto("/desk/own")
        firm.locator("a[href$='/object']").first.click()
        firm.fill("#grounds", "该批次产品并非我单位生产，请核对。")
        firm.locator("main form button[type=submit]").click()
        firm.wait_for_url("**/desk/objections/*")


@pytest.fixture(scope="session")
def found() -> list[Found]:
    """Filled by the first test that walks through the portal."""
    return []


@pytest.fixture
def pages(visit: Visit, found: list[Found]) -> list[Found]:
    if not found:
        _prepare(visit)
        for user, starts in STARTS.items():
            page = visit("/method", user=user)
            found.extend(_follow(page, user, starts))
    return found


def _once_each(found: list[Found]) -> list[Found]:
    """Of each name one page, of whoever met it first."""
    return list({one.name: one for one in reversed(found)}.values())


def _findings(page: Page) -> list[str]:
    if page.locator("[data-chart]").count():
        page.locator(".chart-live svg").first.wait_for()
    width = page.viewport_size["width"]  # type: ignore[index]
    said = [
        f"{page.url} {width} {v['id']}: {node['target']} {node['failureSummary']}"
        for v in Axe().run(page, options=AXE).response["violations"]
        for node in v["nodes"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        said.append(f"{page.url}: {wide} wide on a screen of {width}")
    return said


def _look(visit: Visit, found: list[Found], width: int, language: str) -> list[str]:
    said: list[str] = []
    for user in dict.fromkeys(one.user for one in found):
        page = visit("/method", user=user, width=width, language=language)
        for one in found:
            if one.user == user:
                page.goto(one.path)
                said += _findings(page)
        for path in REFUSED.get(user, ()):
            page.goto(path)
            said += _findings(page)
    return said


def test_every_address_has_been_looked_at(pages: list[Found]) -> None:
    # Half a sign-in is no page that a link leads to; it has a test of its own below.
    assert _names() - {one.name for one in pages} == {"second_step"}


@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh-CN"), (DESK, "en-US")])
def test_every_page_is_for_everybody(
    visit: Visit, pages: list[Found], width: int, language: str
) -> None:
    # Each run takes another of the pages that are alike.
    found = pages if width == PHONE else pages[::-1]
    findings = _look(visit, _once_each(found), width, language)
    assert not findings, "\n".join(findings)


@pytest.mark.full
@pytest.mark.parametrize(("width", "language"), [(PHONE, "en-US"), (DESK, "zh-CN")])
def test_every_page_is_for_everybody_the_other_way_round(
    visit: Visit, pages: list[Found], width: int, language: str
) -> None:
    findings = _look(visit, pages, width, language)
    assert not findings, "\n".join(findings)


def test_the_second_step_of_signing_in_is_for_everybody(
    visit: Visit, browser: Browser, city: City
) -> None:
    visit("/desk", user="hezhun")
    for width in (PHONE, DESK):
        context = browser.new_context(
            base_url=city.url, viewport={"width": width, "height": 800}, locale="zh-CN"
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("#username", "hezhun")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/sign-in/code")
        findings = _findings(page)
        context.close()
        assert not findings, "\n".join(findings)


def test_nothing_moves_for_who_wants_no_motion(visit: Visit, pages: list[Found]) -> None:
    page = visit("/")
    page.emulate_media(reduced_motion="reduce")
    for one in pages:
        if not one.user:
            page.goto(one.path)
            assert page.evaluate(MOVING) == []
