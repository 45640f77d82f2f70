"""Complaints and how long they take."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city.draws import days_between, numbers, pick, stream
from zhiheng.sample_city.places import LAST_DAY, YEARS, quarter_days, quarters
from zhiheng.sample_city.population import alive, place_factor, quarter_regions, regions_on
from zhiheng.sample_city.truth import counted, part
from zhiheng.sample_city.vocabulary import GIVEN, SURNAMES

_A_YEAR = {
    "catering": 1.5,
    "retail": 1.4,
    "consumer_service": 1.6,
    "drug": 0.6,
    "food_maker": 0.6,
    "consumer_maker": 0.9,
    "contractor": 0.9,
    "building_maker": 0.5,
}
_OTHERS_A_YEAR = 0.25
_BY_YEAR = {2024: 1.15, 2025: 1.0, 2026: 0.8}
DAYS_ALLOWED = 60
"""Days from acceptance to the end of mediation that the city's hotline writes on each case."""
_TYPICAL_DAYS, _SPREAD = 24.0, 0.55
_ENDS = {"closed": 0.95, "withdrawn": 0.03, "duplicate": 0.02}
_TOPICS = {
    "contractor": "engineering",
    "catering": "hygiene",
    "consumer_service": "service",
    "producer_service": "service",
    "retail": "product",
}


def draw_complaints(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All complaints with the day each is closed in the end, and their truth.

    A case is closed the given number of days after acceptance, log-normal with a median that
    the district sets. ``end`` says how it ends: closed, withdrawn or duplicate.
    """
    frames, parts = [], []
    for year in YEARS:
        for quarter in quarters(year):
            first, last = quarter_days(year, quarter)
            firms = alive(population, first, last)
            expected = _expected(firms, year)
            rng = stream(seed, "complaints", year, quarter)
            at = np.repeat(np.arange(firms.height), rng.poisson(expected))
            frames.append(_cases(firms, at, year, quarter, rng))
            region = quarter_regions(firms, year, quarter)
            once = 10_000 * expected * (1 - _ENDS["duplicate"])
            standing = alive(population, last)
            parts += [
                part("complaints_per_10k", region, year, quarter, once, np.zeros(firms.height)),
                part(
                    "complaints_per_10k",
                    quarter_regions(standing, year, quarter),
                    year,
                    quarter,
                    np.zeros(standing.height),
                    np.ones(standing.height),
                ),
            ]
    frame = pl.concat(frames)
    parts.append(_handled(frame))
    return frame.with_columns(number=pl.Series(numbers("TS-", frame.height, 7))), pl.concat(parts)


def _handled(cases: pl.DataFrame) -> pl.DataFrame:
    """What fell due by the last day, counted in the period in which it fell due."""
    due = cases.filter((pl.col("end") == "closed") & (pl.col("due_on") <= LAST_DAY))
    in_time = pl.col("closed_on") <= pl.col("due_on")
    placed = due.with_columns(pl.col("due_on").alias("occurred_on"))
    return counted(
        "complaints_in_time_rate",
        placed.with_columns(in_time=in_time),
        pl.col("in_time"),
        pl.col("in_time").is_not_null(),
    )


def _expected(firms: pl.DataFrame, year: int) -> npt.NDArray[np.float64]:
    base = firms["sector"].replace_strict(_A_YEAR, default=_OTHERS_A_YEAR, return_dtype=pl.Float64)
    larger = firms["size"].replace_strict(
        ["large", "medium", "small"], [3.0, 1.6, 0.8], return_dtype=pl.Float64
    )
    yearly = (base * larger).to_numpy() * _BY_YEAR[year]
    return np.asarray(yearly * np.sqrt(firms["luck"].to_numpy()) / 4)


def _median_days(firms: pl.DataFrame, year: int) -> npt.NDArray[np.float64]:
    faster = {2024: 1.1, 2025: 1.0, 2026: 0.9}[year]
    return _TYPICAL_DAYS * faster * place_factor(firms["place"].to_numpy(), "haste")


def _cases(
    firms: pl.DataFrame,
    at: npt.NDArray[np.int64],
    year: int,
    quarter: int,
    rng: np.random.Generator,
) -> pl.DataFrame:
    count = len(at)
    firm = firms[at]
    received = days_between(rng, *quarter_days(year, quarter), count)
    accepted = received + rng.integers(0, 7, count).astype("timedelta64[D]")
    took = np.floor(_median_days(firm, year) * rng.lognormal(0, _SPREAD, count))
    closed = accepted + took.astype("timedelta64[D]")
    end = pick(rng, tuple(_ENDS), count, tuple(_ENDS.values()))
    recovered = np.where(rng.random(count) < 0.4, np.round(rng.lognormal(5.5, 1.1, count), 2), 0.0)
    phone = np.char.add("100", np.char.zfill(rng.integers(0, 10**8, count).astype(str), 8))
    return pl.DataFrame(
        {
            "org": firm["org"],
            "region": regions_on(firm["place"].to_numpy(), received),
            "occurred_on": received,
            "channel": pick(rng, ("12345", "12315", "visit", "online"), count, (5, 3, 1, 1)),
            "topic": firm["sector"].replace_strict(_TOPICS, default="product"),
            "accepted_on": accepted,
            "due_on": accepted + np.timedelta64(DAYS_ALLOWED, "D"),
            "closed_on": closed,
            "recovered": recovered,
            "end": end,
            "complainant": np.char.add(pick(rng, SURNAMES, count), pick(rng, GIVEN, count)),
            "phone": phone,
        }
    )
