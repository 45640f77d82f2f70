"""The known truth of the sample city, kept beside the data so that estimates can be judged.

A *part* is a small table: indicator, region (as it was filed then), year, quarter, numerator,
denominator. Summed over any set of regions and quarters, numerator over denominator is the true
value there. Rates drawn by chance have the probability behind the draw as their truth; what is
counted in full (``census``) has what happened.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city.places import CITY, LAST_DAY, tree

PART: dict[str, type[pl.DataType]] = {
    "indicator": pl.String,
    "region": pl.String,
    "year": pl.Int32,
    "quarter": pl.Int32,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
}
TOTALS = frozenset({"penalty_total"})
"""Indicators whose value is the numerator itself."""

STOCKS = frozenset({"certified_share", "above_scale_certified_share"})
"""Counted at the period's end: of a year, its last quarter alone."""

FLOWS_OVER_STOCKS = frozenset({"complaints_per_10k"})
"""What happened in the period over what stands at its end."""


def part(
    indicator: str,
    region: pl.Series,
    year: int,
    quarter: int,
    numerator: npt.NDArray[np.float64],
    denominator: npt.NDArray[np.float64],
) -> pl.DataFrame:
    """The part of one quarter from one row for each organisation."""
    return (
        pl.DataFrame({"region": region, "numerator": numerator, "denominator": denominator})
        .group_by("region", maintain_order=True)
        .sum()
        .select(
            pl.lit(indicator).alias("indicator"),
            "region",
            pl.lit(year, pl.Int32).alias("year"),
            pl.lit(quarter, pl.Int32).alias("quarter"),
            pl.col("numerator").cast(pl.Float64),
            pl.col("denominator").cast(pl.Float64),
        )
    )


def counted(
    indicator: str, rows: pl.DataFrame, numerator: pl.Expr, denominator: pl.Expr
) -> pl.DataFrame:
    """The part of what is counted in full, from rows with region and occurred_on."""
    return (
        rows.group_by(
            "region",
            pl.col("occurred_on").dt.year().cast(pl.Int32).alias("year"),
            pl.col("occurred_on").dt.quarter().cast(pl.Int32).alias("quarter"),
            maintain_order=True,
        )
        .agg(
            numerator.sum().cast(pl.Float64).alias("numerator"),
            denominator.sum().cast(pl.Float64).alias("denominator"),
        )
        .select(pl.lit(indicator).alias("indicator"), *list(PART)[1:])
    )


def rates(parts: pl.DataFrame) -> list[dict[str, Any]]:
    """True values by indicator × region × period, on the tree of the period's last day.

    The city's value sums all its regions, but a reported figure speaks of its own region only;
    ``value`` is None where nothing could be counted.
    """
    reported = pl.col("indicator").str.starts_with("reported_")
    found: list[dict[str, Any]] = []
    for period, rows in _periods(parts):
        view = tree().as_of(last_day(period))
        keys = {key: view.current(key) for key in rows["region"].unique()}
        placed = rows.with_columns(pl.col("region").replace_strict(keys, return_dtype=pl.String))
        # A district that was merged reports no longer: the figure of its successor stands.
        placed = placed.filter(~reported | (rows["region"] == placed["region"]))
        districts = placed.filter((pl.col("region") != CITY) | reported)
        city = placed.filter(~reported).with_columns(pl.lit(CITY).alias("region"))
        table = (
            pl.concat([districts, city])
            .group_by("indicator", "region")
            .agg(_summed("numerator", STOCKS), _summed("denominator", STOCKS | FLOWS_OVER_STOCKS))
            .sort("indicator", "region")
        )
        found.extend(_rate(row, period) for row in table.iter_rows(named=True))
    return found


def _summed(column: str, stocks: frozenset[str]) -> pl.Expr:
    """The sum over quarters, of a stock the last quarter's."""
    last = pl.col("quarter") == pl.col("quarter").max()
    stock = pl.col("indicator").first().is_in(list(stocks))
    return pl.when(stock).then(pl.col(column).filter(last).sum()).otherwise(pl.col(column).sum())


def last_day(period: str) -> date:
    """The last day of ``2025`` or ``2025Q3``, at most the last simulated day."""
    year, _q, quarter = period.partition("Q")
    month = 3 * int(quarter) if quarter else 12
    end = date(int(year) + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return min(end, LAST_DAY)


def _periods(parts: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    years = [(str(y), parts.filter(pl.col("year") == y)) for y in _values(parts["year"])]
    quarters = [
        (f"{y}Q{q}", parts.filter((pl.col("year") == y) & (pl.col("quarter") == q)))
        for y in _values(parts["year"])
        for q in _values(parts.filter(pl.col("year") == y)["quarter"])
    ]
    return years + quarters


def _values(column: pl.Series) -> list[int]:
    return sorted(int(v) for v in np.unique(column.to_numpy()))


def _rate(row: dict[str, Any], period: str) -> dict[str, Any]:
    total = row["indicator"] in TOTALS
    below = row["denominator"]
    value = row["numerator"] if total else row["numerator"] / below if below else None
    return {
        "indicator": row["indicator"],
        "region": row["region"],
        "period": period,
        "value": None if value is None else round(value, 6),
        "numerator": round(row["numerator"], 4),
        "denominator": round(below, 4),
    }
