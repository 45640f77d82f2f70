"""The organisations of the sample city: who they are, where, how large and how good."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city import vocabulary as words
from zhiheng.sample_city.codes import credit_codes
from zhiheng.sample_city.draws import days_between, pick, stream
from zhiheng.sample_city.places import (
    CITY,
    MERGED,
    MERGED_INTO,
    MERGED_ON,
    PLACES,
    ZONE,
)

ORGANISATIONS_AT_SCALE_1 = 2_000
FEWEST = 150
_SIZE_SHARES = (0.07, 0.23, 0.70)
_AUTHORITY = {"enterprise": "91", "sole_trader": "92", "cooperative": "93"}
_LEGAL_FORM = {"enterprise": "有限公司", "sole_trader": "店", "cooperative": "专业合作社"}
_NAMESAKES = 0.006


def build_population(seed: int, scale: float) -> pl.DataFrame:
    """One row an organisation, its index in ``org``.

    Columns: org, uscc, name, trading_name, place (index into PLACES), region (key on the day of
    founding), sector, size (large, medium, small), above_scale, category, industry, premises,
    registered_on, ended_on, address, representative, luck (how bad its own defects are, as a
    factor of mean 1) and service (its own shift of latent satisfaction).
    """
    rng = stream(seed, "population")
    count = max(FEWEST, round(ORGANISATIONS_AT_SCALE_1 * scale))
    sector = np.sort(_quota(count, [s.share for s in words.SECTORS]))
    place = rng.choice(len(PLACES), count, p=[p.share for p in PLACES])
    size = rng.choice(3, count, p=_SIZE_SHARES)
    sole = rng.random(count) < np.array([s.sole_traders for s in words.SECTORS])[sector]
    size = np.where(sole, 2, size)
    category = np.where(sole, "sole_trader", np.array([s.category for s in words.SECTORS])[sector])
    keys = np.array([p.key for p in PLACES])[place]
    six = np.where(keys == ZONE, CITY, keys)
    two = np.array([_AUTHORITY[c] for c in category])
    name, trading_name = _names(rng, sector, place, category)
    registered = _registered(rng, count)
    made_of = np.array([s.industry for s in words.SECTORS])[sector]
    return pl.DataFrame(
        {
            "org": np.arange(count),
            "uscc": credit_codes(two, six, seed),
            "name": name,
            "trading_name": trading_name,
            "place": place,
            "region": keys,
            "sector": np.array([s.code for s in words.SECTORS])[sector],
            "size": np.array(words.CLASSES)[size],
            "above_scale": (size < 2) & np.isin(made_of, ["C", "E", "M"]),
            "category": category,
            "industry": made_of,
            "premises": np.array([s.premises for s in words.SECTORS])[sector],
            "registered_on": registered,
            "ended_on": _ended(rng, registered),
            "address": np.char.add(
                pick(rng, words.ROADS, count), np.char.add(_digits(rng, count, 1, 400), "号")
            ),
            "representative": np.char.add(
                pick(rng, words.SURNAMES, count), pick(rng, words.GIVEN, count)
            ),
            "luck": rng.lognormal(-0.125, 0.5, count),
            "service": rng.normal(0.0, 0.25, count),
        }
    )


def regions_on(places: npt.NDArray[np.int64], days: npt.NDArray[np.datetime64]) -> pl.Series:
    """The region key each organisation lies in on its day: the merged district ends in 2025."""
    keys = np.array([p.key for p in PLACES])[places]
    moved = (keys == MERGED) & (days >= np.datetime64(MERGED_ON))
    return pl.Series("region", np.where(moved, MERGED_INTO, keys))


def alive(population: pl.DataFrame, first: date, last: date | None = None) -> pl.DataFrame:
    """The organisations on the register on ``first``, and still so on ``last`` if given."""
    until = last or first
    return population.filter(
        (pl.col("registered_on") <= first)
        & (pl.col("ended_on").is_null() | (pl.col("ended_on") > until))
    )


def place_factor(places: npt.NDArray[np.int64], trait: str) -> npt.NDArray[np.float64]:
    """A trait of the places (``defects``, ``service``, ``haste``) for each organisation."""
    return np.array([getattr(p, trait) for p in PLACES], dtype=np.float64)[places]


def _quota(count: int, shares: list[float]) -> npt.NDArray[np.int64]:
    """Exactly proportional shares, so that a small city still has every sector."""
    edges = np.cumsum(shares) / np.sum(shares) * count
    return np.minimum(np.searchsorted(edges, np.arange(count), side="right"), len(shares) - 1)


def _names(
    rng: np.random.Generator,
    sector: npt.NDArray[np.int64],
    place: npt.NDArray[np.int64],
    category: npt.NDArray[np.str_],
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
    """Registered and trading names; a few organisations share theirs with another's."""
    count = len(sector)
    first, second = np.array(words.FIRST), np.array(words.SECOND)
    most = max(len(s.words) for s in words.SECTORS)
    table = np.array([[*s.words, *s.words * most][:most] for s in words.SECTORS])
    lengths = np.array([len(s.words) for s in words.SECTORS])
    rank = np.arange(count) - np.searchsorted(sector, sector)
    brands = len(first) * len(second)
    brand_at = (rank * 389 + sector * 101) % brands
    brand = np.char.add(first[brand_at % len(first)], second[brand_at // len(first)])
    again = rank // brands
    word = table[sector, (rank + again) % lengths[sector]]
    series = np.where(again > 0, np.char.add("第", np.char.add((again + 1).astype(str), "")), "")
    district = np.char.replace(np.array([p.name for p in PLACES])[place], "衡川", "")
    seat = np.where(category == "sole_trader", np.char.add("衡川市", district), "衡川")
    core = np.char.add(np.char.add(brand, series), word)
    form = np.array([_LEGAL_FORM[c] for c in category])
    name = np.char.add(np.char.add(seat, core), form)
    alike = rng.random(count) < _NAMESAKES
    alike[0] = False
    same = np.flatnonzero(alike & (np.roll(category, 1) == category))
    name[same] = name[same - 1]
    return name, core


def _registered(rng: np.random.Generator, count: int) -> npt.NDArray[np.datetime64]:
    """Nine in ten before 2024, the others spread over the simulated days."""
    old = days_between(rng, date(2003, 1, 1), date(2023, 12, 31), count)
    new = days_between(rng, date(2024, 1, 1), date(2026, 9, 1), count)
    return np.where(rng.random(count) < 0.9, old, new)


def _ended(rng: np.random.Generator, registered: npt.NDArray[np.datetime64]) -> pl.Series:
    """About one in sixteen leaves the register, at least half a year after it came."""
    count = len(registered)
    day = days_between(rng, date(2024, 7, 1), date(2026, 8, 31), count)
    ends = (rng.random(count) < 0.06) & (day > registered + np.timedelta64(180, "D"))
    return pl.Series("ended_on", day).set(pl.Series(~ends), None)


def _digits(rng: np.random.Generator, count: int, low: int, high: int) -> npt.NDArray[np.str_]:
    return rng.integers(low, high, count).astype(str)


def quarter_regions(organisations: pl.DataFrame, year: int, quarter: int) -> pl.Series:
    """The region of every organisation in the middle of a quarter."""
    middle = np.datetime64(date(year, 3 * quarter - 1, 15))
    return regions_on(organisations["place"].to_numpy(), np.full(organisations.height, middle))
