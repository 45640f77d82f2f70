"""How the indicators that targets name are measured."""

from __future__ import annotations

from zhiheng.indicators.indicators import ALL
from zhiheng.plans.declaration import Target
from zhiheng.plans.verdicts import Measure


def units() -> dict[str, str]:
    """Declared unit of every indicator of the catalogue."""
    return {code: indicator.unit for code, indicator in ALL.items()}


def measure_of(target: Target) -> Measure:
    """How the target's indicator measures.

    A metric without a declared indicator is what departments report under the proposed code, in
    the unit in which the target is written; points of a share are reported as the share.
    """
    declared = ALL.get(target.code)
    if declared is None:
        unit = "%" if target.unit == "个百分点" else target.unit
        return Measure("" if target.relative else unit, "reported")
    return Measure(declared.unit, declared.estimator, declared.per)
