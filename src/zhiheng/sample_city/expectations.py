"""What each target of the city's plan should come to, where the truth leaves no doubt.

A verdict is expected only if the true value is so far from the target that an honest sample of
the drawn size would hardly err; elsewhere any verdict is fair and none is expected.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from zhiheng.indicators.indicators import ALL as INDICATORS
from zhiheng.methods.vocabulary import Operator, Verdict
from zhiheng.plans.declaration import Target
from zhiheng.plans.files import read_plan
from zhiheng.plans.units import to_machine
from zhiheng.sample_city.city import City
from zhiheng.sample_city.places import tree
from zhiheng.sample_city.truth import last_day

_SURE = 4.2
"""Standard errors between truth and target: 1.6 for the bound, the rest for the sample's luck."""

_CLUSTERING = 2.2
"""How much clusters and weights widen the variance of a simple sample, generously."""

_UNRESOLVED = 0.08
"""Share of firms that a register may fail to recognise for want of a valid code."""

_SPREAD = {"mean": 26.0, "ratio": 0.75}
"""Standard deviation of one answer (points), and of one return relative to the loss rate."""

_SIGN = {
    Operator.AT_LEAST: 1,
    Operator.ABOVE: 1,
    Operator.AT_MOST: -1,
    Operator.BELOW: -1,
    Operator.TREND_UP: 1,
    Operator.TREND_DOWN: -1,
    Operator.INCREASE_BY: 1,
    Operator.DECREASE_BY: -1,
}


def expected_verdicts(
    plan: Path, city: City, rates: list[dict[str, Any]], as_of: date
) -> dict[str, str | None]:
    """Verdict code by target id, None where the truth is not decisive."""
    known = {(r["indicator"], r["region"], r["period"]): r["value"] for r in rates}
    return {target.id: _expected(target, known, city, as_of) for target in read_plan(plan).targets}


Known = dict[tuple[str, str, str], float | None]


def _expected(target: Target, known: Known, city: City, as_of: date) -> str | None:
    if target.damaged:
        return str(Verdict.DAMAGED)
    if target.deadline_day is None or target.deadline_day > as_of:
        return str(Verdict.NOT_DUE)
    if target.scope.by:
        return None
    period = str(target.deadline_day.year)
    value = known.get((target.code, target.scope.region, period))
    if value is None:
        return str(Verdict.NO_EVIDENCE)
    error = _error(target, value, period, city)
    if target.baseline is not None:
        return _expected_change(target, known, city, value, error)
    goal = to_machine(target.value or 0.0, target.unit, INDICATORS[target.code].unit)
    if target.op is Operator.EQUAL:
        return _sure(0.0 if abs(value - goal) < 1e-9 else -1.0, error, met_at_zero=True)
    if target.op is Operator.ABOUT:
        return _sure((target.tolerance or 0.0) - abs(value - goal), error)
    strict = target.op in {Operator.ABOVE, Operator.BELOW}
    return _sure(_SIGN[target.op] * (value - goal), error, met_at_zero=not strict)


def _expected_change(
    target: Target, known: Known, city: City, value: float, error: float
) -> str | None:
    assert target.baseline is not None
    before = known.get((target.code, target.scope.region, target.baseline.period))
    if before is None:
        return str(Verdict.NO_EVIDENCE)
    wanted = 0.0
    if target.value is not None:
        declared = INDICATORS[target.code].unit
        unit = target.unit if target.relative else declared
        wanted = to_machine(target.value, target.unit, unit)
        wanted = wanted * before if target.relative else wanted
    both = (error**2 + _error(target, before, target.baseline.period, city) ** 2) ** 0.5
    return _sure(_SIGN[target.op] * (value - before) - wanted, both, met_at_zero=wanted > 0)


def _sure(margin: float, error: float, *, met_at_zero: bool = True) -> str | None:
    """Met or not met if the margin (positive: kept) is beyond doubt."""
    if error == 0.0 and margin == 0.0:
        return str(Verdict.MET if met_at_zero else Verdict.NOT_MET)
    if abs(margin) <= _SURE * error:
        return None
    return str(Verdict.MET if margin > 0 else Verdict.NOT_MET)


def _error(target: Target, value: float, period: str, city: City) -> float:
    """A generous standard error of the estimate; 0 for what is counted in full."""
    indicator = INDICATORS[target.code]
    if indicator.estimator == "reported":
        return 0.0
    if indicator.holds is not None:
        return _UNRESOLVED * value / _SURE
    if indicator.design.census:
        return 0.0
    n = _sampled(target.code, target.scope.region, period, city)
    if indicator.estimator == "rate":
        return float(value / max(n, 1) ** 0.5)
    if indicator.estimator == "proportion":
        spread = max(value * (1 - value), 1 / max(n, 1)) ** 0.5
    else:
        spread = _SPREAD[indicator.estimator] * (value if indicator.estimator == "ratio" else 1.0)
    return float(spread * (_CLUSTERING / max(n, 1)) ** 0.5)


_FILTERS: dict[str, pl.Expr] = {
    "product_pass_rate": pl.col("sampling") == "random",
    "food_pass_rate": (pl.col("sampling") == "random") & (pl.col("product_class") == "food"),
    "farm_product_pass_rate": (pl.col("sampling") == "random")
    & (pl.col("product_class") == "farm"),
    "medicine_pass_rate": (pl.col("sampling") == "random") & (pl.col("product_class") == "drug"),
    "building_material_pass_rate": (pl.col("sampling") == "random")
    & (pl.col("product_class") == "building"),
    "nonconforming_discovery_rate": pl.col("sampling") == "targeted",
    "producer_service_satisfaction": pl.col("domain") == "producer_service",
    "consumer_service_satisfaction": pl.col("domain") == "consumer_service",
}


def _sampled(code: str, region: str, period: str, city: City) -> int:
    """Rows that the city drew for the cell."""
    inside = tree().as_of(last_day(period)).subtree(region)
    rows = city.rows[INDICATORS[code].kind.code].filter(
        pl.col("region").is_in(list(inside)) & (pl.col("occurred_on").dt.year() == int(period))
    )
    return rows.filter(_FILTERS[code]).height if code in _FILTERS else rows.height
