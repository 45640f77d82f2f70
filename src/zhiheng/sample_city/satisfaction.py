"""Satisfaction answers from a latent model: city, firm, respondent, item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import norm

from zhiheng.sample_city import questionnaire
from zhiheng.sample_city.draws import numbers, pick, stream, working_days_between
from zhiheng.sample_city.places import YEARS, quarters, year_end
from zhiheng.sample_city.population import alive, place_factor, quarter_regions, regions_on
from zhiheng.sample_city.truth import part
from zhiheng.sample_city.vocabulary import GIVEN, SECTOR_INDEX, SURNAMES

ITEMS = ("overall", "expected", "ideal")
_SECTOR_NAMES = {
    "producer_service": "生产性服务",
    "consumer_service": "居民服务",
    "catering": "餐饮",
    "retail": "零售",
}


@dataclass(frozen=True)
class Survey:
    """One yearly survey: whom it asks about, the level of each item, how many are asked."""

    domain: str
    indicator: str
    sectors: tuple[str, ...]
    level: tuple[float, float, float]
    rise: float
    firms: float
    answers: float
    long: bool = False
    """True if every item of the path model is asked."""


SURVEYS = (
    Survey("producer_service", "producer_service_satisfaction", ("producer_service",),
           (8.55, 8.45, 8.35), 0.08, 0.9, 13.0),
    Survey("consumer_service", "consumer_service_satisfaction",
           ("consumer_service", "catering", "retail"), (8.15, 8.0, 7.9), 0.05, 0.35, 13.0,
           long=True),
)  # fmt: skip
_RESPONDENT, _ITEM = 1.2, 0.8
_SPREAD = float(np.hypot(_RESPONDENT, _ITEM))
_UNANSWERED = 0.01


def draw_answers(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All answers, and the truth: mean overall score, on 0-100, over all customers of all firms.

    Firms are drawn within their trade with equal chance and are the clusters; the weight is the
    number of customers an answer stands for.
    """
    frames, parts = [], []
    for survey in SURVEYS:
        for year in YEARS:
            firms = _firms(population, survey, year, seed)
            frames.append(_answers(firms, survey, year, seed))
            score = _expected(firms["latent"] + survey.level[0])
            customers = firms["customers"].to_numpy()
            for quarter in quarters(year):
                region = quarter_regions(firms, year, quarter)
                index = (score - 1) / 9 * 100 * customers
                parts.append(part(survey.indicator, region, year, quarter, index, customers))
    frame = pl.concat(frames, how="diagonal")
    return frame.with_columns(number=pl.Series(numbers("DJ-", frame.height, 7))), pl.concat(parts)


def _firms(population: pl.DataFrame, survey: Survey, year: int, seed: int) -> pl.DataFrame:
    firms = alive(population, date(year, 1, 1), year_end(year)).filter(
        pl.col("sector").is_in(survey.sectors)
    )
    everyone = stream(seed, "customers").lognormal(0, 0.3, population.height)
    by_size = firms["size"].replace_strict(
        ["large", "medium", "small"], [900.0, 500.0, 300.0], return_dtype=pl.Float64
    )
    shift = place_factor(firms["place"].to_numpy(), "service") + firms["service"].to_numpy()
    return firms.with_columns(
        customers=np.round(by_size.to_numpy() * everyone[firms["org"].to_numpy()]),
        latent=1.1 * shift + survey.rise * (year - YEARS[0]),
    )


def _expected(latent: pl.Series) -> npt.NDArray[np.float64]:
    """Mean of a whole score from 1 to 10 cut out of a normal latent value."""
    cuts = np.arange(1, 10) + 0.5
    return np.asarray(10 - norm.cdf((cuts - latent.to_numpy()[:, None]) / _SPREAD).sum(axis=1))


def _answers(firms: pl.DataFrame, survey: Survey, year: int, seed: int) -> pl.DataFrame:
    rng = stream(seed, "answers", survey.domain, year)
    trade = firms["sector"].replace_strict(SECTOR_INDEX, return_dtype=pl.Int64).to_numpy()
    shuffled = rng.permutation(firms.height)
    order = shuffled[np.argsort(trade[shuffled], kind="stable")]
    rank = np.arange(firms.height) - np.searchsorted(trade[order], trade[order])
    in_trade = np.bincount(trade, minlength=len(SECTOR_INDEX))
    wanted = np.minimum(in_trade, np.maximum(3, np.round(survey.firms * in_trade))).astype(int)
    taken = np.sort(order[rank < wanted[trade[order]]])
    part_of_year = 0.75 if year == YEARS[-1] else 1.0
    asked = np.maximum(
        2, np.round(survey.answers * part_of_year * rng.uniform(0.7, 1.3, len(taken)))
    ).astype(int)
    weight = (in_trade / np.maximum(wanted, 1))[trade[taken]] * (
        firms["customers"].to_numpy()[taken] / asked
    )
    at = np.repeat(taken, asked)
    count = len(at)
    firm = firms[at]
    days = working_days_between(rng, date(year, 1, 2), year_end(year), count)
    respondent = _RESPONDENT * rng.standard_normal(count) + firm["latent"].to_numpy()
    sector = firm["sector"].replace_strict(_SECTOR_NAMES)
    frame = pl.DataFrame(
        {
            "org": firm["org"],
            "region": regions_on(firm["place"].to_numpy(), days),
            "occurred_on": days,
            "domain": pl.Series([survey.domain]).new_from_index(0, count),
            "sector": sector,
            **{
                item: np.clip(
                    np.rint(level + respondent + _ITEM * rng.standard_normal(count)), 1, 10
                )
                for item, level in zip(ITEMS, survey.level, strict=True)
            },
            "stratum": f"{year}" + sector,
            "weight": np.round(np.repeat(weight, asked), 4),
            "respondent": np.char.add(pick(rng, SURNAMES, count), pick(rng, GIVEN, count)),
        }
    )
    frame = frame.with_columns(
        pl.Series(item, frame[item]).set(pl.Series(rng.random(count) < _UNANSWERED), None)
        for item in ITEMS[1:]
    )
    if not survey.long:
        return frame
    asked_too = questionnaire.answers(
        respondent, stream(seed, "questionnaire", survey.domain, year)
    )
    return frame.with_columns(
        pl.Series(item, scores, nan_to_null=True) for item, scores in asked_too.items()
    )
