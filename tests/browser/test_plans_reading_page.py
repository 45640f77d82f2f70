"""The page of a reading: everything in place, linked both ways, without any server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from support.plan_texts import FIRST

from zhiheng.plans.compiler import read_plan
from zhiheng.plans.reading_page import reading_page


@pytest.fixture
def written(tmp_path: Path) -> str:
    path = tmp_path / "reading.html"
    path.write_text(reading_page(read_plan(FIRST)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [360, 1280])
def test_it_asks_no_one_and_has_no_barrier(browser: Any, written: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written)
    assert asked == [written]
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_document_is_whole_and_every_mark_leads_to_its_entry(
    browser: Any, written: str
) -> None:
    reading = read_plan(FIRST)
    page = browser.new_page()
    page.goto(written)
    shown = page.evaluate(
        "(() => { const t = document.querySelector('.text').cloneNode(true);"
        "t.querySelectorAll('a').forEach((a) => a.remove()); return t.textContent; })()"
    )
    assert shown == FIRST
    for number, target in enumerate(reading.targets, 1):
        marked = page.locator(f'mark[data-keys~="t{number}"]').all_text_contents()
        assert "".join(marked) == target.text
        assert page.locator(f"#in-t{number}").get_attribute("href") == f"#t{number}"
        assert page.locator(f"#t{number} a").get_attribute("href") == f"#in-t{number}"
    page.locator("#t1").hover()
    assert "lit" in (page.locator('mark[data-keys~="t1"]').first.get_attribute("class") or "")
    page.locator("#t2 a").focus()
    assert "lit" in (page.locator('mark[data-keys~="t2"]').first.get_attribute("class") or "")
    page.keyboard.press("Enter")
    assert page.url.endswith("#in-t2")
    page.close()


def test_the_text_of_a_document_is_never_taken_for_markup() -> None:
    text = "一、目标<script>alert(1)</script>\n到2027年，合格率达到95%以上。<b>\n"
    page = reading_page(read_plan(text, "<img src=x>"))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert len(re.findall("<script>", page)) == 1
