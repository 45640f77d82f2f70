"""A judgement counts in the next measurement, without anything being handed in again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from support.deliveries import load_places

from zhiheng.evidence.actions import import_file
from zhiheng.indicators import queries as indicators
from zhiheng.indicators.actions import measure
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.subjects import actions, queries

SYSTEM = Actor.system()
ONE, TWO = "91350100M000100Y43", "91330100799655058B"
REGISTER = [
    "登记编号",
    "所在区域",
    "登记日期",
    "登记主体统一社会信用代码",
    "登记主体名称",
    "主体类型",
]
CERTIFICATE = ["证书编号", "所在区域", "发证日期", "获证组织统一社会信用代码", "获证组织名称"]
CERTIFICATE += ["认证类别", "有效期至", "证书状态"]


def hand_in(path: Path, kind: str, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    outcome = import_file(SYSTEM, path, kind)
    assert outcome["accepted"] == len(rows), outcome["problems"]


def certified() -> float:
    """The share of enterprises with a certificate at the end of 2024, measured now."""
    found = measure(SYSTEM, ["certified_share"])
    rows = indicators.estimates(SYSTEM, found, ["certified_share"])
    return float(rows.get(region="990100", period="2024", by="{}").estimate)


@pytest.mark.record
def test_a_name_that_is_judged_counts_and_counts_no_more_when_that_is_undone(
    home: Home, tmp_path: Path
) -> None:
    load_places()
    hand_in(
        tmp_path / "register.csv",
        "organisation_register",
        REGISTER,
        [
            ["R-1", "云溪区", "2020-01-05", ONE, "衡川晨光食品有限公司", "企业"],
            ["R-2", "云溪区", "2020-01-05", TWO, "衡川钢铁股份有限公司", "企业"],
        ],
    )
    hand_in(
        tmp_path / "certificates.csv",
        "certificate",
        CERTIFICATE,
        [["C-1", "云溪区", "2024-03-05", "", "晨光食品", "质量管理体系", "2027-03-04", "有效"]],
    )
    assert certified() == 0.0
    (item,) = queries.review_list(SYSTEM)
    judged = actions.decide(SYSTEM, item.id, "same", item.proposals[0].organisation)
    assert certified() == 0.5
    actions.undo(SYSTEM, judged.pk)
    assert certified() == 0.0
