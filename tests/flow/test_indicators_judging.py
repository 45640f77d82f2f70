"""The analyst's verdicts on the command line: figures in, the published tables and refusals out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.indicators.desk.targets import read_target
from zhiheng.rules.errors import UsageError, ZhihengError


def ask(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(collect(), [*words, "--json"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.output))


# methods reference, section 3: one-sided 95 % Clopper-Pearson bounds and Jeffreys probabilities.
@pytest.mark.parametrize(
    ("x", "n", "lower", "upper", "verdict", "probability"),
    [
        (60, 60, 0.9513, 1.0, "met", 0.9871),
        (192, 200, 0.9290, 0.9799, "undetermined", 0.7323),
        (57, 60, 0.8758, 0.9862, "undetermined", 0.4632),
        (187, 200, 0.8986, 0.9611, "undetermined", 0.1638),
        (930, 1000, 0.9153, 0.9428, "not_met", None),
    ],
)
def test_the_published_verdicts(x, n, lower, upper, verdict, probability) -> None:
    found = ask("judge", "--x", str(x), "--n", str(n), "--target", ">=95%")
    assert (found["lower"], found["upper"]) == pytest.approx((lower, upper), abs=1e-4)
    assert found["verdict"] == verdict
    if probability is not None:
        assert found["probability"] == pytest.approx(probability, abs=1e-4)


def test_estimates_means_rates_and_changes() -> None:
    design = ask(
        "judge", "--estimate", "0.9425", "--se", "0.0190357", "--n", "140", "--df", "137",
        "--target", ">= 0.95", "--alpha", "0.025",
    )  # fmt: skip
    assert (design["method"], design["verdict"]) == ("korn_graubard", "undetermined")
    assert design["lower"] == pytest.approx(0.890056, abs=1e-6)
    mean = ask("judge", "--estimate", "82.4", "--se", "0.6", "--df", "500", "--target", "≥80")
    assert (mean["method"], mean["verdict"]) == ("t", "met")
    rate = ask("judge", "--x", "3", "--exposure", "1000", "--target", "<=0.02")
    assert (rate["method"], rate["verdict"]) == ("garwood", "met")
    change = ask(
        "judge", "--x", "95", "--n", "100", "--baseline-x", "60", "--baseline-n", "100",
        "--target", "increase_by 0.1",
    )  # fmt: skip
    assert (change["method"], change["verdict"]) == ("newcombe", "met")
    half = ask(
        "judge", "--x", "2", "--exposure", "1000", "--relative", "--target", "<=0.5",
        "--baseline-estimate", "0.02", "--baseline-se", "0.001", "--kind", "rate",
    )  # fmt: skip
    assert (half["method"], half["verdict"]) == ("mover_ratio", "met")


def test_the_published_planning_tables() -> None:
    found = ask("judge", "plan", "--target", ">=0.95", "--power", "0.8")
    assert [row["n"] for row in found["met"]] == [59, 93, 124, 153, 181, 208]
    assert [row["failures"] for row in found["not_met"]] == [5, 6, 10, 16, 34]
    assert all(row["power"] >= 0.8 for row in found["plans"])
    mirrored = ask("judge", "plan", "--target", "<=0.05", "--power", "0.8", "--truth", "0.02")
    straight = ask("judge", "plan", "--target", ">=0.95", "--power", "0.8", "--truth", "0.98")
    assert mirrored["plans"][0]["n"] == straight["plans"][0]["n"]
    doubled = ask("judge", "plan", "--target", ">=0.95", "--power", "0.8", "--deff", "2")
    assert doubled["met"][0]["n"] == 118


def test_a_path_and_where_it_leads(tmp_path: Path) -> None:
    file = tmp_path / "years.csv"
    file.write_text("year,rate\n2021,0.90\n2022,0.91\n2023,0.925\n2024,0.93\n", encoding="utf-8")
    found = ask(
        "judge", "path", str(file), "--time", "year", "--value", "rate",
        "--target", ">=0.95", "--ends", "2026",
    )  # fmt: skip
    assert found["progress"] == pytest.approx(0.6)
    assert found["expected"] == pytest.approx(0.93)
    assert found["forecast"]["estimate"] == pytest.approx(0.953)
    assert found["forecast"]["lower"] < 0.95 < found["forecast"]["upper"]
    assert 0.5 < found["forecast"]["probability"] < 1


def test_a_measured_value() -> None:
    found = ask("judge", "measured", "--value", "9.9", "--uncertainty", "0.3", "--upper", "10")
    assert found["conformity"] == "conditional_pass"


@pytest.fixture
def districts(tmp_path: Path) -> Path:
    file = tmp_path / "districts.csv"
    lines = ["云溪区,190,200", "石泉区,150,200", "旧坪区,9,9", "东岭区,181,200", "南湖区,186,200"]
    file.write_text("\n".join(["区,合格,抽样", *lines]) + "\n", encoding="utf-8")
    return file


def test_a_league_without_false_ranks(districts: Path) -> None:
    found = ask("league", str(districts), "--unit", "区", "--x", "合格", "--n", "抽样")
    by = {row["unit"]: row for row in found["units"]}
    assert [row["unit"] for row in found["units"]][-1] == "旧坪区"
    assert (by["旧坪区"]["rank"], by["旧坪区"]["estimate"]) == (None, 1.0)
    assert by["旧坪区"]["shrunken"]["estimate"] < 1
    assert by["石泉区"]["funnel"] == "below_alarm"
    assert (by["石泉区"]["rank_best"], by["石泉区"]["rank_worst"]) == (4, 4)
    assert (by["云溪区"]["rank"], by["云溪区"]["rank_worst"]) == (1, 3)
    assert [w["code"] for w in found["warnings"]] == ["league.small"]


def test_a_league_of_estimates(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("u,e,s\na,80,1\nb,82,1\nc,90,1\nd,81,1\n", encoding="utf-8")
    found = ask(
        "league", str(file), "--unit", "u", "--estimate", "e", "--se", "s", "--lower-is-better"
    )
    assert [row["unit"] for row in found["units"]] == ["a", "d", "b", "c"]
    assert found["units"][-1]["rank_best"] == 4
    assert found["reference"] is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["judge", "--x", "3", "--n", "2", "--target", ">=0.9"], "figure.counts"),
        (["judge", "--x", "3", "--n", "20", "--target", ">=95"], "verdict.value"),
        (["judge", "--x", "3", "--n", "20", "--target", "about 9"], "target.form"),
        (["judge", "--x", "3", "--n", "20"], "target.missing"),
        (["judge", "--target", ">=0.9"], "figure.missing"),
        (["judge", "plan", "--target", "~0.9±0.1"], "plan.operator"),
        (["judge", "plan", "--target", ">=0.9", "--truth", "0.8"], "plan.truth"),
        (["judge", "plan", "--target", ">=0.9", "--power", "80"], "plan.power"),
        (["judge", "measured", "--value", "1", "--uncertainty", "0", "--upper", "2"],
         "guard.uncertainty"),
        (["league", "missing.csv", "--unit", "u", "--x", "x", "--n", "n"], "file.missing"),
    ],
)  # fmt: skip
def test_refusals(words: list[str], code: str) -> None:
    with pytest.raises(ZhihengError) as caught:
        ask(*words)
    assert caught.value.code == code
    assert caught.value.fix or caught.value.code == "target.missing"


def test_a_league_names_a_column_that_is_not_there(districts: Path) -> None:
    with pytest.raises(ZhihengError, match="抽样"):
        ask("league", str(districts), "--unit", "区", "--x", "合格", "--n", "抽样数")


@pytest.mark.parametrize(
    ("text", "operator", "value", "tolerance"),
    [
        (">=0.95", ">=", 0.95, None),
        ("≥ 95 %", ">=", 0.95, None),
        ("<= 0.57％", "<=", 0.0057, None),
        ("~0.9±0.02", "~", 0.9, 0.02),
        ("trend_down", "trend_down", None, None),
        ("decrease_by 2%", "decrease_by", 0.02, None),
    ],
)
def test_targets_as_people_write_them(text, operator, value, tolerance) -> None:
    read = read_target(text)
    assert (str(read.operator), read.value, read.tolerance) == (operator, value, tolerance)


@pytest.mark.parametrize("text", ["", ">=", "0.95", "trend_up 3", ">= ninety"])
def test_what_is_no_target(text: str) -> None:
    with pytest.raises(UsageError, match="看不懂"):
        read_target(text)
