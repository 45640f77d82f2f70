"""The pictures of the tour, made from the sample city when ZHIHENG_PICTURES=1 asks for them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from support.portal import PHONE

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
Visit = Callable[..., Page]

DIRTY = (
    "决定书文号,决定日期,所在区域,当事人名称,违法类别,处罚种类,罚没金额\n"
    "衡市监罚〔2026〕P001,2026-08-03,澄湄区,衡川明澈饮品有限公司,食品安全,罚款,5000\n"
    "衡市监罚〔2026〕P002,2026年13月1日,澄湄区,衡川明澈饮品有限公司,食品安全,罚款,3000\n"
    "衡市监罚〔2026〕P003,2026-08-09,砚东区,衡川望岳建材有限公司,交通违法,罚款,8000\n"
    "衡市监罚〔2026〕P004,2026-08-11,无名区,衡川望岳建材有限公司,产品质量,罚款,壹万\n"
)


def _import(page: Page, folder: Path) -> None:
    file = folder / "行政处罚2026年8月.csv"
    file.write_text(DIRTY, "utf-8")
    page.select_option("#kind", "penalty")
    page.set_input_files("#table", str(file))
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/desk/jobs/*")
    page.locator(".tiles").wait_for(timeout=60_000)


VIEWS: dict[str, tuple[str, str, int]] = {
    "board": ("/", "", 1280),
    "target": ("/plans/hengchuan-2026/targets/T02", "", 1280),
    "region": ("/regions/990101", "", 1280),
    "import": ("/desk/import", "bs-scjg", 1280),
    "organisation": ("/desk/organisations/3", "bs-scjg", 1280),
    "phone": ("/plans/hengchuan-2026/targets/T02", "", PHONE),
}


@pytest.mark.parametrize("name", list(VIEWS))
def test_the_tour_has_its_picture(visit: Visit, name: str, tmp_path: Path) -> None:
    picture = PICTURES / f"{name}.png"
    if os.environ.get("ZHIHENG_PICTURES") == "1":
        path, user, width = VIEWS[name]
        page = visit(path, user=user, width=width)
        page.set_viewport_size({"width": width, "height": 860 if width > PHONE else 740})
        if name == "import":
            _import(page, tmp_path)
        if page.locator("[data-chart]").count():
            page.locator(".chart-live svg").first.wait_for()
        page.screenshot(path=str(picture))
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < MOST_BYTES
