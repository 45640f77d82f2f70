"""A large delivery of which a third is wrong: all of it is said, the rest can be taken."""

from __future__ import annotations

import csv
import resource
from pathlib import Path

import polars as pl
import pytest
from support import ledger_rows
from support.deliveries import HEADER, inspection, load_places

from zhiheng.evidence.actions import import_file
from zhiheng.evidence.problems import MOST_LISTED
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

WRONG = (
    ("检验结论", "大概合格", "code"),
    ("抽样日期", "2026-13-41", "date"),
    ("所在区域", "无此区", "region"),
    ("抽样单号", "", "required"),
)


def delivery(path: Path, count: int) -> Path:
    """Every third row has one error, each kind of error in turn."""
    sound = inspection("A-0", 受检企业统一社会信用代码="")
    frame = pl.DataFrame([sound], schema=HEADER, orient="row")
    frame = frame.select(pl.all().repeat_by(count).explode()).with_row_index("i")
    frame = frame.with_columns(抽样单号=pl.format("A-{}", "i"))
    for turn, (column, value, _rule) in enumerate(WRONG):
        bad = (pl.col("i") % 3 == 0) & (pl.col("i") // 3 % len(WRONG) == turn)
        frame = frame.with_columns(pl.when(bad).then(pl.lit(value)).otherwise(column).alias(column))
    frame.select(HEADER).write_csv(path)
    return path


def take(folder: Path, count: int) -> None:
    load_places()
    path = delivery(folder / "many.csv", count)
    wrong = len(range(0, count, 3))
    refused = import_file(Actor.system(), path, "product_inspection")
    assert (refused["batch"], refused["problem_count"]) == (None, wrong)
    assert len(refused["problems"]) == min(wrong, MOST_LISTED)
    with Path(refused["problems_file"]).open(encoding="utf-8-sig", newline="") as file:
        listed = sum(1 for _line in csv.reader(file)) - 1
    assert listed == wrong
    told = {(s["column"], s["rule"]): s["count"] for s in refused["problem_summary"]}
    assert set(told) == {(column, rule) for column, _value, rule in WRONG}
    assert sum(told.values()) == wrong
    assert all(sort["fix"] for sort in refused["problem_summary"])
    assert [p["rule"] for p in refused["problems"][: len(WRONG)]] == [w[2] for w in WRONG]
    taken = import_file(Actor.system(), path, "product_inspection", mode="proceed")
    assert (taken["accepted"], taken["rejected"]) == (count - wrong, wrong)
    assert ledger_rows.count() == count - wrong
    found = verify()
    assert (found.ok, found.rows) == (True, count - wrong)


def test_a_third_of_a_delivery_is_wrong(home: Home, tmp_path: Path) -> None:
    take(tmp_path, 30_000)


@pytest.mark.full
def test_a_third_of_a_million_rows_is_wrong(home: Home, tmp_path: Path) -> None:
    take(tmp_path, 1_000_000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert peak < 2 << 20, f"{peak >> 10} MB"
