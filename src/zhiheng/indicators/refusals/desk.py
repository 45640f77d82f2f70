"""Refusals at the analyst's desk: what to do; the reason is the mathematics' own sentence."""

from __future__ import annotations

from zhiheng.methods.errors import MethodError
from zhiheng.office.words import _


def words(error: MethodError) -> tuple[str, str] | None:
    """Message and what to do, of refusals of designs, verdicts, plans, forecasts, leagues."""
    shown = {
        "survey.weight": _("请用 --weights 给出权数。"),
        "verdict.alpha": _("α 应大于 0、小于 0.5。"),
        "verdict.value": _("目标值与数不相称：比例写成 0 到 1 之间的数，或写 95%。"),
        "verdict.tolerance": _("“~”要写允许的偏差，例如 ~0.9±0.02。"),
        "verdict.baseline": _("基准与现值不是同一类数，或基准为 0。"),
        "verdict.operator": _("这种目标只能用 >=、>、<=、<。"),
        "evidence.kind": _("类别可用：proportion、mean、ratio、rate、total。"),
        "evidence.estimate": _("比例应在 0 与 1 之间；别的数请用 --kind 说明。"),
        "evidence.precision": _("抽样得来的数要有 --se 或 --n；全数统计的请加 --census。"),
        "evidence.rate": _("率要有不小于 0 的次数和大于 0 的基数。"),
        "plan.target": _("目标应在 0 与 1 之间。"),
        "plan.truth": _("假定的真值应好于目标，且不超过 1。"),
        "plan.power": _("把握应在 0 与 1 之间，例如 0.8。"),
        "plan.alpha": _("α 应大于 0、小于 0.5。"),
        "plan.size": _("需要的样本量过大：真值与目标太接近。"),
        "guard.value": _("测得值应是数。"),
        "guard.uncertainty": _("请给大于 0 的标准不确定度（不是扩展不确定度）。"),
        "guard.limits": _("请至少给一个限值，下限小于上限，且测量足够准确。"),
        "guard.risk": _("风险应大于 0、小于 0.5。"),
        "forecast.periods": _("至少要有三个时期。"),
        "forecast.times": _("同一时期只能有一行。"),
        "forecast.se": _("标准误应都大于 0。"),
        "plan.path": _("起点与目标相同，或期限不在起点之后。"),
        "area.count": _("至少要有三个地区。"),
        "area.se": _("标准误应都大于 0。"),
        "funnel.reference": _("参照值应在 0 与 1 之间。"),
        "interval.level": _("置信水平应在 0 与 1 之间，例如 0.95。"),
        "interval.count": _("合格数应在 0 与总数之间，总数应大于 0。"),
    }
    fix = shown.get(error.code)
    return None if fix is None else (error.message, fix)
