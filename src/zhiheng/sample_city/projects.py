"""Construction works and their acceptance: counted in full, not sampled."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from zhiheng.sample_city.draws import numbers, stream, working_days_between
from zhiheng.sample_city.places import PLACES, YEARS, year_end
from zhiheng.sample_city.population import alive, place_factor, regions_on
from zhiheng.sample_city.truth import counted

_A_YEAR = 440
_WORKS = ("building", "municipal", "road", "water")
_WORKS_SHARE = (0.48, 0.24, 0.17, 0.11)
_SIZES = ("large", "medium", "small")
_FIRST_TIME = {2024: (0.94, 0.975, 0.96), 2025: (1.0, 1.0, 0.965), 2026: (1.0, 1.0, 0.98)}
"""From 2025 on every large and medium work passes at once: the city said so and kept its word."""
_EXCELLENT = {2024: 0.33, 2025: 0.37, 2026: 0.40}
_THINGS = {
    "building": ("小学教学楼", "安置房", "社区医院", "厂房", "文化馆"),
    "municipal": ("污水管网", "公园改造", "道路照明", "供水管线"),
    "road": ("连接线", "绕城段", "桥梁加固", "农村公路"),
    "water": ("堤防加固", "泵站改造", "灌渠衬砌"),
}


def draw_projects(
    population: pl.DataFrame, seed: int, scale: float, no_waterworks: tuple[date, date]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All works accepted, and what is true of them.

    Between the days of ``no_waterworks``, both included, no waterworks are accepted.
    """
    rows = pl.concat([_year(population, year, seed, scale) for year in YEARS])
    quiet = (pl.col("works") == "water") & pl.col("occurred_on").is_between(*no_waterworks)
    rows = rows.filter(~quiet)
    rows = rows.with_columns(number=pl.Series(numbers("GC-", rows.height)))
    large = rows.filter(pl.col("size").is_in(["large", "medium"]))
    one = pl.col("area").is_not_null()
    parts = [
        counted("first_acceptance_rate", rows, pl.col("first_time"), one),
        counted("large_project_first_acceptance_rate", large, pl.col("first_time"), one),
        counted("excellent_project_rate", rows, pl.col("grade") == "excellent", one),
    ]
    return rows, pl.concat(parts)


def _year(population: pl.DataFrame, year: int, seed: int, scale: float) -> pl.DataFrame:
    rng = stream(seed, "works", year)
    builders = alive(population, date(year, 1, 1), year_end(year)).filter(
        pl.col("sector") == "contractor"
    )
    share = 0.75 if year == YEARS[-1] else 1.0
    count = max(60, round(_A_YEAR * scale * share))
    builder = builders[rng.integers(0, builders.height, count)]
    where = rng.choice(len(PLACES), count, p=[p.share for p in PLACES])
    days = working_days_between(rng, date(year, 1, 2), year_end(year), count)
    works = rng.choice(len(_WORKS), count, p=_WORKS_SHARE)
    size = rng.choice(3, count, p=(0.15, 0.35, 0.50))
    passing = np.array(_FIRST_TIME[year])[size] ** place_factor(where, "defects")
    first = rng.random(count) < passing
    excellent = rng.random(count) < _EXCELLENT[year] * (1 - 0.1 * (size == 2))
    things = np.array([[*_THINGS[w], *_THINGS[w]][:5] for w in _WORKS])
    project = np.char.add(
        np.array([p.name for p in PLACES])[where],
        things[works, rng.integers(0, 3, count)],
    )
    stage = np.char.add(rng.integers(1, 30, count).astype(str), "期")
    return pl.DataFrame(
        {
            "org": builder["org"],
            "region": regions_on(where, days),
            "occurred_on": days,
            "project": np.char.add(project, stage),
            "works": np.array(_WORKS)[works],
            "size": np.array(_SIZES)[size],
            "first_time": first,
            "grade": np.where(excellent & first, "excellent", "pass"),
            "area": np.round(rng.lognormal(np.array([10.3, 9.2, 7.8])[size], 0.4)),
        }
    )
