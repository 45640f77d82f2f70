"""Plan files: every problem at once with target, field, value, allowed and fix."""

from datetime import date

import pytest
import yaml

from zhiheng.plans.declaration import Baseline
from zhiheng.plans.files import PlanFileError, plan_of, read_plan
from zhiheng.plans.plan_texts import plan_text
from zhiheng.rules.errors import ContentError, UsageError

TEXT = """
plan: {code: hengchuan-2026, title: 衡川市质量强市三年行动计划, issuer: 衡川市人民政府,
       number: 衡政发〔2026〕1号, issued_on: 2026-01-05, period: [2024, 2026], region: "990100",
       source: 虚构}
targets:
  - {id: T01, indicator: product_pass_rate, scope: {region: "990100", by: {}}, op: ">=", value: 95,
     unit: "%", value_max: null, tolerance: null, deadline: 2025, baseline: null,
     text: 产品抽查合格率, clause: 二（一）1, damaged: false, reviewed: true,
     responsible: {lead: [市市场监管局], with: [市农业农村局, 各区]}}
  - {id: T02, proposes: reported_brands, scope: {region: "990101"}, op: increase_by, value: 10,
     unit: 个, deadline: 2026-06-30, baseline: 2024, text: 新增名牌}
"""
UNITS = {"product_pass_rate": "%"}
REGIONS = {"990100", "990101"}


def changed(**fields):
    content = yaml.safe_load(TEXT)
    content["targets"][0].update(fields)
    return content


def problems_of(content):
    with pytest.raises(PlanFileError) as caught:
        plan_of(content, units=UNITS, regions=REGIONS)
    return [(p.target, p.field, p.value) for p in caught.value.problems]


def test_a_good_file_is_read_as_it_says(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(TEXT, encoding="utf-8")
    plan = read_plan(file, units=UNITS, regions=REGIONS)
    assert (plan.code, plan.issued_on, plan.period) == (
        "hengchuan-2026",
        date(2026, 1, 5),
        (2024, 2026),
    )
    first, second = plan.targets
    assert first.responsible.lead == ("市市场监管局",)
    assert first.responsible.support == ("市农业农村局", "各区")
    assert (second.baseline, second.deadline) == (Baseline("2024"), date(2026, 6, 30))
    assert second.reviewed


def test_what_is_written_reads_back_as_the_same_plan():
    plan = plan_of(yaml.safe_load(TEXT))
    again = plan_text(plan)
    assert plan_of(yaml.safe_load(again)) == plan
    assert plan_text(plan_of(yaml.safe_load(again))) == again


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"op": "至少"}, ("T01", "op", "至少")),
        ({"value": "95%"}, ("T01", "value", "95%")),
        ({"unit": "家"}, ("T01", "unit", "家")),
        ({"unit": ""}, ("T01", "unit", "")),
        ({"indicator": "pass_rate"}, ("T01", "indicator", "pass_rate")),
        ({"scope": {"region": "110000"}}, ("T01", "scope.region", "110000")),
        ({"scope": "990100"}, ("T01", "scope", "990100")),
        ({"deadline": "2025年"}, ("T01", "deadline", "2025年")),
        ({"responsible": {"lead": "市局"}}, ("T01", "responsible.lead", "市局")),
        ({"damaged": "no"}, ("T01", "damaged", "no")),
        ({"dead_line": 2025}, ("T01", "dead_line", "2025")),
    ],
)
def test_each_wrong_entry_is_one_problem(fields, problem):
    assert problems_of(changed(**fields)) == [problem]


def test_all_problems_of_a_file_come_at_once():
    content = changed(op="至少", value="九五", deadline="明年")
    content["targets"][1]["baseline"] = None
    content["targets"].append("T03")
    content["plan"]["period"] = 2026
    content["plan"]["region"] = "110000"
    found = problems_of(content)
    assert [(target, field) for target, field, _ in found] == [
        ("T01", "op"),
        ("T01", "value"),
        ("T01", "deadline"),
        ("T02", "baseline"),
        ("#3", ""),
        ("", "plan.region"),
        ("", "plan.period"),
    ]


def test_a_problem_says_what_is_allowed_and_what_to_do():
    with pytest.raises(PlanFileError) as caught:
        plan_of(changed(unit="家"), units=UNITS)
    (problem,) = caught.value.problems
    assert problem.allowed == "%、‰、个百分点"
    assert "%" in problem.fix
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["plan: [", b"plan: \xd6\xca"])
def test_what_is_not_yaml_is_refused_with_its_place(tmp_path, text):
    file = tmp_path / "plan.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ContentError) as caught:
        read_plan(file)
    assert caught.value.code == "plan.yaml"


def test_a_missing_file_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError):
        read_plan(tmp_path / "none.yaml")
