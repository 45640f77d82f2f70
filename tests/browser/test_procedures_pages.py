"""The pages of cases in a real browser: for everybody, in both languages, on a phone as well."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from support.accident import ACCIDENT
from support.cases import EAST, SYSTEM, declared, opened, person, settle
from support.portal import DESK, PHONE

from zhiheng.office.home import Home
from zhiheng.office.models import User
from zhiheng.procedures import actions, catalogue, duties

STYLE = Path(__file__).parents[2] / "src/zhiheng/web/static/web/zhiheng.css"
AXE = {"rules": {"target-size": {"enabled": True}}}
PICTURES = os.environ.get("ZHIHENG_LOOK")
"""A folder to leave pictures in, for a person to look at."""


@pytest.fixture
def written(home: Home) -> Iterator[dict[str, str]]:
    """Each page as HTML by its name and language, its style within."""
    with declared():
        catalogue.declare(ACCIDENT)
        settle()
        accident = actions.open_case(SYSTEM, "accident", {}, region=EAST, unit="east", title="泄漏")
        case = opened(answers={"also_report": True}, title="衡川晨光食品 许可")
        actions.take_step(person("lin"), case.pk, "accept")
        wrong = actions.take_step(person("lin"), case.pk, "prolong")
        actions.correct(person("lin"), case.pk, wrong.number, "不应延期", void=True)
        opened(day=case.received_on.replace(year=case.received_on.year - 1), title="逾期的一件")
        duties.look_after_clocks()
        lin = Client()
        lin.force_login(User.objects.get(username="lin"))
        paths = {
            "cases": "/desk/cases?list=unit",
            "case": f"/desk/cases/{case.pk}",
            "step": f"/desk/cases/{case.pk}/steps/hand_over",
            "correct": f"/desk/cases/{case.pk}/events/1",
            "open": "/desk/cases/open/permit",
            "hours": f"/desk/cases/{accident.pk}",
            "moment": f"/desk/cases/{accident.pk}/steps/report",
        }
        found = {}
        for language in ("zh-hans", "en"):
            for name, path in paths.items():
                page = lin.get(path, headers={"accept-language": language})
                assert page.status_code == 200
                found[f"{name} {language}"] = _with_style(page.content.decode())
        refused = lin.post(paths["open"], {"matter": ""})
        assert refused.status_code == 422
        found["refused zh-hans"] = _with_style(refused.content.decode())
        yield found


def _with_style(html: str) -> str:
    """The page with its style sheet in it, and without scripts and pictures of a server."""
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    style = f"<style>{STYLE.read_text(encoding='utf-8')}</style>"
    return re.sub(r"<link\b[^>]*stylesheet[^>]*>", lambda _found: style, html)


def test_the_pages_of_cases_are_for_everybody(written: dict[str, str]) -> None:
    # A browser brings an event loop, under which the record cannot be read: it ends here.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ZHIHENG_CHROMIUM", "/usr/bin/chromium"),
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        said = _findings(browser, written)
        browser.close()
    assert not said, "\n".join(said)


def _findings(browser: Browser, written: dict[str, str]) -> list[str]:
    said = []
    for width in (PHONE, DESK):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        for name, html in written.items():
            page.set_content(html)
            for found in Axe().run(page, options=AXE).response["violations"]:
                said += [f"{name} {width} {found['id']}: {n['target']}" for n in found["nodes"]]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                said.append(f"{name}: {wide} wide on a screen of {width}")
            if PICTURES:
                picture = Path(PICTURES) / f"{name.replace(' ', '-')}-{width}.png"
                page.screenshot(path=picture, full_page=True)
        context.close()
    return said
