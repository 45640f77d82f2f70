"""Refusals of composites."""

from __future__ import annotations

from zhiheng.methods.errors import MethodError
from zhiheng.office.words import _


def words(error: MethodError) -> tuple[str, str] | None:
    """Message and what to do, of refusals of composites."""
    v = error.values
    match error.code:
        case "composite.anchors":
            return (
                _("下限 {lowest:g} 不小于上限 {highest:g}。", **_ends(v)),
                _("每个指标的 highest 须大于 lowest，scores 的后一个须大于前一个。"),
            )
        case "composite.weights":
            return (
                _("权重 {weights} 不行。", weights=v.get("weights")),
                _("权重须是 0 或以上的数，不可全为 0。"),
            )
        case "composite.spread":
            return (
                _(
                    "权重的摆动 {perturbation} {spread} 不能识别。",
                    perturbation=v["perturbation"],
                    spread=v["spread"],
                ),
                _(
                    "可用：dirichlet（concentration 大于 0）、"
                    "uniform（share 在 0 与 1 之间）、none。"
                ),
            )
        case "composite.base":
            return _("分母合计为 0，没有比率。"), _("请核对分母一列。")
        case "weighting.empty":
            return (
                _("有 {count} 个地区与行业有产值而没有样品。", count=len(list(v["cells"]))),  # type: ignore[call-overload]
                _("请在文件里加“合并组”一列，把这样的行业并到相近行业，不可略去。"),
            )
        case "weighting.output":
            return _("有地区的产值合计为 0。"), _("请删去这些地区，或补上产值。")
    return None


def _ends(v: dict[str, object]) -> dict[str, object]:
    return {"lowest": v["lowest"], "highest": v["highest"]}
