"""The arithmetic of one estimate, step by step, with the numbers that went into it. Pure."""

from __future__ import annotations

from typing import Any

from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate
from zhiheng.methods.degrees import LEAST_WORKING
from zhiheng.methods.intervals import korn_graubard_size
from zhiheng.office.words import _

INTERVALS = {
    "wilson": "(x + z²/2 ± z·√(x(n−x)/n + z²/4)) / (n + z²)",
    "clopper-pearson": "Beta(α/2; x, n−x+1), Beta(1−α/2; x+1, n−x)",
    "korn-graubard": "Beta(α/2; p·n*, n*−p·n*+1), Beta(1−α/2; p·n*+1, n*−p·n*)",
    "t": "ŷ ± t(df)·se",
    "poisson": "χ²(α/2; 2x)/2E, χ²(1−α/2; 2x+2)/2E",
}
"""Formula of each interval; sources stand with `zhiheng.methods.intervals`."""


def steps(
    indicator: Indicator, estimate: Estimate, sums: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each step as ``{"what", "formula", "numbers"}``, from sums to bounds."""
    if indicator.estimator == "reported":
        said = {"value": estimate.estimate, **estimate.detail}
        return [_step(_("报送数"), _("期内最近一次报送"), **said)]
    if indicator.estimator == "composite":
        return _composite(estimate)
    found = [_point(indicator, estimate)]
    if estimate.se is not None:
        found.append(_variance(indicator, estimate, sums))
    found += _interval(indicator, estimate)
    return found


def _composite(estimate: Estimate) -> list[dict[str, Any]]:
    """Each component's score, their sum, and the spread of draws."""
    detail = estimate.detail
    return [
        _step(
            _("各项得分"),
            _("floor + (top − floor)·(x − L)/(U − L)，越低越好的反向，超出两端的取端点"),
            parts=detail["parts"],
            components=detail["components"],
        ),
        _step(_("综合"), "Σ w·s ÷ Σ w", estimate=estimate.estimate),
        _step(
            _("区间"),
            _("权重与各项数值反复抽取，取百分位"),
            **{name: detail[name] for name in ("draws", "seed", "by_weights", "by_inputs")},
            level=estimate.level,
            lower=estimate.lower,
            upper=estimate.upper,
        ),
    ]


def _point(indicator: Indicator, estimate: Estimate) -> dict[str, Any]:
    numbers = {
        "numerator": estimate.numerator,
        "denominator": estimate.denominator,
        "estimate": estimate.estimate,
    }
    if indicator.estimator == "total":
        return _step(_("总量"), "Σ w·y", numerator=estimate.numerator, estimate=estimate.estimate)
    if indicator.estimator == "rate":
        return _step(_("率"), _("件数 ÷ 期末在册户数 × 每"), **numbers, per=indicator.per)
    return _step(_("点估计"), "Σ w·y ÷ Σ w·x", **numbers)


def _variance(
    indicator: Indicator, estimate: Estimate, sums: list[dict[str, Any]]
) -> dict[str, Any]:
    total = indicator.estimator == "total"
    ratio = 0.0 if total else estimate.estimate
    strata = [
        {
            "stratum": s["stratum"],
            "m": s["m"],
            "k": s["clusters"],
            "Σz": s["a"] - ratio * s["b"],
            "Σz²": s["aa"] - 2 * ratio * s["ab"] + ratio * ratio * s["bb"],
        }
        for s in sums
    ]
    base = 1.0 if total else estimate.denominator
    return _step(
        _("线性化方差"),
        f"z = A − R·B; v = Σ m/(m−1)·(Σz² − (Σz)²/m) / (ΣB)²; se = √v; {_degrees(indicator)}",
        strata=strata,
        denominator=base,
        se=estimate.se,
        df=estimate.df,
    )


def _degrees(indicator: Indicator) -> str:
    nu = "ν = k − k/m − (1 − k/m)·B/ΣB"
    match indicator.degrees:
        case "satterthwaite":
            return f"df = (Σv)²/Σ(v²/ν), {nu}, 1 ≤ df ≤ Σ(k−1)"
        case "working":
            least = f"min({LEAST_WORKING:g}, Σ(k−1))"
            return f"df = (Σu)²/Σ(u²/ν), u = (1−m/M)·ΣB², {nu}, {least} ≤ df ≤ Σ(k−1)"
    return "df = Σ(k−1)"


def _interval(indicator: Indicator, estimate: Estimate) -> list[dict[str, Any]]:
    method = indicator.interval_method
    if method == "census":
        return [_step(_("区间"), _("全数统计，没有抽样误差，不给区间"))]
    bounds = {"level": estimate.level, "lower": estimate.lower, "upper": estimate.upper}
    if method != "korn-graubard" or estimate.se is None or estimate.level is None:
        return [_step(_("区间"), INTERVALS[method], **bounds)]
    point, size = (estimate.estimate, estimate.se), estimate.n
    effective = korn_graubard_size(*point, size, estimate.df, level=estimate.level)
    return [
        _step(
            _("有效样本量"),
            "n* = min(n, p(1−p)/se²·(t(n−1)/t(df))²)",
            n=size,
            deff=estimate.detail.get("deff"),
            n_effective=float(effective),
        ),
        _step(_("区间"), INTERVALS[method], **bounds),
    ]


def _step(what: str, formula: str, **numbers: Any) -> dict[str, Any]:
    return {"what": what, "formula": formula, "numbers": numbers}
