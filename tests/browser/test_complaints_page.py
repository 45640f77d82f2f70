"""A consumer on a phone, a clerk at the desk: one complaint from beginning to end, by hand."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page
from support.portal import PASSWORD, PHONE, City, zhiheng

Visit = Callable[..., Page]
CLERK = "tousu"
AXE = {"rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="module")
def clerk(city: City) -> str:
    """Somebody of the market authority who handles complaints and reports."""
    zhiheng(
        *("user", "add", CLERK, "--name", "投诉办理员", "--party", "scjg"),
        *("--role", "complaint_clerk", "--role", "report_officer"),
        *("--password", PASSWORD),
        home=city.home,
    )
    return CLERK


def _photo(folder: Path) -> Path:
    path = folder / "酱油.jpg"
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "brown").save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def _fill(page: Page, **values: str) -> None:
    for name, text in values.items():
        page.fill(f"#{name}", text)


def _sound(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the phone."""
    found = Axe().run(page, options=AXE).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _take(page: Page, step: str, **values: str) -> None:
    """One step on the page of the case."""
    page.get_by_role("link", name=step, exact=True).click()
    for name, text in values.items():
        field = page.locator(f"#f-{name}")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    page.locator("main form.sheet button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/desk/cases/\d+$"))


def test_a_complaint_by_phone_from_photo_to_rating(
    visit: Visit, clerk: str, tmp_path: Path
) -> None:
    phone = visit("/complaints", width=PHONE)
    _sound(phone)
    phone.check("#part_complaint")
    phone.select_option("#topic", "food")
    _fill(
        phone,
        account="在老张饭店买的酱油，打开就有霉斑。",
        claim="退款85.5元",
        respondent="老张饭店",
        complainant="李四",
        phone="13812345678",
    )
    phone.select_option("#trade", "offline")
    phone.select_option("#business_region", "990101")
    phone.set_input_files("#photos", str(_photo(tmp_path)))
    phone.get_by_role("button", name="提交").click()
    number, secret = (phone.locator(f"#{name}").inner_text() for name in ("number", "secret"))
    _sound(phone)

    desk = visit("/desk/cases", user=clerk)
    row = desk.get_by_role("row").filter(has_text="老张饭店")
    row.get_by_role("link", name=re.compile(r"^TS-")).click()
    desk.get_by_role("link", name="办案参考").click()
    assert "打开就有霉斑" in desk.locator("main").inner_text()
    assert desk.locator("img[alt='照片 1']").evaluate("e => e.naturalWidth") == 800
    _sound(desk)
    desk.go_back()
    _take(desk, "受理")
    _take(desk, "约定调解", meeting_on="2026-12-01", meeting_place="云溪区市场监管所")
    _take(desk, "达成协议", terms="退还货款85.5元", recovered="85.5")
    assert "达成协议" in desk.locator("main").inner_text()

    phone.goto(f"/complaints/follow?number={number}")
    phone.fill("#secret", secret)
    phone.get_by_role("button", name="查询").click()
    said = phone.locator("main").inner_text()
    assert "退还货款85.5元" in said
    assert "云溪区市场监管所" in said
    _sound(phone)
    phone.check("#rating-5")
    phone.get_by_role("button", name="提交评价").click()
    assert "已记下" in phone.locator("main").inner_text()
    assert phone.get_by_role("button", name="提交评价").count() == 0


def test_the_form_works_without_scripts_and_in_english(visit: Visit, clerk: str) -> None:
    page = visit("/complaints", width=PHONE, language="en-GB", scripts=False)
    page.check("#part_report")
    page.select_option("#topic", "product")
    page.fill("#account", "Expired food on the shelf.")
    page.select_option("#trade", "offline")
    page.get_by_role("button", name="Send").click()
    assert page.locator("#secret").inner_text()


def test_a_draft_is_kept_and_opened_on_another_device(visit: Visit, clerk: str) -> None:
    page = visit("/complaints", width=PHONE)
    page.fill("#account", "写到一半")
    page.get_by_role("button", name="存为草稿").click()
    number, secret = (page.locator(f"#{name}").inner_text() for name in ("number", "secret"))
    other = visit("/complaints")
    other.locator("summary", has_text="接着填写草稿").click()
    other.fill("#draft-number", number)
    other.fill("#draft-secret", secret)
    other.get_by_role("button", name="打开草稿").click()
    assert other.locator("#account").input_value() == "写到一半"


def test_the_desk_takes_down_a_call_and_shows_figures(visit: Visit, clerk: str) -> None:
    desk = visit("/desk/complaints/enter", user=clerk)
    _sound(desk)
    desk.check("#part_complaint")
    desk.select_option("#channel", "phone")
    desk.select_option("#topic", "service")
    desk.fill("#account", "健身房不退会员费。")
    desk.select_option("#trade", "offline")
    desk.get_by_role("button", name="登记", exact=True).click()
    assert desk.locator("#secret").inner_text()
    desk.goto("/desk/complaints/statistics")
    _sound(desk)


def test_the_published_figures_are_readable_on_a_phone_in_both_languages(visit: Visit) -> None:
    for language, word in (("zh-CN", "投诉办理情况"), ("en-GB", "Handling of complaints")):
        page = visit("/complaints/statistics", width=PHONE, language=language)
        assert word in page.locator("h1").inner_text()
        cells = page.locator("table.stack tbody td")
        assert cells.count() >= 6
        assert all(cells.evaluate_all("all => all.map(e => e.dataset.label)"))
        _sound(page)


def test_who_decides_sees_what_readers_would(visit: Visit, city: City) -> None:
    with closing(sqlite3.connect(city.home / "record.sqlite3")) as record:
        ((case,),) = record.execute("SELECT case_id FROM publication_statement").fetchall()
    for width, language in ((PHONE, "zh-CN"), (1280, "en-US")):
        page = visit(
            f"/desk/complaints/statements/{case}", user="hezhun", width=width, language=language
        )
        assert page.locator("table.stack tbody td").count() >= 6
        _sound(page)


def test_a_complaint_is_sent_by_the_keyboard_alone(visit: Visit, clerk: str) -> None:
    """From field to field by the tab key, every field met, what opens opened by the keyboard."""
    page = visit("/complaints", width=PHONE)
    page.locator("h1").click()
    met: list[str] = []
    for _press in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.id || (e.tagName === 'SUMMARY' ? 'summary' : e.value || '') }"
        )
        met.append(here)
        match here:
            case "part_complaint":
                page.keyboard.press("Space")
            case "topic" | "trade":
                page.keyboard.press("ArrowDown")
            case "account":
                page.keyboard.type("只用键盘填写的投诉。")
            case "summary":
                page.keyboard.press("Enter")
            case "send":
                page.keyboard.press("Enter")
                break
    page.wait_for_selector("#secret")
    assert page.locator("#secret").inner_text()
    asked = ("topic", "account", "claim", "photos", "respondent", "trade", "phone", "persons")
    assert [name for name in asked if name in met] == list(asked)
