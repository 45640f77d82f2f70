"""What everybody may read, in a real browser: board, plan, target, region, in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from support.portal import PHONE, City, zhiheng

PLAN = "/plans/hengchuan-2026"
Visit = Callable[..., Page]


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_the_board_leads_to_a_target_whose_csv_says_what_the_command_says(
    visit: Visit, city: City
) -> None:
    page = visit("/")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.locator(".map svg").count() == 1
    page.locator("tbody a", has_text="T02").click()
    page.wait_for_url(f"**{PLAN}/targets/T02")
    assert page.locator("h1").inner_text() == "食品抽检合格率"
    page.locator(".chart-live svg").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载数据").click()
    shown = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    arguments = ("measure", "--indicator", "food_pass_rate", "--region", "990100")
    told = zhiheng(*arguments, "--period", "2025", "--json", home=city.home)
    expected = next(e for e in map(json.loads, told.splitlines()) if not e["by"])
    row = next(r for r in shown if r["period"] == "2025")
    for name in ("estimate", "se", "lower", "upper", "n", "numerator", "denominator"):
        assert float(row[name]) == float(expected[name]), name
    assert row["method"] == expected["method"]


def test_a_target_tells_its_derivation_and_the_command(visit: Visit) -> None:
    page = visit(f"{PLAN}/targets/T02")
    text = page.locator("main").inner_text()
    assert "zhiheng measure --indicator food_pass_rate --region 990100 --period 2025" in text
    assert re.search(r"[0-9a-f]{64}", text)
    assert "Σ w·y" in text


def test_a_plan_page_filters_by_verdict(visit: Visit) -> None:
    page = visit(PLAN)
    every = page.locator("tbody tr").count()
    assert every >= 40
    page.locator(".counts a", has_text="未达标").click()
    rows = page.locator("tbody tr")
    assert 0 < rows.count() < every
    assert set(page.locator("tbody .verdict").all_inner_texts()) == {"未达标"}


def test_the_map_shows_the_chosen_indicator(visit: Visit) -> None:
    page = visit("/")
    page.select_option("#indicator", "establishment_compliance_rate")
    page.get_by_role("button", name="显示").click()
    page.wait_for_url("**indicator=establishment_compliance_rate**")
    assert "日常检查符合率" in page.locator(".map svg title").first.text_content()
    assert "示意图" in page.locator(".map svg").text_content()


def test_a_region_page_compares_neighbours(visit: Visit) -> None:
    page = visit("/regions/990101")
    assert page.locator("h1").inner_text() == "澄湄区"
    page.locator(".chart-live svg").wait_for()
    page.select_option("#indicator", "establishment_compliance_rate")
    page.get_by_role("button", name="显示").click()
    page.locator(".chart-live svg").wait_for()


@pytest.mark.parametrize("path", ["/", PLAN, f"{PLAN}/targets/T02", "/regions/990101", "/method"])
def test_without_scripts_every_page_still_says_everything(visit: Visit, path: str) -> None:
    page = visit(path, scripts=False)
    assert page.locator("h1").count() == 1
    if page.locator("figure").count():
        assert page.locator(".chart-still svg").is_visible()


@pytest.mark.parametrize(
    "path", ["/", PLAN, f"{PLAN}/targets/T23", "/regions/990108", "/proof", "/sign-in", "/nowhere"]
)
def test_a_phone_never_scrolls_sideways(visit: Visit, path: str) -> None:
    for language in ("zh-CN", "en-US"):
        assert _overflow(visit(path, width=PHONE, language=language)) <= 0, language


def test_the_language_switch_turns_the_whole_page_and_back(visit: Visit) -> None:
    page = visit(f"{PLAN}/targets/T02")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").inner_text() == "Food pass rate"
    page.get_by_role("button", name="简体中文").click()
    assert page.locator("h1").inner_text() == "食品抽检合格率"


@pytest.mark.parametrize("path", ["/method", "/proof", "/sign-in", "/nowhere", "/regions"])
def test_an_english_page_has_no_chinese_left(visit: Visit, path: str) -> None:
    page = visit(path, language="en-US")
    page.locator("button[lang]").evaluate("button => button.remove()")
    assert not re.findall(r"[\u4e00-\u9fff]+", page.locator("body").inner_text())


def test_an_address_without_a_page_says_what_to_do(visit: Visit) -> None:
    page = visit("/plans/nowhere")
    assert "没有找到" in page.locator("h1").inner_text()
    assert page.get_by_role("link", name="回到首页").is_visible()


def test_no_page_lets_a_foreign_script_run(visit: Visit, city: City) -> None:
    page = visit("/")
    answer = page.request.get(city.url)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert page.locator("script:not([src]):not([type='application/json'])").count() == 0
    assert (
        page.locator("[style]:not(.chart-live):not(.chart-live *):not(.chart-still)").count() == 0
    )
