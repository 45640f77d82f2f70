"""The indicators' commands on a real home: one JSON line an estimate, and a figure explained."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.tiny_lake import TREE
from typer.testing import CliRunner, Result

from zhiheng.cli import collect
from zhiheng.evidence.actions import import_file
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.rules.errors import UsageError


@pytest.fixture
def city(home: Home, tmp_path: Path) -> Home:
    load_regions(Actor.system(), TREE.versions)
    path = tmp_path / "batches.csv"
    numbers = range(60)
    pl.DataFrame(
        {
            "抽样单号": [f"A{i}" for i in numbers],
            "所在区域": ["990101" if i % 2 else "990102" for i in numbers],
            "抽样日期": "2026-03-11",
            "受检企业名称": [f"衡川第{i % 20}食品厂" for i in numbers],
            "产品名称": "酱油",
            "产品类别": "食品",
            "抽样方式": "随机抽样",
            "检验结论": ["不合格" if i % 11 == 0 else "合格" for i in numbers],
        }
    ).write_csv(path)
    import_file(Actor.system(), path, "product_inspection")
    return home


def run(command: str, home: Home) -> Result:
    arguments = shlex.split(command.removeprefix("zhiheng "))
    return CliRunner().invoke(collect(), [*arguments, "--home", str(home.path)])


def lines(command: str, home: Home) -> list[dict[str, Any]]:
    result = run(f"{command} --json", home)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_measuring_prints_a_line_for_each_estimate(city: Home) -> None:
    measured = lines("zhiheng measure --indicator food_pass_rate", city)
    cells = {(e["region"], e["period"]): e for e in measured if not e["by"]}
    regions, periods = {"990000", "990101", "990102"}, {"2026", "2026Q1", "2026-03"}
    assert set(cells) == {(region, period) for region in regions for period in periods}
    whole = cells["990000", "2026"]
    assert (whole["n"], whole["numerator"], whole["denominator"]) == (60, 54, 60)
    assert whole["lower"] < whole["estimate"] == 0.9 < whole["upper"]
    assert len(whole["root"]) == 64
    shown = run("zhiheng measure --indicator food_pass_rate --period 2026", city).stdout
    assert "90.00 %" in shown


def test_the_command_that_an_explanation_names_gives_the_same_figure(city: Home) -> None:
    lines("zhiheng measure --indicator product_pass_rate", city)
    asked = "zhiheng explain product_pass_rate --region 高新区 --period 2026Q1"
    with pytest.raises(UsageError, match="高新区"):
        raise run(asked, city).exception or AssertionError("nothing was refused")
    (said,) = lines("zhiheng explain product_pass_rate --region 柳岸区 --period 2026Q1", city)
    assert said["agrees"] is True
    again = [e for e in lines(said["command"], city) if not e["by"]]
    assert again == [said["estimate"]]
    listed = run(said["rows"]["list"], city).stdout
    assert listed.count("  row=") == said["estimate"]["n"] == 30

    broken = "zhiheng explain product_pass_rate --region 柳岸区 --period 2026Q1"
    (food,) = lines(f"{broken} --by product_class=food", city)
    assert food["estimate"]["by"] == {"product_class": "food"}
    assert food["rows"]["list"].endswith("--by product_class=food --rows 100")


def test_declarations_need_no_home() -> None:
    runner = CliRunner()
    listed = runner.invoke(collect(), ["indicator", "list", "--json"])
    codes = {entry["indicator"] for entry in json.loads(listed.stdout)}
    assert {"product_pass_rate", "complaints_per_10k", "reported_brands"} <= codes
    shown = runner.invoke(collect(), ["indicator", "show", "food_pass_rate"])
    assert "食品抽检合格率" in shown.stdout
