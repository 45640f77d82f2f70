"""Composites of other indicators."""

from __future__ import annotations

from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Text
from zhiheng.indicators.indicators import firms, products, reported
from zhiheng.indicators.indices import CompositeOf

_MEASURED = {i.code: i for room in (firms, products, reported) for i in room.INDICATORS}
_PARTS = (
    ("grade_rate", "reported_grade_rate"),
    ("microelectronic_share", "reported_microelectronic_share"),
    ("certified_rate", "above_scale_certified_share"),
    ("loss_rate", "quality_loss_rate"),
    ("pass_rate", "product_pass_rate"),
    ("export_pass_rate", "reported_export_goods_pass_rate"),
    ("research_share", "reported_research_share"),
    ("renewal_share", "reported_renewal_share"),
    ("patents", "reported_patents"),
    ("new_product_share", "reported_new_product_share"),
    ("mean_sales", "reported_mean_sales"),
    ("export_sales_share", "reported_export_sales_share"),
)
_OF = CompositeOf("qci", tuple((code, _MEASURED[of]) for code, of in _PARTS))

INDICATORS = (
    Indicator(
        code="local_quality_competitiveness",
        zh="制造业质量竞争力指数（非官方口径）",
        en="Quality competitiveness index (not the official definition)",
        unit="点",
        better="higher",
        population=Text("本地制造业", "Local manufacturing"),
        kind=_OF.parts[0][1].kind,
        estimator="composite",
        composite=_OF,
        minimum_n=1,
        source="制造业质量竞争力指数公报的结构，权重与上下限自拟",
        notes=Text(
            "结构依公报的十二项指标，权重相等、上下限自拟，不是官方公布的指数；"
            "十二项齐全的区域和期间才有数。",
            "Structured as the published index; equal weights and anchors of our own, so never the "
            "official index. Only where all twelve components have a figure.",
        ),
    ),
)
