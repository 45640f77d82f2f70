"""From the sums of cells to estimates with their intervals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from zhiheng.indicators.cells import RULES, Cells, Level
from zhiheng.indicators.computed import estimates_of_sums, floats, per_cell
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.grouping import DOUBTFUL
from zhiheng.indicators.periods import Period
from zhiheng.methods.survey import Floats

DIGITS = 12
"""Significant digits kept: the engine adds floating numbers in no fixed order, so later digits
would differ from one recomputation to the next."""


def canonical_by(by: dict[str, str]) -> str:
    """The breakdown as the text by which cells are found: sorted keys, no spaces."""
    return _canonical(by)


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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


PLAIN = (
    "indicator", "region", "region_level", "period", "estimate", "se", "lower", "upper", "level",
    "n", "numerator", "denominator", "df", "method",
)  # fmt: skip
"""Columns of `estimate_frame` that are attributes of `Estimate` as they stand."""


def estimates(cells: Cells, level: Level) -> list[Estimate]:
    """Every estimate of a cell level, by period, region and value of the breakdown."""
    return [of_columns(row) for row in estimate_frame(cells, level).iter_rows(named=True)]


def of_columns(row: dict[str, Any]) -> Estimate:
    """The estimate of a row whose ``by`` and ``detail`` are JSON."""
    plain = {name: row[name] for name in PLAIN}
    return Estimate(**plain, by=json.loads(row["by"]), detail=json.loads(row["detail"]))


def estimate_frame(cells: Cells, level: Level) -> pl.DataFrame:
    """As `estimates`, by columns: `PLAIN`, and as canonical JSON ``by`` and ``detail``.

    A city has hundreds of thousands of estimates, and an object of each costs more than the sums
    did.
    """
    sums = cells.sums(level)
    if sums.is_empty():
        return frame_of([])
    keys = ["period", "place", "by", "level"]
    # `Cells.sums` keeps the strata of a cell together.
    cell = sums.select(pl.struct(keys).rle_id().cast(pl.Int64)).to_series().to_numpy()
    n_cells = int(cell[-1]) + 1
    share = confidence(cells)
    computed = estimates_of_sums(cells.indicator, sums, cell, n_cells, share)
    for name in ("unweighted", *DOUBTFUL, "clusters"):
        computed[name] = per_cell(cell, floats(sums, name), n_cells)
    computed["strata"] = np.bincount(cell, minlength=n_cells).astype(np.float64)
    first = sums.select(keys)[np.flatnonzero(np.diff(cell, prepend=-1))]
    found = first.hstack(_stored(computed))
    return _told(cells, level, share, found.filter(pl.col("estimate").is_not_null()))


def frame_of(found: list[Estimate]) -> pl.DataFrame:
    """The estimates by columns, as `estimate_frame` gives them."""
    columns: dict[str, list[Any]] = {name: [getattr(e, name) for e in found] for name in PLAIN}
    columns["by"] = [e.by_text for e in found]
    columns["detail"] = [_canonical(e.detail) for e in found]
    schema = dict.fromkeys(columns, pl.Float64)
    texts = ("indicator", "region", "region_level", "period", "method", "by", "detail")
    typed: dict[str, Any] = schema | dict.fromkeys(texts, pl.String) | {"n": pl.Int64}
    return pl.DataFrame(columns, schema=typed)


def _stored(computed: dict[str, Floats]) -> pl.DataFrame:
    """As stored: null for "none", and an unbounded interval has no number either."""
    finite = {n: np.where(np.isfinite(values), values, np.nan) for n, values in computed.items()}
    return pl.DataFrame(finite).select(pl.all().fill_nan(None).round_sig_figs(DIGITS))


def _told(cells: Cells, level: Level, share: float, found: pl.DataFrame) -> pl.DataFrame:
    """The computed columns with all that names and explains them."""
    indicator = cells.indicator
    exact = indicator.interval_method == "census"
    periods = {n: Period(level.period, n) for n in found["period"].unique().to_list()}
    values = found["by"].unique().to_list() if level.by else []
    broken = {value: canonical_by({str(level.by): value}) for value in values}
    found = found.with_columns(n=pl.col("n").cast(pl.Int64))
    detail = _detail(cells, exact, periods)
    return found.select(
        indicator=pl.lit(indicator.code),
        region=pl.col("place"),
        region_level="level",
        period=_mapped("period", {n: str(period) for n, period in periods.items()}),
        estimate="estimate",
        se="se",
        lower="lower",
        upper="upper",
        level=pl.lit(None if exact else share, dtype=pl.Float64),
        n="n",
        numerator=pl.col("numerator").fill_null(0.0),
        denominator="denominator",
        df="df",
        method=pl.when(pl.col("lonely").fill_null(0.0) > 0)
        .then(pl.lit(method_text(indicator, lonely=True)))
        .otherwise(pl.lit(method_text(indicator))),
        by=_mapped("by", broken) if level.by else pl.lit("{}"),
        detail=detail,
    )


def _detail(cells: Cells, exact: bool, periods: dict[int, Period]) -> pl.Expr:
    """Canonical JSON: keys in order, those that say nothing left out."""
    indicator, design = cells.indicator, cells.indicator.design
    assert cells.as_at is not None
    reached = {n: str(min(cells.as_at, period.last)) for n, period in periods.items()}
    last = {n: str(period.last) for n, period in periods.items()}
    whole = {name: pl.col(name).fill_null(0.0).cast(pl.Int64) for name in ("clusters", "strata")}
    bare = pl.col("unweighted").fill_null(0.0).cast(pl.Int64)
    said = [pl.format('"as_at":"{}"', _mapped("period", reached))]
    if design.cluster:
        said.append(pl.format('"clusters":{}', whole["clusters"]))
    said.append(pl.format('"deff":{}', pl.col("deff")))
    if design.strata:
        said.append(pl.format('"strata":{}', whole["strata"]))
    if not exact:
        thin = pl.when(pl.col("n") < indicator.minimum_n).then(pl.lit('"thin":true'))
        said.append(thin)
    said.append(pl.format('"tree_day":"{}"', _mapped("period", last)))
    if indicator.holds is not None:
        for name in reversed(DOUBTFUL):
            doubtful = pl.col(name).fill_null(0.0).cast(pl.Int64)
            said.append(pl.when(doubtful > 0).then(pl.format(f'"{name}":{{}}', doubtful)))
    if design.weight:
        some = (bare > 0) & (bare < pl.col("n"))
        said.append(pl.when(some).then(pl.format('"without_weight":{}', bare)))
    inside = pl.concat_str(said, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), inside, pl.lit("}"))


def _mapped(name: str, texts: dict[Any, str]) -> pl.Expr:
    return pl.col(name).replace_strict(list(texts), list(texts.values()), return_dtype=pl.String)


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
    if indicator.degrees != "plain":
        parts.append(f"df={indicator.degrees}")
    if indicator.within is not None:
        parts.append("within={:g}..{:g}".format(*indicator.within))
    if indicator.exposure is not None:
        parts.append(f"exposure={indicator.exposure.kind.code}")
    if lonely:
        parts.append(f"lonely={design.lonely} used")
    return "; ".join(parts)
