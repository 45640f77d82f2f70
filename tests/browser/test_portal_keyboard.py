"""The keyboard alone does everything: each task from the first key to the last, focus in sight."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from support.portal import PASSWORD

Visit = Callable[..., Page]
MOST_STEPS = 150
FOCUS = """() => {
  const e = document.activeElement, s = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    shown: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0,
    what: e.outerHTML.slice(0, 120),
  };
}"""


class Keys:
    """A person at a keyboard, on one page after another."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Tab until the focus is on it; wherever the focus stops on the way, it can be seen."""
        for _step in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(FOCUS)
            if "<body" not in found["what"]:
                assert found["shown"], f"no focus to be seen on {found['what']}"
                assert found["inside"], f"focus out of sight on {found['what']}"
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{MOST_STEPS} steps do not lead to {selector} on {self.page.url}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, value: str) -> None:
        """Arrow keys in a list of choices until it stands on the value."""
        self.to(selector)
        self.press("Home")
        for _step in range(60):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} is none of {selector}")

    def skip_to_content(self) -> None:
        """The first stop of every page leads past the menus."""
        self.press("Tab")
        assert self.page.evaluate("document.activeElement.className") == "skip"
        self.press("Enter")


def test_signing_in_and_going_to_a_page(visit: Visit) -> None:
    page = visit("/sign-in")
    keys = Keys(page)
    keys.skip_to_content()
    keys.type("#username", "bs-scjg")
    keys.type("#password", PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/desk")
    keys.to("a[href='/desk/import']")
    keys.press("Enter")
    page.wait_for_url("**/desk/import")


def test_handing_in_a_file(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "penalties.csv"
    file.write_text("决定书文号,决定日期,所在区域\nX-1,2026-13-01,990101\n", "utf-8")
    page = visit("/desk/import", user="bs-scjg")
    # Asked for only when the key is pressed, the browser may learn of it after the key.
    page.on("filechooser", lambda _chooser: None)
    keys = Keys(page)
    keys.skip_to_content()
    keys.choose("#kind", "penalty")
    keys.to("#table")
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(str(file))
    keys.to("main form button[type=submit]")
    keys.press("Enter")
    page.wait_for_url("**/desk/jobs/*")
    page.locator("main .message").wait_for(timeout=120_000)
    assert page.locator("main .message").inner_text()


def _waiting(page: Page) -> int:
    found = re.search(r"[\d,]+", page.locator(".lead").inner_text())
    assert found
    return int(found[0].replace(",", ""))


def test_judging_whom_a_name_means_and_taking_it_back(visit: Visit) -> None:
    page = visit("/desk/review", user="fenxi")
    before, name = _waiting(page), page.locator("main section h2").first.inner_text()
    keys = Keys(page)
    keys.skip_to_content()
    keys.to("input[type=radio]")
    keys.press("Space")
    assert page.evaluate("document.activeElement.checked")
    keys.type("input[name=reason]", "地址相同")
    keys.to("main form button[type=submit]")
    keys.press("Enter")
    page.locator(".message.success").wait_for()
    assert _waiting(page) == before - 1
    assert name not in page.locator("main section h2").all_inner_texts()
    assert name in page.locator("#recent + ul li").first.inner_text()
    keys.skip_to_content()
    keys.to("form[action*='/undo/'] button")
    keys.press("Enter")
    page.get_by_text("判断已撤销").wait_for()
    assert _waiting(page) == before


def test_asking_for_a_release_and_letting_it_out(visit: Visit) -> None:
    editor = visit("/desk/releases", user="bianji")
    keys = Keys(editor)
    keys.skip_to_content()
    keys.type("#title", "键盘发布")
    keys.to("main form button[type=submit]")
    keys.press("Enter")
    editor.wait_for_url("**/desk/jobs/*")
    editor.locator("main a.button").wait_for(timeout=120_000)
    keys.to("main a.button")
    keys.press("Enter")
    editor.wait_for_url("**/desk/releases/*")
    approver = visit(urlsplit(editor.url).path, user="hezhun")
    keys = Keys(approver)
    keys.skip_to_content()
    keys.to("button[value=approve]")
    keys.press("Enter")
    approver.locator(".message.success").wait_for()
    assert "已公开" in approver.locator(".head-line").inner_text()


@pytest.mark.parametrize("path", ["/", "/plans/hengchuan-2026", "/regions/990101"])
def test_a_reader_moves_through_the_public_pages(visit: Visit, path: str) -> None:
    page = visit(path)
    keys = Keys(page)
    keys.skip_to_content()
    keys.to("main a[href]")
    before = page.url
    keys.press("Enter")
    page.wait_for_url(lambda url: url != before)


def test_judging_and_releasing_need_no_scripts(visit: Visit) -> None:
    page = visit("/desk/review", user="fenxi", scripts=False)
    before = _waiting(page)
    first = page.locator("main section").first
    first.locator("input[value=different]").check()
    first.locator("button").click()
    assert _waiting(page) == before - 1
    page = visit("/desk/releases", user="bianji", scripts=False)
    page.fill("#title", "无脚本发布")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/desk/jobs/*")
    for _attempt in range(120):
        if page.locator("main a.button").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("main a.button").click()
    assert page.locator("main table tbody tr").count() >= 40
