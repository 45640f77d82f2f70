"""Composites of other indicators' figures: a cell has one where every component has a figure.

Nothing is guessed for a component without a figure: such a cell has no composite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np

from zhiheng.indicators.composites.computing import RULES, index_of
from zhiheng.indicators.composites.declared import read_composite
from zhiheng.indicators.composites.reading import Figures
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import DIGITS, Estimate
from zhiheng.indicators.indices import CompositeOf
from zhiheng.indicators.periods import Period
from zhiheng.rules.parameters import Trace

_Cell = tuple[str, str]


def composed(
    indicator: Indicator, measured: Callable[[Indicator], Iterable[Estimate]], trace: Trace
) -> list[Estimate]:
    """The composite in every region and period that has all of its components.

    Args:
        measured: the estimates of one component; those with a breakdown are left aside.
    """
    assert indicator.composite is not None
    parts = indicator.composite.parts
    found: dict[_Cell, dict[str, Estimate]] = {}
    for code, part in parts:
        for estimate in measured(part):
            if not estimate.by:
                found.setdefault((estimate.period, estimate.region), {})[code] = estimate
    whole = [cell for cell, own in found.items() if len(own) == len(parts)]
    return [
        _estimate(indicator, indicator.composite, found[cell], trace)
        for cell in sorted(whole, key=lambda cell: (len(cell[0]), cell))
    ]


def _estimate(
    indicator: Indicator, of: CompositeOf, own: dict[str, Estimate], trace: Trace
) -> Estimate:
    some = next(iter(own.values()))
    day = Period.parse(some.period).last
    composite = read_composite(of.model, day, trace)
    scales = {code: part.scale for code, part in of.parts}
    codes = [component.code for component in composite.components]
    values = np.array([own[code].estimate * scales[code] for code in codes])
    se = np.array([(own[code].se or 0.0) * scales[code] for code in codes])
    draws, seed, level = _chosen(day, trace)
    said = index_of(composite, Figures({}, values, se), draws, seed, level)
    kept = ("code", "value", "se", "lowest", "highest", "score", "weight", "contribution")
    return Estimate(
        indicator=indicator.code,
        region=some.region,
        region_level=some.region_level,
        period=some.period,
        by={},
        estimate=_short(said["value"]),
        se=_short(said["se"]),
        lower=_short(said["lower"]),
        upper=_short(said["upper"]),
        level=level,
        n=len(codes),
        numerator=_short(said["value"]),
        denominator=None,
        df=float(draws - 1),
        method=f"monte carlo; composite={of.model}; weights={composite.perturbation}",
        detail={
            "composite": of.model,
            "official": composite.official,
            "components": {code: own[code].indicator for code in codes},
            "parts": [{name: _short(part[name]) for name in kept} for part in said["parts"]],
            "draws": draws,
            "seed": seed,
            "by_weights": _short(said["uncertainty"]["by_weights"]),
            "by_inputs": _short(said["uncertainty"]["by_inputs"]),
            "bands": said["bands"],
            "tree_day": day.isoformat(),
        },
    )


def _chosen(day: date, trace: Trace) -> tuple[int, int, float]:
    draws, seed = (int(RULES.value(name, day, trace)) for name in ("draws", "seed"))
    return draws, seed, float(RULES.value("interval.confidence", day, trace))


def _short(value: Any) -> Any:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
