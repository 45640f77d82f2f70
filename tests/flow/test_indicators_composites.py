"""The composite command on files: the reference vectors, the marks, and every refusal."""

import json

import pytest
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.rules.errors import ZhihengError

MIDDLE = {
    "grade_rate": 90,
    "microelectronic_share": 30,
    "certified_rate": 30,
    "loss_rate": 2.5,
    "pass_rate": 85,
    "export_pass_rate": 95,
    "research_share": 2.5,
    "renewal_share": 2.5,
    "patents": 0.5,
    "new_product_share": 20,
    "mean_sales": 10,
    "export_sales_share": 25,
}


def run(tmp_path, text, model, *options):
    file = tmp_path / "figures.csv"
    file.write_text(text, encoding="utf-8")
    call = ["composite", str(file), "--model", str(model), "--json", *options]
    result = CliRunner().invoke(collect(), call)
    if isinstance(result.exception, ZhihengError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def long(figures, se=""):
    return "code,value,se\n" + "".join(f"{c},{v},{se}\n" for c, v in figures.items())


def wide(**rows):
    lines = [",".join(["district", *MIDDLE])]
    lines += [",".join([name, *map(str, row.values())]) for name, row in rows.items()]
    return "\n".join(lines) + "\n"


def test_competitiveness_at_the_middle_and_one_raised(tmp_path):
    middle = run(tmp_path, long(MIDDLE), "qci")["results"][0]
    assert middle["value"] == pytest.approx(80)
    assert middle["lower"] == pytest.approx(80)  # every score is 80, whatever the weights
    raised = run(tmp_path, long({**MIDDLE, "loss_rate": 0}), "qci")["results"][0]
    assert round(raised["value"], 3) == 81.667
    assert raised["lower"] < 81.667 < raised["upper"]
    assert sum(part["contribution"] for part in raised["parts"]) == pytest.approx(raised["value"])
    assert raised["arithmetic"].endswith("= 81.6667")
    groups = {g["name"]: g for g in raised["groups"]}
    assert groups["质量水平"]["score"] == pytest.approx(80 + 20 / 6)
    assert groups["质量管理水平"]["score"] == pytest.approx(90)
    assert len([g for g in raised["groups"] if g["level"] == "under"]) == 6
    assert [b["band"] for b in raised["bands"]] == ["较强", "初步"]


def test_it_is_marked_unofficial_with_the_rule_that_was_used(tmp_path):
    found = run(tmp_path, long(MIDDLE), "qci")
    assert found["mark"] == "非官方口径"
    assert {w["code"] for w in found["warnings"]} == {
        "composite.unofficial",
        "composite.unconfirmed",
    }
    assert next(r for r in found["rules"] if r["name"] == "qci")["confirmed"] is False


def test_standard_errors_of_inputs_widen_the_interval(tmp_path):
    figures = {**MIDDLE, "pass_rate": 92}
    sure = run(tmp_path, long(figures), "qci")["results"][0]
    unsure = run(tmp_path, long(figures, se=0.8), "qci", "--draws", "2000", "--seed", "4")
    unsure = unsure["results"][0]
    assert unsure["upper"] - unsure["lower"] > 2 * (sure["upper"] - sure["lower"])
    assert unsure["uncertainty"]["by_inputs"] > unsure["uncertainty"]["by_weights"]
    assert (unsure["uncertainty"]["draws"], unsure["uncertainty"]["seed"]) == (2000, 4)


def test_one_row_for_each_district(tmp_path):
    text = wide(a=MIDDLE, b={**MIDDLE, "patents": 1})
    results = run(tmp_path, text, "qci", "--by", "district")["results"]
    assert [(r["by"], round(r["value"], 3)) for r in results] == [
        ({"district": "a"}, 80.0),
        ({"district": "b"}, 81.667),
    ]


def test_a_value_beyond_its_anchors_is_said(tmp_path):
    parts = run(tmp_path, long({**MIDDLE, "patents": 3}), "qci")["results"][0]["parts"]
    assert [part["code"] for part in parts if part["clipped"]] == ["patents"]


def test_loss_rate_of_firms_by_district(tmp_path):
    text = "区,内部损失成本,外部损失成本,工业总产值\na,120,80,10000\nb,10,0,100\nb,10,0,900\n"
    whole = run(tmp_path, text, "quality_loss_rate")
    assert whole["mark"] == ""
    assert whole["results"][0]["value"] == pytest.approx((140 + 80) / 11_000 * 100)
    a, b = run(tmp_path, text, "quality_loss_rate", "--by", "区")["results"]
    assert (a["value"], b["value"]) == (pytest.approx(2.0), pytest.approx(2.0))
    assert [round(p["value"], 2) for p in a["parts"]] == [1.20, 0.80]
    assert a["arithmetic"] == "(1×120 + 1×80) / 10000 × 100 = 2.0000"


def test_grade_rate(tmp_path):
    text = "superior,first,qualified,output\n2000,5000,2500,10000\n"
    assert run(tmp_path, text, "grade_rate")["results"][0]["value"] == pytest.approx(92.5)


ROWS = "region,industry,passed,tested,output,pool\n"


def test_manufacturing_pass_rate_in_two_tiers(tmp_path):
    text = ROWS + "甲,A,96,100,300,\n甲,B,92,100,150,\n甲,C,88,100,50,\n"
    found = run(tmp_path, text, "manufacturing_pass_rate")
    result = found["results"][0]
    assert result["value"] == pytest.approx(94.0)
    assert result["unweighted"] == pytest.approx(92.0)
    assert result["lower"] < 94 < result["upper"]
    assert found["mark"] == "非官方口径"
    more = text + "乙,A,5,5,100,\n"
    parts = run(tmp_path, more, "manufacturing_pass_rate")["results"][0]["parts"]
    assert [round(p["share"], 4) for p in parts] == [0.8333, 0.1667]


def test_an_industry_without_samples_is_pooled_only_if_said(tmp_path):
    text = ROWS + "甲,A,96,100,300,x\n甲,B,0,0,150,x\n甲,C,88,100,50,\n"
    result = run(tmp_path, text, "manufacturing_pass_rate")["results"][0]
    assert result["pooled"] is True
    assert result["value"] == pytest.approx((450 * 0.96 + 50 * 0.88) / 500 * 100)
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, text.replace(",x", ","), "manufacturing_pass_rate")
    assert caught.value.code == "weighting.empty"
    assert "合并组" in caught.value.fix


OWN = """
form: index
zh: 本市质量指数
unit: 分
official: true
confirmed: true
scores: [0, 100]
spread: {of: uniform, share: 0.2}
components:
  - {code: pass, lowest: 90, highest: 100, weight: 3}
  - {code: loss, lowest: 0, highest: 4, weight: 1, better: lower}
"""


def test_a_declaration_of_ones_own(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    found = run(tmp_path, "pass,loss,pass_se\n95,1,1\n", tmp_path / "own.yaml")
    assert found["results"][0]["value"] == pytest.approx((3 * 50 + 75) / 4)
    assert found["warnings"] == []
    assert found["results"][0]["uncertainty"]["method"].endswith("uniform")


@pytest.mark.parametrize(
    ("text", "model", "options", "code", "said"),
    [
        (long(MIDDLE), "qcii", (), "composite.unknown", "qci"),
        (long({"patents": 1}), "qci", (), "composite.missing", "grade_rate"),
        (long({**MIDDLE, "patent": 1}), "qci", (), "composite.component", "patents"),
        (long(MIDDLE) + "patents,2,\n", "qci", (), "composite.twice", "patents"),
        (long({**MIDDLE, "patents": "many"}), "qci", (), "composite.not_number", "many"),
        ("a,b\n1,2\n", "qci", (), "composite.column", "grade_rate"),
        (wide(a=MIDDLE, b=MIDDLE), "qci", (), "composite.twice", "--by"),
        (long(MIDDLE), "qci", ("--by", "city"), "composite.column", "city"),
        ("internal_loss,output\n1,2\n", "quality_loss_rate", (), "composite.column", "external"),
        (
            "internal_loss,external_loss,output\n1,-1,2\n",
            "quality_loss_rate",
            (),
            "composite.amount",
            "-1",
        ),
        (
            "internal_loss,external_loss,output\n1,1,0\n",
            "quality_loss_rate",
            (),
            "composite.base",
            "分母",
        ),
        (ROWS + "甲,A,9,8,1,\n", "manufacturing_pass_rate", (), "weighting.count", "甲 A"),
        (ROWS + "甲,A,8,9,0,\n", "manufacturing_pass_rate", (), "weighting.output", "产值"),
        (ROWS + "甲,A,8,9,1,\n", "manufacturing_pass_rate", ("--by", "region"), "composite.by", ""),
    ],
)
def test_refusals_say_what_and_what_to_do(tmp_path, text, model, options, code, said):
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, text, model, *options)
    assert caught.value.code == code
    assert said in caught.value.message + caught.value.fix
    assert caught.value.fix


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("form: index", "form: sum"), "composite.model", "output_weighted"),
        (("lowest: 90, ", ""), "composite.model", "lowest"),
        (("highest: 100", "highest: 90"), "composite.anchors", "90"),
        (("weight: 3", "weight: -3"), "composite.weights", "-3"),
        (("share: 0.2", "share: 2"), "composite.spread", "uniform"),
        (("better: lower", "better: less"), "composite.model", "less"),
        (("form: index", "form: ["), "composite.model", "YAML"),
    ],
)
def test_declarations_that_cannot_hold(tmp_path, change, code, said):
    (tmp_path / "own.yaml").write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(ZhihengError) as caught:
        run(tmp_path, "pass,loss\n95,1\n", tmp_path / "own.yaml")
    assert caught.value.code == code
    assert said in caught.value.message + caught.value.fix


def test_tables_on_the_terminal(tmp_path):
    for name, text, model in (
        ("a.csv", long(MIDDLE), "qci"),
        ("b.csv", "superior,first,qualified,output\n2000,5000,2500,10000\n", "grade_rate"),
        ("c.csv", ROWS + "甲,A,96,100,300,\n", "manufacturing_pass_rate"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        shown = CliRunner().invoke(collect(), ["composite", str(tmp_path / name), "--model", model])
        assert shown.exit_code == 0, shown.exception
        assert "= " in shown.stdout
