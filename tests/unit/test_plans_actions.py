"""Loading plans: every version stays, the same content makes none, and the actor's scope holds."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from zhiheng.methods.vocabulary import Operator
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry
from zhiheng.office.regions import RegionVersion
from zhiheng.plans.actions import load_plan, load_seeds
from zhiheng.plans.declaration import Plan, Scope, Target
from zhiheng.plans.files import PlanFileError, target_of
from zhiheng.plans.models import PlanRecord, TargetRecord
from zhiheng.plans.plan_texts import plan_text
from zhiheng.rules.errors import RightError

OPERATOR = Actor.system()
TARGET = Target(
    id="T01",
    indicator="product_pass_rate",
    scope=Scope("990100"),
    op=Operator.AT_LEAST,
    value=95.0,
    unit="%",
    deadline=2025,
    text="产品抽查合格率",
)
PLAN = Plan("hengchuan-2026", "衡川市质量强市行动计划", "990100", (TARGET,))


@pytest.fixture
def city(home):
    load_regions(
        OPERATOR,
        [
            RegionVersion("990100", "衡川市", "city"),
            RegionVersion("990101", "滨河区", "district", parent="990100"),
        ],
    )
    return home


@pytest.mark.record
def test_a_changed_plan_is_a_new_version_and_the_old_one_stays(city, home, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text(plan_text(PLAN), encoding="utf-8")
    first = load_plan(OPERATOR, file)
    assert load_plan(OPERATOR, PLAN).id == first.id
    second = load_plan(OPERATOR, replace(PLAN, targets=(replace(TARGET, value=96.0),)))
    assert [first.version, second.version] == [1, 2]
    assert [target_of(t.content).value for t in TargetRecord.objects.order_by("plan_id")] == [
        95.0,
        96.0,
    ]
    entries = AuditEntry.objects.filter(verb="plans.load_plan", object="hengchuan-2026")
    assert entries.count() == 2
    for change in (PlanRecord.objects.update, TargetRecord.objects.update):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(region="x")


def test_unknown_regions_and_indicators_are_told_together(city):
    wrong = replace(TARGET, indicator="pass_rate", scope=Scope("990199"))
    with pytest.raises(PlanFileError) as caught:
        load_plan(OPERATOR, replace(PLAN, targets=(wrong,)))
    assert [(p.target, p.field) for p in caught.value.problems] == [
        ("T01", "scope.region"),
        ("T01", "indicator"),
    ]
    assert not PlanRecord.objects.exists()


def test_a_district_loads_plans_of_its_own_only(city):
    actor = Actor("li", "district", frozenset({"plans.load"}), regions=frozenset({"990101"}))
    with pytest.raises(RightError) as caught:
        load_plan(actor, PLAN)
    assert caught.value.code == "right.region"
    own = replace(PLAN, region="990101", targets=(replace(TARGET, scope=Scope("990101")),))
    assert load_plan(actor, own).version == 1
    with pytest.raises(RightError):
        load_plan(replace(actor, rights=frozenset()), own)


@pytest.mark.record
def test_the_published_targets_of_five_governments_load_on_any_home(home):
    plans = load_seeds(OPERATOR)
    assert [p.code for p in plans] == [
        "beijing-2012",
        "qingdao-2012",
        "shanghai-2013",
        "shanxi-2013",
        "xian-2017",
    ]
    assert TargetRecord.objects.count() == 145
    load_seeds(OPERATOR)
    assert PlanRecord.objects.count() == 5
