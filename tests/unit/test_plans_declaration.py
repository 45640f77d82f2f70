"""A target cannot be built wrong, and says everything that is wrong with it."""

from datetime import date

import pytest

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Baseline, Plan, PlanProblems, Scope, Target

GOOD = {
    "id": "T01",
    "scope": Scope("990100"),
    "op": Operator.AT_LEAST,
    "value": 95.0,
    "unit": "%",
    "text": "产品抽查合格率",
    "indicator": "product_pass_rate",
    "deadline": 2025,
}
CHANGE = {"op": Operator.INCREASE_BY, "baseline": Baseline("2024")}


def fields_of(**changes):
    with pytest.raises(PlanProblems) as caught:
        Target(**{**GOOD, **changes})
    return [problem.field for problem in caught.value.problems]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"deadline": None},
        {"deadline": date(2025, 9, 30)},
        {"damaged": True, "value": None},
        {"damaged": True, "value": None, "op": Operator.INCREASE_BY},
        {"op": Operator.TREND_DOWN, "value": None, "unit": "", "baseline": Baseline("2024")},
        {**CHANGE, "value": 2.0, "value_max": 3.0, "unit": "个百分点"},
        {"op": Operator.ABOUT, "tolerance": 2.0},
        {"indicator": None, "proposes": "reported_brands"},
    ],
)
def test_good_targets_are_built(changes):
    Target(**{**GOOD, **changes})


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"id": "第一"}, ["id"]),
        ({"text": " "}, ["text"]),
        ({"scope": Scope("")}, ["scope.region"]),
        ({"indicator": None}, ["indicator"]),
        ({"indicator": "Pass Rate"}, ["indicator"]),
        ({"indicator": None, "proposes": "brands"}, ["proposes"]),
        ({"proposes": "reported_brands"}, ["proposes"]),
        ({"value": None}, ["value"]),
        ({"value": float("nan")}, ["value"]),
        ({"damaged": True}, ["value"]),
        ({"value_max": 90.0}, ["value_max"]),
        ({"tolerance": 1.0}, ["tolerance"]),
        ({"op": Operator.ABOUT, "tolerance": 0.0}, ["tolerance"]),
        ({"baseline": Baseline("2024")}, ["baseline"]),
        ({"op": Operator.INCREASE_BY}, ["baseline"]),
        ({**CHANGE, "value": -2.0}, ["value"]),
        ({**CHANGE, "baseline": Baseline("2024年")}, ["baseline"]),
        ({"op": Operator.TREND_UP, "baseline": Baseline("2024")}, ["value"]),
        ({"deadline": 25}, ["deadline"]),
        (
            {"id": "", "value": None, "text": "", "deadline": 25},
            ["id", "text", "value", "deadline"],
        ),
    ],
)
def test_wrong_targets_name_every_wrong_field(changes, fields):
    assert fields_of(**changes) == fields


@pytest.mark.parametrize(
    ("deadline", "day"),
    [(2025, date(2025, 12, 31)), (date(2025, 9, 30), date(2025, 9, 30)), (None, None)],
)
def test_a_year_is_due_on_its_last_day(deadline, day):
    assert Target(**{**GOOD, "deadline": deadline}).deadline_day == day


@pytest.mark.parametrize(("unit", "relative"), [("%", True), ("个百分点", False), ("项", False)])
def test_a_change_in_per_cent_is_relative_and_one_in_points_is_not(unit, relative):
    assert Target(**{**GOOD, **CHANGE, "unit": unit, "value": 2.0}).relative is relative


def test_a_plan_refuses_two_targets_of_one_id_and_a_wrong_head():
    target = Target(**GOOD)
    with pytest.raises(PlanProblems) as caught:
        Plan("衡川", "", "990100", (target, target), period=(2026, 2024))
    assert [p.field for p in caught.value.problems] == [
        "plan.code",
        "plan.title",
        "plan.period",
        "id",
    ]
