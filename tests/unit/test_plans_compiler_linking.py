"""Metrics lead to the indicators of the catalogue, or propose one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import zhiheng.plans.compiler
from zhiheng.indicators.indicators import ALL
from zhiheng.plans.compiler.linking import link
from zhiheng.plans.declaration import INDICATOR

ALIASES = yaml.safe_load(
    Path(zhiheng.plans.compiler.__file__).with_name("aliases.yaml").read_text(encoding="utf-8")
)["indicators"]


def test_aliases_are_those_of_the_catalogue() -> None:
    """A new indicator gets its row in aliases.yaml: unit and declared name, then other names."""
    declared = {code: (indicator.zh, indicator.unit) for code, indicator in ALL.items()}
    assert {code: (e["names"][0], e["unit"]) for code, e in ALIASES.items()} == declared


@pytest.mark.parametrize(
    ("metric", "unit", "code"),
    [
        ("食品质量抽检合格率", "%", "food_pass_rate"),
        ("全市主要农产品质量安全例行监测合格率", "%", "farm_product_pass_rate"),
        ("生产性服务业顾客满意度", "", "producer_service_satisfaction"),
        ("高速公路优良路率", "%", "reported_expressway_good_rate"),
        ("森林覆盖率", "%", None),
        ("国家标准", "项", "reported_standards_national"),
    ],
)
def test_a_metric_leads_to_its_indicator(metric: str, unit: str, code: str | None) -> None:
    found, leads = link(metric, unit)
    assert found == code
    assert (leads.proposes is None) == (code is not None)
    assert all(
        a.score >= b.score for a, b in zip(leads.alternatives, leads.alternatives[1:], strict=False)
    )


def test_a_share_never_leads_to_a_count() -> None:
    assert link("地理标志产品", "%")[0] is None


def test_the_same_words_propose_the_same_code() -> None:
    code = link("万人阅读点拥有量", "个")[1].proposes
    assert code == link("万人阅读点拥有量", "个")[1].proposes
    assert code is not None
    assert INDICATOR.match(code)
    assert re.match(r"reported_", code)
