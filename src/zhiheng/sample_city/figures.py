"""Counts and shares that departments and districts report about themselves."""

from __future__ import annotations

from datetime import date

import polars as pl

from zhiheng.sample_city.draws import stream
from zhiheng.sample_city.places import CITY, MERGED, MERGED_ON, PLACES, SILENT, YEARS, year_end
from zhiheng.sample_city.truth import PART

CITY_FIGURES = {
    "reported_standards_national": ("项", (18.0, 25.0, 31.0)),
    "reported_quality_awards": ("个", (4.0, 6.0, 9.0)),
    "reported_standardisation_rate": ("%", (0.62, 0.71, 0.78)),
}
"""Figures that the city's quality office keeps; counts are cumulative."""

DISTRICT_FIGURES = {
    "reported_standards_local": ("项", 3.0, 1.6),
    "reported_brands": ("个", 12.0, 3.0),
    "reported_geographic_indications": ("个", 1.0, 0.4),
    "reported_demonstration_zones": ("个", 1.0, 0.5),
}
"""Figures that each district reports: unit, level at the start, growth a year."""


def draw_figures(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Year-end figures, and as truth what was reported; the silent district reports none."""
    rng = stream(seed, "figures")
    rows: list[tuple[str, str, date, str, float, str]] = []
    for year in YEARS:
        day = year_end(year)
        for code, (unit, values) in CITY_FIGURES.items():
            rows.append((CITY, code, day, f"{year}-{CITY}-{code}", values[YEARS.index(year)], unit))
        for place in PLACES:
            if place.key == SILENT or (place.key == MERGED and day >= MERGED_ON):
                continue
            for code, (unit, level, growth) in DISTRICT_FIGURES.items():
                size = 4 * place.share / place.defects**0.5 + 0.5
                grown = level * size + growth * size * (year - YEARS[0]) + rng.uniform(0, 0.8)
                number = f"{year}-{place.key}-{code}"
                rows.append((place.key, code, day, number, float(int(grown)), unit))
    frame = pl.DataFrame(
        rows,
        schema=["region", "indicator", "occurred_on", "number", "value", "unit"],
        orient="row",
    ).with_columns(org=pl.lit(None, pl.Int64))
    truth = frame.select(
        "indicator",
        "region",
        pl.col("occurred_on").dt.year().cast(pl.Int32).alias("year"),
        pl.col("occurred_on").dt.quarter().cast(pl.Int32).alias("quarter"),
        pl.col("value").alias("numerator"),
        pl.lit(1.0).alias("denominator"),
    ).cast(dict(PART))  # type: ignore[arg-type]
    return frame, truth
