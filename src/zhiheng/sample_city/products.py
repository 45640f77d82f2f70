"""Product batches: annual sampling plans by size class, firms as clusters, and risk sampling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city import vocabulary as words
from zhiheng.sample_city.draws import numbers, pick, stream, working_days_between
from zhiheng.sample_city.places import YEARS, quarters, year_end
from zhiheng.sample_city.population import alive, place_factor, quarter_regions, regions_on
from zhiheng.sample_city.truth import part


@dataclass(frozen=True)
class Programme:
    """One class of goods: who makes it, how often it fails by size class, how much is sampled."""

    code: str
    name: str
    sectors: tuple[str, ...]
    failing: tuple[float, float, float]
    by_year: tuple[float, float, float]
    intensity: float
    indicator: str | None


PROGRAMMES = (
    Programme("food", "食品", ("food_maker", "retail", "catering"), (0.006, 0.018, 0.035),
              (1.45, 1.0, 0.6), 2.0, "food_pass_rate"),
    Programme("farm", "农产品", ("farm",), (0.008, 0.014, 0.022),
              (1.0, 1.0, 0.9), 2.5, "farm_product_pass_rate"),
    Programme("drug", "药品", ("drug",), (0.002, 0.005, 0.009),
              (1.0, 1.0, 1.0), 2.0, "medicine_pass_rate"),
    Programme("consumer", "消费品", ("consumer_maker",), (0.035, 0.065, 0.10),
              (1.15, 1.0, 0.9), 1.3, None),
    Programme("industrial", "工业品", ("industrial_maker",), (0.03, 0.055, 0.09),
              (1.1, 1.0, 0.9), 1.3, None),
    Programme("building", "建材", ("building_maker",), (0.05, 0.08, 0.13),
              (1.0, 1.0, 1.0), 2.0, "building_material_pass_rate"),
)  # fmt: skip
_LOTS_A_YEAR = np.array([60.0, 25.0, 8.0])
_SAMPLED_FIRMS = np.array([0.9, 0.6, 0.35])
_SAMPLED_LOTS = np.array([10.0, 6.0, 4.0])
_UNDECIDED = 0.008
_TARGETED_SHARE = 0.25
_STAGES = {"retail": "distribution", "drug": "distribution", "catering": "catering"}


def draw_products(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All sampled batches and their truth.

    Each year and class of goods has its own plan. Random plan: within a size class, firms are
    drawn without replacement with equal chance and a number of the firm's lots is taken; the
    weight is the number of lots that one sampled lot stands for. Risk plan: firms are drawn with
    a chance proportional to what is known against them; no weight.
    """
    frames, parts = [], []
    for programme in PROGRAMMES:
        for year in YEARS:
            firms = _firms(population, programme, year, seed)
            sampled = _random_plan(firms, programme, year, seed)
            aimed = _risk_plan(firms, programme, year, seed, round(len(sampled) * _TARGETED_SHARE))
            frames += [sampled, aimed]
            parts.append(_truth(firms, programme, year, len(aimed)))
    return pl.concat(frames), pl.concat(parts)


def _firms(population: pl.DataFrame, programme: Programme, year: int, seed: int) -> pl.DataFrame:
    """The plan's frame: firms on the register all year, with their lots and chance to fail."""
    firms = alive(population, date(year, 1, 1), year_end(year)).filter(
        pl.col("sector").is_in(programme.sectors)
    )
    size = _size_index(firms)
    everyone = stream(seed, "lots", programme.code).lognormal(-0.045, 0.3, population.height)
    failing = (
        np.array(programme.failing)[size]
        * programme.by_year[YEARS.index(year)]
        * place_factor(firms["place"].to_numpy(), "defects")
        * firms["luck"].to_numpy()
    )
    return firms.with_columns(
        lots=np.maximum(1.0, np.round(_LOTS_A_YEAR[size] * everyone[firms["org"].to_numpy()])),
        failing=np.minimum(failing, 0.6),
    )


def _random_plan(firms: pl.DataFrame, programme: Programme, year: int, seed: int) -> pl.DataFrame:
    rng = stream(seed, "random plan", programme.code, year)
    part_of_year = 0.75 if year == YEARS[-1] else 1.0
    size = _size_index(firms)
    in_class = np.bincount(size, minlength=3)
    wanted = np.minimum(in_class, np.maximum(3, np.round(_SAMPLED_FIRMS * in_class))).astype(int)
    shuffled = rng.permutation(firms.height)
    order = shuffled[np.argsort(size[shuffled], kind="stable")]
    rank = np.arange(firms.height) - np.searchsorted(size[order], size[order])
    taken = np.sort(order[rank < wanted[size[order]]])
    lots = firms["lots"].to_numpy()[taken]
    share = _SAMPLED_LOTS[size[taken]] * programme.intensity * part_of_year
    sampled = np.clip(np.round(share * rng.uniform(0.75, 1.25, len(taken))), 1, lots).astype(int)
    weight = in_class[size[taken]] / wanted[size[taken]] * lots / sampled
    at = np.repeat(taken, sampled)
    frame = _batches(firms, at, programme, year, rng, f"{year}CJ{programme.code[:2].upper()}")
    classes = np.array([words.SIZE_NAMES[c] for c in words.CLASSES])
    return frame.with_columns(
        sampling=pl.lit("random"),
        stratum=pl.Series(np.char.add(f"{year}{programme.name}", classes[size[at]])),
        weight=pl.Series(np.round(np.repeat(weight, sampled), 4)),
    )


def _risk_plan(
    firms: pl.DataFrame, programme: Programme, year: int, seed: int, count: int
) -> pl.DataFrame:
    rng = stream(seed, "risk plan", programme.code, year)
    at = rng.choice(firms.height, count, p=_risk_chance(firms))
    frame = _batches(firms, at, programme, year, rng, f"{year}FX{programme.code[:2].upper()}")
    return frame.with_columns(
        sampling=pl.lit("targeted"),
        stratum=pl.lit(None, pl.String),
        weight=pl.lit(None, pl.Float64),
    )


def _risk_chance(firms: pl.DataFrame) -> npt.NDArray[np.float64]:
    known = (firms["failing"] * firms["lots"]).to_numpy()
    return np.asarray(known / known.sum())


def _batches(
    firms: pl.DataFrame,
    at: npt.NDArray[np.int64],
    programme: Programme,
    year: int,
    rng: np.random.Generator,
    prefix: str,
) -> pl.DataFrame:
    """One row for each sampled lot of the firms at these positions."""
    count = len(at)
    firm = firms[at]
    days = working_days_between(rng, date(year, 1, 2), year_end(year), count)
    fails = rng.random(count) < firm["failing"].to_numpy()
    result = np.where(fails, "fail", "pass")
    result = np.where(rng.random(count) < _UNDECIDED, "undecided", result)
    fault = pl.Series(pick(rng, words.FAULTS[programme.code], count))
    made = days - rng.integers(3, 60, count).astype("timedelta64[D]")
    stage = firm["sector"].replace_strict(_STAGES, default="production")
    return pl.DataFrame(
        {
            "number": numbers(f"{prefix}-", count),
            "org": firm["org"],
            "region": regions_on(firm["place"].to_numpy(), days),
            "occurred_on": days,
            "product": pick(rng, words.GOODS[programme.code], count),
            "product_class": pl.Series([programme.code]).new_from_index(0, count),
            "model": pick(rng, ("500g", "250ml", "1kg", "A型", "B型", "标准型"), count),
            "lot": pl.Series(made).dt.strftime("%Y%m%d"),
            "authority_level": pick(rng, ("provincial", "city", "county"), count, (0.2, 0.5, 0.3)),
            "stage": stage,
            "result": result,
            "failed_items": fault.set(pl.Series(result != "fail"), None),
        }
    )


def _truth(firms: pl.DataFrame, programme: Programme, year: int, aimed: int) -> pl.DataFrame:
    """Per quarter: lots and lots expected to pass; for the risk plan draws and finds expected."""
    lots = firms["lots"].to_numpy() / 4
    failing = firms["failing"].to_numpy()
    chance = _risk_chance(firms) * aimed / len(quarters(year))
    parts = []
    for quarter in quarters(year):
        region = quarter_regions(firms, year, quarter)
        named = [programme.indicator] if programme.indicator else []
        for indicator in ["product_pass_rate", *named]:
            parts.append(part(indicator, region, year, quarter, lots * (1 - failing), lots))
        parts.append(
            part("nonconforming_discovery_rate", region, year, quarter, chance * failing, chance)
        )
    return pl.concat(parts)


def _size_index(firms: pl.DataFrame) -> npt.NDArray[np.int64]:
    return firms["size"].replace_strict(words.CLASSES, range(3), return_dtype=pl.Int64).to_numpy()
