"""From the sums of cells to estimates with their intervals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from zhiheng.indicators.cells import RULES, Cells, Level
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.periods import Period
from zhiheng.methods import intervals
from zhiheng.methods.survey import (
    CellSums,
    Floats,
    Ints,
    design_effect,
    estimate_ratio,
    estimate_total,
)

DIGITS = 12
"""Significant digits kept: the engine adds floating numbers in no fixed order, so later digits
would differ from one recomputation to the next."""


def canonical_by(by: dict[str, str]) -> str:
    """The breakdown as the text by which cells are found: sorted keys, no spaces."""
    return json.dumps(by, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Estimate:
    """One figure and all that is needed to judge it. ``level`` is the interval's confidence."""

    indicator: str
    region: str
    region_level: str
    period: str
    by: dict[str, str]
    estimate: float
    se: float | None
    lower: float | None
    upper: float | None
    level: float | None
    n: int
    numerator: float
    denominator: float | None
    df: float | None
    method: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def by_text(self) -> str:
        return canonical_by(self.by)

    def as_json(self, log_size: int, root: str) -> dict[str, Any]:
        """The contract of ``measure --json``."""
        names = "indicator region period by estimate se lower upper level n numerator denominator"
        said = {name: getattr(self, name) for name in [*names.split(), "method"]}
        return {**said, "log_size": log_size, "root": root}


def cell_sums(sums: pl.DataFrame, cell: Ints, n_cells: int) -> CellSums:
    """The frame of `Cells.sums` as the mathematics wants it."""
    population = _floats(sums, "population")
    return CellSums(
        cell=cell,
        stratum=sums["stratum"].rank("dense").cast(pl.Int64).to_numpy(),
        a=_floats(sums, "a"),
        b=_floats(sums, "b"),
        aa=_floats(sums, "aa"),
        ab=_floats(sums, "ab"),
        bb=_floats(sums, "bb"),
        # A total also keeps cells whose rows all lie outside the sample; their stratum has no size.
        m=np.maximum(_floats(sums, "m"), 1.0),
        m_pop=None if np.isnan(population).all() else population,
        n_cells=n_cells,
    )


def estimates(cells: Cells, level: Level) -> list[Estimate]:
    """Every estimate of one cell level, by period, region and value of the breakdown."""
    sums = cells.sums(level)
    if sums.is_empty():
        return []
    keys = ["period", "place", "by"]
    sums = sums.with_columns(cell=pl.struct(keys).rank("dense").cast(pl.Int64) - 1)
    cell = sums["cell"].to_numpy()
    n_cells = int(cell.max()) + 1
    methods = {rule: method_text(cells.indicator, lonely=rule) for rule in (False, True)}
    alike = _Alike(cells, level, confidence(cells), methods)
    computed = _computed(cells.indicator, sums, cell, n_cells, alike.confidence)
    for name in ("unweighted", "clusters"):
        computed[name] = _per_cell(cell, _floats(sums, name), n_cells)
    computed["strata"] = np.bincount(cell, minlength=n_cells).astype(np.float64)
    columns = {name: _numbers(column) for name, column in computed.items()}
    first = sums.unique("cell", keep="first").sort("cell").select(keys)
    return [
        _estimate(alike, key, {name: column[i] for name, column in columns.items()})
        for i, key in enumerate(first.iter_rows())
        if columns["estimate"][i] is not None
    ]


@dataclass(frozen=True)
class _Alike:
    """What the estimates of one cell level have in common; methods by "lonely rule was used"."""

    cells: Cells
    level: Level
    confidence: float
    methods: dict[bool, str]


def _estimate(
    alike: _Alike, key: tuple[int, str, str | None], said: dict[str, float | None]
) -> Estimate:
    cells, level, indicator = alike.cells, alike.level, alike.cells.indicator
    period, place, by = Period(level.period, key[0]), key[1], key[2]
    exact = indicator.interval_method == "census"
    n = int(said["n"] or 0)
    detail: dict[str, Any] = {"tree_day": period.last.isoformat(), "as_at": str(cells.as_at)}
    if said["deff"] is not None:
        detail["deff"] = said["deff"]
    if indicator.design.cluster:
        detail["clusters"] = int(said["clusters"] or 0)
    if indicator.design.strata:
        detail["strata"] = int(said["strata"] or 0)
    if indicator.design.weight and 0 < (said["unweighted"] or 0) < n:
        detail["without_weight"] = int(said["unweighted"] or 0)
    if n < indicator.minimum_n and not exact:
        detail["thin"] = True
    return Estimate(
        indicator=indicator.code,
        region=place,
        region_level=level.region,
        period=str(period),
        by={level.by: by} if level.by and by is not None else {},
        estimate=said["estimate"] or 0.0,
        se=said["se"],
        lower=said["lower"],
        upper=said["upper"],
        level=None if exact else alike.confidence,
        n=n,
        numerator=said["numerator"] or 0.0,
        denominator=said["denominator"],
        df=said["df"],
        method=alike.methods[bool(said["lonely"])],
        detail=detail,
    )


def confidence(cells: Cells) -> float:
    """Two-sided confidence of every interval that is kept; verdicts ask for their own bounds."""
    assert cells.as_at is not None
    return float(RULES.value("interval.confidence", cells.as_at, cells.trace))


def method_text(indicator: Indicator, lonely: bool = False) -> str:
    """How the interval was made, e.g. ``korn-graubard; weighted; clusters=organisation``."""
    design = indicator.design
    parts = [indicator.interval_method]
    if parts == ["korn-graubard"]:
        parts.append("capped at n")
    if design.weight:
        parts.append("weighted")
    if design.strata:
        parts.append("stratified")
    if design.cluster:
        parts.append(f"clusters={design.cluster}")
    if design.population:
        parts.append("finite population")
    if indicator.exposure is not None:
        parts.append(f"exposure={indicator.exposure.kind.code}")
    if lonely:
        parts.append(f"lonely={design.lonely} used")
    return "; ".join(parts)


def _computed(
    indicator: Indicator, sums: pl.DataFrame, cell: Ints, n_cells: int, level: float
) -> dict[str, Floats]:
    n = _per_cell(cell, _floats(sums, "n"), n_cells)
    nothing: Floats = np.full(n_cells, np.nan)
    columns: dict[str, Floats]
    if indicator.estimator == "rate":
        found = _rate(indicator, sums, cell, n_cells, level)
        return found | {"n": n, "se": nothing, "df": nothing, "deff": nothing, "lonely": nothing}
    parts = cell_sums(sums, cell, n_cells)
    if indicator.estimator == "total":
        total = estimate_total(parts, lonely=indicator.design.lonely)
        columns = {"estimate": total.estimate, "numerator": total.estimate, "se": total.se}
        columns |= {
            "df": total.df,
            "denominator": nothing,
            "lonely": total.lonely.astype(np.float64),
        }
        variance = total.variance
    else:
        ratio = estimate_ratio(parts, lonely=indicator.design.lonely)
        columns = {"estimate": ratio.estimate, "numerator": ratio.numerator, "se": ratio.se}
        columns |= {
            "df": ratio.df,
            "denominator": ratio.denominator,
            "lonely": ratio.lonely.astype(np.float64),
        }
        variance = ratio.variance
    columns["df"] = _domain_df(sums, cell, n_cells)
    lower, upper = _bounds(indicator, columns, n, level)
    deff = nothing
    if indicator.interval_method == "korn-graubard":
        deff = design_effect(columns["estimate"], variance, n)
    if indicator.interval_method == "census":
        columns |= {"se": nothing, "lonely": nothing}
    if indicator.interval_method in {"census", "wilson", "clopper-pearson"}:
        columns |= {"df": nothing}
    return columns | {"lower": lower, "upper": upper, "n": n, "deff": deff}


def _domain_df(sums: pl.DataFrame, cell: Ints, n_cells: int) -> Floats:
    """Clusters that the cell itself holds, less its strata (R's degf of a subset).

    The whole sample's clusters enter the variance; they cannot make a figure that rests on two
    firms as sure as one that rests on two hundred.
    """
    return _per_cell(cell, _floats(sums, "clusters") - 1, n_cells)


def _bounds(
    indicator: Indicator, columns: dict[str, Floats], n: Floats, level: float
) -> tuple[Floats, Floats]:
    """Interval bounds; nan where there is none: a census, or not one degree of freedom."""
    estimate, se, df = (columns[name] for name in ("estimate", "se", "df"))
    match indicator.interval_method:
        case "wilson":
            return intervals.wilson(columns["numerator"], columns["denominator"], level=level)
        case "clopper-pearson":
            counts = (columns["numerator"], columns["denominator"])
            return intervals.clopper_pearson(*counts, level=level)
        case "korn-graubard":
            return intervals.korn_graubard(np.clip(estimate, 0.0, 1.0), se, n, df, level=level)
        case "t":
            return intervals.t_interval(estimate, se, df, level=level)
    return np.full_like(estimate, np.nan), np.full_like(estimate, np.nan)


def _rate(
    indicator: Indicator, sums: pl.DataFrame, cell: Ints, n_cells: int, level: float
) -> dict[str, Floats]:
    assert indicator.per is not None
    events = _per_cell(cell, _floats(sums, "a"), n_cells)
    exposure = np.full(n_cells, np.nan)
    exposure[cell] = _floats(sums, "exposure")
    units = np.where(exposure > 0, exposure, np.nan) / indicator.per
    lower, upper = intervals.poisson_rate(events, units, level=level)
    return {
        "estimate": events / units,
        "numerator": events,
        "denominator": exposure,
        "lower": lower,
        "upper": upper,
    }


def _per_cell(cell: Ints, values: Floats, n_cells: int) -> Floats:
    return np.bincount(cell, weights=values, minlength=n_cells).astype(np.float64)


def _floats(frame: pl.DataFrame, name: str) -> Floats:
    column = frame[name].cast(pl.Float64).to_numpy()
    return np.asarray(column, dtype=np.float64)


def _numbers(values: Floats) -> list[float | None]:
    """As stored: null for "none", and an unbounded interval has no number either."""
    return [float(f"{v:.{DIGITS}g}") if np.isfinite(v) else None for v in values.tolist()]
