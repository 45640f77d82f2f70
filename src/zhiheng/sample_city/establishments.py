"""Establishment inspections: double-random draws by risk class, and the visits beside them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city.draws import numbers, pick, stream, working_days_between
from zhiheng.sample_city.places import YEARS, quarter_days, quarters
from zhiheng.sample_city.population import alive, place_factor, quarter_regions, regions_on
from zhiheng.sample_city.truth import part
from zhiheng.sample_city.vocabulary import GIVEN, SURNAMES

RISKS = ("high", "medium", "low")
_RISK_NAMES = ("高", "中", "低")
_DRAWN = np.array([0.45, 0.28, 0.16])
_FOUND_BAD = 0.10
_OUTRIGHT_FAILURE = 0.35
_BESIDE = {"routine": 0.30, "special": 0.07, "complaint": 0.05}
"""Visits a quarter for each establishment, beside the random draw."""


def draw_establishments(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All visits, and the truth: how many of the visits so arranged would pass on average."""
    population = population.with_columns(
        risk=_risk(population, seed),
        bad=np.minimum(
            _FOUND_BAD
            * place_factor(population["place"].to_numpy(), "defects")
            * population["luck"].to_numpy(),
            0.8,
        ),
    )
    frames, parts = [], []
    for year in YEARS:
        for quarter in quarters(year):
            first, last = quarter_days(year, quarter)
            houses = alive(population, first, last)
            frames.append(_random(houses, year, quarter, seed))
            frames += [_beside(houses, year, quarter, seed, o) for o in _BESIDE]
            expected = _expected_visits(houses)
            parts.append(
                part(
                    "establishment_compliance_rate",
                    quarter_regions(houses, year, quarter),
                    year,
                    quarter,
                    expected * (1 - houses["bad"].to_numpy()),
                    expected,
                )
            )
    frame = pl.concat(frames)
    return frame.with_columns(number=pl.Series(numbers("JC-", frame.height, 7))), pl.concat(parts)


def _risk(population: pl.DataFrame, seed: int) -> npt.NDArray[np.int64]:
    """Risk class as the department sees it: it knows a firm's luck only roughly."""
    seen = population["luck"].to_numpy() * stream(seed, "risk").lognormal(0, 0.5, population.height)
    return np.where(seen > 1.6, 0, np.where(seen > 0.85, 1, 2))


def _expected_visits(houses: pl.DataFrame) -> npt.NDArray[np.float64]:
    """How many visits each house gets in a quarter on average, for whatever reason."""
    bad = houses["bad"].to_numpy()
    drawn = _wanted(houses)[1][houses["risk"].to_numpy()]
    after_complaint = _BESIDE["complaint"] * houses.height * bad / bad.sum()
    return np.asarray(drawn + _BESIDE["routine"] + _BESIDE["special"] + after_complaint)


def _wanted(houses: pl.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Houses to draw in each risk class, and the chance of each that this means."""
    in_class = np.bincount(houses["risk"].to_numpy(), minlength=3)
    wanted = np.minimum(in_class, np.maximum(2, np.round(_DRAWN * in_class))).astype(int)
    return wanted, wanted / np.maximum(in_class, 1)


def _random(houses: pl.DataFrame, year: int, quarter: int, seed: int) -> pl.DataFrame:
    rng = stream(seed, "double random", year, quarter)
    risk = houses["risk"].to_numpy()
    wanted, chance = _wanted(houses)
    shuffled = rng.permutation(houses.height)
    order = shuffled[np.argsort(risk[shuffled], kind="stable")]
    rank = np.arange(houses.height) - np.searchsorted(risk[order], risk[order])
    at = np.sort(order[rank < wanted[risk[order]]])
    names = np.array([f"{year}Q{quarter}风险{n}" for n in _RISK_NAMES])
    return _visits(houses, at, year, quarter, rng, "random").with_columns(
        stratum=pl.Series(names[risk[at]]),
        weight=pl.Series(np.round(1 / chance[risk[at]], 4)),
    )


def _beside(
    houses: pl.DataFrame, year: int, quarter: int, seed: int, occasion: str
) -> pl.DataFrame:
    """Visits for a reason; those after a complaint find the bad houses more often."""
    rng = stream(seed, occasion, year, quarter)
    count = round(_BESIDE[occasion] * houses.height)
    bad = houses["bad"].to_numpy()
    known = bad if occasion == "complaint" else np.ones(houses.height)
    at = rng.choice(houses.height, count, p=known / known.sum())
    return _visits(houses, at, year, quarter, rng, occasion).with_columns(
        stratum=pl.lit(None, pl.String), weight=pl.lit(None, pl.Float64)
    )


def _visits(
    houses: pl.DataFrame,
    at: npt.NDArray[np.int64],
    year: int,
    quarter: int,
    rng: np.random.Generator,
    occasion: str,
) -> pl.DataFrame:
    count = len(at)
    house = houses[at]
    days = working_days_between(rng, *quarter_days(year, quarter), count)
    bad = rng.random(count) < house["bad"].to_numpy()
    outright = bad & (rng.random(count) < _OUTRIGHT_FAILURE)
    result = np.where(outright, "fail", np.where(bad, "conditional", "pass"))
    serious = rng.poisson(np.where(bad, 1.2, 0.05))
    minor = rng.poisson(np.where(bad, 2.5, 0.6))
    critical = outright.astype(np.int64)
    return pl.DataFrame(
        {
            "org": house["org"],
            "region": regions_on(house["place"].to_numpy(), days),
            "occurred_on": days,
            "premises": house["premises"],
            "risk": np.array(RISKS)[house["risk"].to_numpy()],
            "occasion": pl.Series([occasion]).new_from_index(0, count),
            "result": result,
            "score": np.maximum(40.0, 98.0 - 15 * critical - 5 * serious - 1.5 * minor),
            "critical": critical,
            "serious": serious,
            "minor": minor,
            "inspector": np.char.add(pick(rng, SURNAMES, count), pick(rng, GIVEN, count)),
        }
    )
