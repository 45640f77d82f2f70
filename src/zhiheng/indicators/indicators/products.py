"""Products inspected batch by batch: pass rates of random samples, discovery on targeted ones."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Design, Text
from zhiheng.indicators.indicators.shared import DRAWN_POINTS

INSPECTION = KINDS["product_inspection"]
RULES = "产品质量监督抽查管理暂行办法（2020）"


def random(t: ir.Table) -> ir.Value:
    return t.sampling == "random"


def targeted(t: ir.Table) -> ir.Value:
    return t.sampling == "targeted"


def decided(t: ir.Table) -> ir.Value:
    return t.result.isin(["pass", "fail"])


def passed(t: ir.Table) -> ir.Value:
    return t.result == "pass"


def failed(t: ir.Table) -> ir.Value:
    return t.result == "fail"


def _decided_of(product_class: str) -> Callable[[ir.Table], ir.Value]:
    def decided_of_class(t: ir.Table) -> ir.Value:
        return decided(t) & (t.product_class == product_class)

    return decided_of_class


NOT_COMPARABLE = Text(
    "只计随机抽样；与不合格发现率不可相加、相比或连成一条曲线。未判定的批次不计入。",
    "Random samples only; never add it to, compare it with, or trend it together with the "
    "non-conforming discovery rate. Undecided batches do not count.",
)


def _pass_rate(code: str, product_class: str, zh: str, en: str, what: Text) -> Indicator:
    return Indicator(
        code=code,
        zh=zh,
        en=en,
        unit="%",
        better="higher",
        population=Text(
            f"期内随机抽样并作出结论的{what.zh}批次",
            f"Batches of {what.en} drawn at random and decided in the period",
        ),
        kind=INSPECTION,
        estimator="proportion",
        sample=random,
        where=_decided_of(product_class),
        success=passed,
        design=DRAWN_POINTS,
        breakdowns=("stage",),
        source=RULES,
        notes=NOT_COMPARABLE,
    )


INDICATORS = (
    Indicator(
        code="product_pass_rate",
        zh="产品监督抽查批次合格率",
        en="Product inspection batch pass rate",
        unit="%",
        better="higher",
        population=Text(
            "期内随机抽样并作出结论的各类产品批次",
            "Batches of all product classes drawn at random and decided in the period",
        ),
        kind=INSPECTION,
        estimator="proportion",
        sample=random,
        where=decided,
        success=passed,
        design=DRAWN_POINTS,
        breakdowns=("product_class", "stage", "authority_level"),
        source=RULES,
        notes=NOT_COMPARABLE,
    ),
    _pass_rate("food_pass_rate", "food", "食品抽检合格率", "Food pass rate", Text("食品", "food")),
    _pass_rate(
        "farm_product_pass_rate",
        "farm",
        "食用农产品抽检合格率",
        "Farm product pass rate",
        Text("食用农产品", "farm products"),
    ),
    _pass_rate(
        "building_material_pass_rate",
        "building",
        "建筑材料抽查合格率",
        "Building material pass rate",
        Text("建筑材料", "building materials"),
    ),
    _pass_rate(
        "medicine_pass_rate",
        "drug",
        "药品抽验合格率",
        "Medicine pass rate",
        Text("药品", "medicines"),
    ),
    Indicator(
        code="nonconforming_discovery_rate",
        zh="不合格发现率（风险抽样）",
        en="Non-conforming discovery rate (targeted samples)",
        unit="%",
        better="none",
        population=Text(
            "期内按风险选取并作出结论的产品批次",
            "Batches chosen for their risk and decided in the period",
        ),
        kind=INSPECTION,
        estimator="proportion",
        sample=targeted,
        where=decided,
        success=failed,
        design=Design(cluster="organisation"),
        breakdowns=("product_class", "stage"),
        source=RULES,
        notes=Text(
            "只计风险抽样，说明抽查找问题的效率，不说明产品总体的质量；不可与合格率相比，"
            "也不可用一减去它当作合格率。区间只反映同类选取方式下的波动。",
            "Targeted samples only: it says how well inspection finds faults, not how good the "
            "products are. Never compare it with a pass rate, nor take one minus it for one. The "
            "interval speaks only of the variation of choosing in the same way again.",
        ),
    ),
)
