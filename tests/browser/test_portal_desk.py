"""The desk in a real browser: filing, mending, finding, proving, releasing by two people."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page
from support.portal import NO_TARGET, PASSWORD, PHONE, City, zhiheng

Visit = Callable[..., Page]
REPORTER = "bs-scjg"


def _penalties(path: Path, template: Path, rows: list[dict[str, str]]) -> Path:
    """The kind's own template with these rows under its example."""
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    titles = [str(cell.value).rstrip("*") for cell in sheet[1]]
    for number, row in enumerate(rows, 3):
        for column, title in enumerate(titles, 1):
            sheet.cell(number, column, row.get(title))
    book.save(path)
    return path


def _row(number: int, **changes: str) -> dict[str, str]:
    return {
        "决定书文号": f"衡市监罚〔2026〕T{number:03}",
        "决定日期": f"2026-08-{number + 1:02}",
        "所在区域": "990101",
        "当事人名称": "衡川明澈饮品有限公司",
        "违法类别": "食品安全",
        "处罚种类": "罚款",
        "罚没金额": "5000",
        **changes,
    }


def _hand_in(page: Page, kind: str, file: Path) -> None:
    page.goto("/desk/import")
    page.select_option("#kind", kind)
    page.set_input_files("#table", str(file))
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/desk/jobs/*")
    page.locator(".tiles").wait_for(timeout=60_000)


def _counts(page: Page) -> dict[str, int]:
    tiles = page.locator(".tile")
    return {
        tiles.nth(i).locator(".label").inner_text(): int(
            tiles.nth(i).locator(".count").inner_text()
        )
        for i in range(tiles.count())
    }


def test_a_dirty_file_comes_back_marked_and_goes_in_mended(visit: Visit, tmp_path: Path) -> None:
    page = visit("/desk/import", user=REPORTER)
    with page.expect_download() as download:
        page.get_by_role("link", name="行政处罚").click()
    template = tmp_path / "template.xlsx"
    download.value.save_as(template)
    rows = [_row(n) for n in range(6)]
    rows[2]["违法类别"] = "交通违法"
    rows[4]["决定日期"] = "2026年13月1日"
    dirty = _penalties(tmp_path / "penalties.xlsx", template, rows)
    _hand_in(page, "penalty", dirty)
    assert "没有写入任何一行" in page.locator(".message").inner_text()
    assert _counts(page) == {"读到": 6, "新收": 0, "更正": 0, "重复": 0, "退回": 6}
    problems = page.locator("tbody tr").all_inner_texts()
    assert any("交通违法" in text for text in problems)
    assert any("2026年13月1日" in text for text in problems)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标好问题的表格").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    book = openpyxl.load_workbook(marked)
    for row in book.worksheets[0].iter_rows(min_row=2):
        for cell in row:
            if cell.value == "交通违法":
                cell.value = "食品安全"
            if cell.value == "2026年13月1日":
                cell.value = "2026-08-20"
    book.save(marked)
    _hand_in(page, "penalty", marked)
    assert "全部收下" in page.locator(".message").inner_text()
    assert _counts(page)["新收"] == 6
    first = page.url
    _hand_in(page, "penalty", marked)
    assert page.url == first  # the same content finds its own job
    book.properties.title = "again"
    book.save(marked)
    _hand_in(page, "penalty", marked)
    assert page.url != first
    assert _counts(page)["重复"] == 6


def test_a_file_that_cannot_be_read_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    page = visit("/desk/import", user=REPORTER)
    broken = tmp_path / "notes.pdf"
    broken.write_bytes(b"%PDF-1.4")
    page.select_option("#kind", "penalty")
    page.set_input_files("#table", str(broken))
    page.get_by_role("button", name="上传并检查").click()
    assert "不是可以读取的文件类型" in page.locator("[role=alert]").inner_text()


def test_a_job_shows_its_progress_without_scripts(visit: Visit, tmp_path: Path) -> None:
    page = visit("/desk/import", user=REPORTER, scripts=False)
    file = tmp_path / "empty.csv"
    file.write_text("决定书文号,决定日期,所在区域\n,,\n", "utf-8")
    page.select_option("#kind", "penalty")
    page.set_input_files("#table", str(file))
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/desk/jobs/*")
    for _attempt in range(60):
        if page.locator("progress").count() == 0:
            break
        page.wait_for_timeout(500)
        page.reload()
    assert page.locator(".message").is_visible()


def test_nothing_to_report_is_filed_once(visit: Visit) -> None:
    page = visit("/desk/import", user=REPORTER)
    for said in ("已登记", "此前已登记过"):
        page.locator("summary").click()
        page.select_option("#nothing-kind", "penalty")
        page.select_option("#region", "990109")
        page.fill("#since", "2026-07-01")
        page.fill("#until", "2026-07-31")
        page.get_by_role("button", name="登记", exact=True).click()
        assert said in page.locator(".message").first.inner_text()


def test_an_organisation_shows_its_evidence_and_a_proof_that_stands_alone(
    visit: Visit, city: City, tmp_path: Path
) -> None:
    page = visit("/desk/organisations", user=REPORTER)
    page.locator("tbody a").first.click()
    name = page.locator("h1").inner_text()
    with page.expect_download() as download:
        page.locator("tbody a", has_text="证明").first.click()
    proof = tmp_path / "proof.json"
    download.value.save_as(proof)
    page.goto("/proof")
    root = page.locator("#log-root").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载验证程序").click()
    program = tmp_path / "verifier.py"
    download.value.save_as(program)
    command = [sys.executable, "-I", str(program), str(proof), "--root", root]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    text = proof.read_text("utf-8")
    proof.write_text(text.replace('"canonical": "{', '"canonical": "{ ', 1), "utf-8")
    assert subprocess.run(command, check=False, capture_output=True).returncode != 0
    page.goto("/desk/organisations")
    page.fill("#q", name)
    page.get_by_role("button", name="查找").click()
    assert name in page.locator("tbody").inner_text()


def test_a_name_is_judged_and_the_judgement_undone(visit: Visit) -> None:
    page = visit("/desk/review", user=REPORTER)
    waiting = int(re.search(r"\d+", page.locator(".lead").inner_text()).group())
    first = page.locator("main section").first
    first.locator("input[type=radio]").first.check()
    first.get_by_role("button").click()
    assert "判断已记录" in page.locator(".message").inner_text()
    assert int(re.search(r"\d+", page.locator(".lead").inner_text()).group()) == waiting - 1


def test_a_release_needs_a_second_person(visit: Visit, city: City) -> None:
    editor = visit("/desk/releases", user="bianji")
    editor.fill("#title", "试发布")
    editor.fill("#as_of", "2026-10-31")
    editor.get_by_role("button", name="提出发布").click()
    editor.get_by_role("link", name="查看结果").click(timeout=120_000)
    editor.wait_for_url("**/desk/releases/*")
    address = editor.url.removeprefix(city.url)
    assert "须由另一人核准" in editor.locator("main").inner_text()
    assert editor.get_by_role("button", name="核准，公开发布").count() == 0
    approver = visit(address, user="hezhun")
    approver.get_by_role("button", name="核准，公开发布").click()
    assert "已公开" in approver.locator(".head-line").inner_text()
    reader = visit("/plans/hengchuan-2026")
    assert reader.locator("tbody tr").count() >= 40


def test_measuring_runs_in_the_background(visit: Visit) -> None:
    page = visit("/desk/measurements", user="fenxi")
    page.select_option("#indicator", NO_TARGET)
    page.get_by_role("button", name="开始测算").click()
    page.wait_for_url("**/desk/jobs/*")
    page.get_by_role("link", name="查看结果").click(timeout=120_000)
    assert page.locator("tbody tr").count() > 0


@pytest.mark.parametrize("path", ["/desk", "/desk/import", "/desk/organisations", "/desk/audit"])
def test_a_stranger_is_asked_to_sign_in_first(visit: Visit, path: str) -> None:
    page = visit(path)
    assert page.url.endswith(f"/sign-in?next={path}")


def test_whoever_lacks_a_right_is_told_which(visit: Visit) -> None:
    page = visit("/desk/audit", user=REPORTER)
    assert "无权查阅审计记录" in page.locator("main").inner_text()


def test_a_wrong_password_says_nothing_of_which_was_wrong(visit: Visit) -> None:
    page = visit("/sign-in")
    for name in (REPORTER, "nobody"):
        page.fill("#username", name)
        page.fill("#password", "not the password")
        page.click("main button[type=submit]")
        assert page.locator("[role=alert]").inner_text() == "用户名或口令不对，请核对后再试。"


def test_signing_in_leads_where_one_was_going_and_nowhere_else(visit: Visit, city: City) -> None:
    for going, arrives in (("/desk/audit", "/desk/audit"), ("https://example.com/", "/desk")):
        page = visit(f"/sign-in?next={going}")
        page.fill("#username", "shenji")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{city.url}{arrives}")
    page.get_by_role("button", name="退出").click()
    page.goto("/desk")
    assert "/sign-in" in page.url


def test_the_desk_fits_a_phone(visit: Visit, city: City) -> None:
    page = visit("/desk", user=REPORTER, width=PHONE)
    for path in ("/desk", "/desk/import", "/desk/organisations", "/desk/organisations/3"):
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, path


def test_all_this_left_a_record_that_verifies(city: City) -> None:
    zhiheng("verify", "--json", home=city.home)
