"""Small invented deliveries for tests of the evidence room."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionVersion

HEADER = [
    "抽样单号",
    "所在区域",
    "抽样日期",
    "受检企业统一社会信用代码",
    "受检企业名称",
    "产品名称",
    "产品类别",
    "抽样方式",
    "检验结论",
]
REGIONS = [
    RegionVersion("990100", "衡川市", "city", code="990100"),
    RegionVersion("990101", "云溪区", "district", "990100", code="990101"),
    RegionVersion("990102", "石泉区", "district", "990100", code="990102"),
    RegionVersion(
        "990103",
        "旧坪区",
        "district",
        "990100",
        code="990103",
        valid_to=date(2025, 7, 1),
        successor="990102",
    ),
    RegionVersion("990100-gx", "衡川高新区", "unit", "990100"),
]


def load_places() -> None:
    load_regions(Actor.system(), REGIONS)


def inspection(number: str, **changed: str) -> list[str]:
    """One sound row of a product inspection delivery, with some columns changed."""
    row = {
        "抽样单号": number,
        "所在区域": "云溪区",
        "抽样日期": "2026-03-05",
        "受检企业统一社会信用代码": "91350100M000100Y43",
        "受检企业名称": "衡川晨光食品有限公司",
        "产品名称": "酱油",
        "产品类别": "食品",
        "抽样方式": "随机抽样",
        "检验结论": "合格",
        **changed,
    }
    return [row[name] for name in HEADER]


def write_csv(
    path: Path,
    rows: Iterable[list[str]],
    encoding: str = "utf-8-sig",
    header: list[str] = HEADER,
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
