"""The numbers of estimates, from the sums of cells by columns."""

from __future__ import annotations

import numpy as np
import polars as pl

from zhiheng.indicators.declaration import Indicator
from zhiheng.methods import intervals
from zhiheng.methods.degrees import LEAST_WORKING, bounded_df, domain_df, satterthwaite
from zhiheng.methods.survey import (
    CellSums,
    Floats,
    Ints,
    RatioEstimates,
    TotalEstimates,
    design_effect,
    estimate_ratio,
    estimate_total,
    working_parts,
)


def estimates_of_sums(
    indicator: Indicator, sums: pl.DataFrame, cell: Ints, n_cells: int, level: float
) -> dict[str, Floats]:
    """Every number of an estimate, one entry a cell, from the sums of `Cells.sums`.

    The whole sample's clusters enter the variance; they cannot make a figure that rests on two
    firms as sure as one that rests on two hundred, so degrees of freedom are those of the clusters
    that the cell itself holds.

    ``cell`` numbers the cell of each row of ``sums``; ``level`` is the interval's confidence.
    """
    n = per_cell(cell, floats(sums, "n"), n_cells)
    nothing: Floats = np.full(n_cells, np.nan)
    columns: dict[str, Floats]
    if indicator.estimator == "rate":
        rate = _rate(indicator, sums, cell, n_cells, level)
        return rate | {"n": n, "se": nothing, "df": nothing, "deff": nothing, "lonely": nothing}
    of_strata = cell_sums(sums, cell, n_cells)
    found: RatioEstimates | TotalEstimates
    if indicator.estimator == "total":
        found = total = estimate_total(of_strata, lonely=indicator.design.lonely)
        columns = {"numerator": total.estimate, "denominator": nothing}
    else:
        found = ratio = estimate_ratio(of_strata, lonely=indicator.design.lonely)
        columns = {"numerator": ratio.numerator, "denominator": ratio.denominator}
    columns |= {"estimate": found.estimate, "se": found.se}
    columns["lonely"] = found.lonely.astype(np.float64)
    columns["df"] = per_cell(cell, floats(sums, "clusters") - 1, n_cells)
    if indicator.degrees != "plain":
        columns["df"] = _effective_df(indicator, of_strata, found, sums, columns["df"])
    lower, upper = _bounds(indicator, columns, n, level)
    if indicator.within is not None:
        bounded = np.isfinite(lower) & np.isfinite(upper)
        lower, upper = (
            np.where(bounded, np.clip(bound, *indicator.within), np.nan) for bound in (lower, upper)
        )
    deff = nothing
    if indicator.interval_method == "korn-graubard":
        deff = design_effect(columns["estimate"], found.variance, n)
    if indicator.interval_method == "census":
        columns |= {"se": nothing, "lonely": nothing}
    if indicator.interval_method in {"census", "wilson", "clopper-pearson"}:
        columns |= {"df": nothing}
    return columns | {"lower": lower, "upper": upper, "n": n, "deff": deff}


def _effective_df(
    indicator: Indicator,
    of_strata: CellSums,
    found: RatioEstimates | TotalEstimates,
    sums: pl.DataFrame,
    plain: Floats,
) -> Floats:
    """Satterthwaite's, never more than clusters less strata, which is what they are without spread.

    A few large firms often carry most of a variance; then it is no surer than those few are many.
    """
    share = np.zeros_like(of_strata.b)
    if isinstance(found, RatioEstimates):
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.nan_to_num(of_strata.b / found.denominator[of_strata.cell])
    each = domain_df(floats(sums, "clusters"), of_strata.m, share)
    working = indicator.degrees == "working"
    parts = working_parts(of_strata) if working else found.parts
    effective = satterthwaite(of_strata.cell, parts, each, of_strata.n_cells)
    return bounded_df(effective, LEAST_WORKING if working else 1.0, plain)


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
    events = per_cell(cell, floats(sums, "a"), n_cells)
    exposure = np.full(n_cells, np.nan)
    exposure[cell] = floats(sums, "exposure")
    units = np.where(exposure > 0, exposure, np.nan) / indicator.per
    lower, upper = intervals.poisson_rate(events, units, level=level)
    return {
        "estimate": events / units,
        "numerator": events,
        "denominator": exposure,
        "lower": lower,
        "upper": upper,
    }


def per_cell(cell: Ints, values: Floats, n_cells: int) -> Floats:
    return np.bincount(cell, weights=values, minlength=n_cells).astype(np.float64)


def floats(frame: pl.DataFrame, name: str) -> Floats:
    return np.asarray(frame[name].to_numpy(), dtype=np.float64)


def cell_sums(sums: pl.DataFrame, cell: Ints, n_cells: int) -> CellSums:
    """The frame of `Cells.sums` as the mathematics wants it."""
    population = floats(sums, "population")
    return CellSums(
        cell=cell,
        stratum=sums["stratum"].rank("dense").cast(pl.Int64).to_numpy(),
        a=floats(sums, "a"),
        b=floats(sums, "b"),
        aa=floats(sums, "aa"),
        ab=floats(sums, "ab"),
        bb=floats(sums, "bb"),
        # A total also keeps cells whose rows all lie outside the sample; their stratum has no size.
        m=np.maximum(floats(sums, "m"), 1.0),
        m_pop=None if np.isnan(population).all() else population,
        n_cells=n_cells,
    )
