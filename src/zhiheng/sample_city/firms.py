"""What is on file about firms: register, certificates, penalties, quality-cost returns."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.sample_city.draws import days_between, numbers, pick, stream
from zhiheng.sample_city.places import FIRST_DAY, LAST_DAY, YEARS, quarter_days, quarters
from zhiheng.sample_city.population import alive, place_factor, quarter_regions, regions_on
from zhiheng.sample_city.truth import counted, part
from zhiheng.sample_city.vocabulary import SIZE_NAMES

MAKERS = ("food_maker", "consumer_maker", "industrial_maker", "building_maker")
_OUTPUT = {"large": 6_000.0, "medium": 1_400.0, "small": 220.0}
_PANEL = {"large": 1.0, "medium": 0.6, "small": 0.2}
_LOSS = {2024: 0.0135, 2025: 0.0120, 2026: 0.0105}


def register(population: pl.DataFrame) -> pl.DataFrame:
    """The register of organisations, under the region each was founded in."""
    days = population["registered_on"].to_numpy()
    return population.select(
        "org",
        pl.format("ZC{}", pl.col("org").cast(pl.String).str.zfill(8)).alias("number"),
        regions_on(population["place"].to_numpy(), days),
        pl.col("registered_on").alias("occurred_on"),
        "category",
        "industry",
        "above_scale",
        "address",
        "ended_on",
        "representative",
    )


def draw_certificates(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Certificates, and the true shares of certified organisations at each quarter's end."""
    rng = stream(seed, "certificates")
    quality = rng.random(population.height) < np.where(population["above_scale"], 0.66, 0.05)
    other = rng.random(population.height) < np.where(population["above_scale"], 0.30, 0.02)
    orgs = np.concatenate([np.flatnonzero(quality), np.flatnonzero(other)])
    scheme = np.where(
        np.arange(len(orgs)) < quality.sum(),
        "quality",
        pick(rng, ("environment", "safety", "compulsory", "service"), len(orgs)),
    )
    drawn = days_between(rng, date(2021, 1, 10), date(2026, 8, 31), len(orgs))
    known = population["registered_on"].to_numpy()[orgs].astype("datetime64[D]")
    first = np.minimum(np.maximum(drawn, known + np.timedelta64(30, "D")), np.datetime64(LAST_DAY))
    # A certificate holds for three years; most holders renew it.
    again = first + np.timedelta64(3 * 365, "D")
    renewed = (rng.random(len(orgs)) < 0.9) & (again <= np.datetime64(LAST_DAY))
    orgs = np.concatenate([orgs, orgs[renewed]])
    issued = np.concatenate([first, again[renewed]])
    scheme = np.concatenate([scheme, scheme[renewed]])
    count = len(orgs)
    holder = population[orgs]
    days = pl.Series(issued)
    rows = pl.DataFrame(
        {
            "number": numbers("HCRZ-", count),
            "org": holder["org"],
            "region": regions_on(holder["place"].to_numpy(), issued),
            "occurred_on": days,
            "scheme": scheme,
            "valid_until": days.dt.offset_by("3y").dt.offset_by("-1d"),
            "state": pick(rng, ("valid", "suspended", "withdrawn"), count, (0.95, 0.03, 0.02)),
            "certifier": pick(rng, ("衡川质信认证中心", "示例标准认证公司", "衡川检认院"), count),
        }
    )
    return rows, _certified(population, rows)


def _certified(population: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    systems = ["quality", "environment", "safety"]
    valid = rows.filter(pl.col("scheme").is_in(systems) & (pl.col("state") == "valid"))
    parts = []
    for year in YEARS:
        for quarter in quarters(year):
            _first, last = quarter_days(year, quarter)
            firms = alive(population, last).filter(pl.col("category") == "enterprise")
            holders = valid.filter(
                (pl.col("occurred_on") <= last) & (pl.col("valid_until") >= last)
            )["org"]
            held = firms["org"].is_in(holders.implode()).cast(pl.Float64).to_numpy()
            above = firms["above_scale"].cast(pl.Float64).to_numpy()
            region = quarter_regions(firms, year, quarter)
            for name, among in (
                ("certified_share", np.ones(firms.height)),
                ("above_scale_certified_share", above),
            ):
                parts.append(part(name, region, year, quarter, held * among, among))
    return pl.concat(parts)


def draw_penalties(
    products: pl.DataFrame, visits: pl.DataFrame, population: pl.DataFrame, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Penalties after some of the failed batches and visits, and their true sum."""
    rng = stream(seed, "penalties")
    cause = pl.concat(
        [
            products.filter(pl.col("result") == "fail").select(
                "org",
                "occurred_on",
                pl.when(pl.col("product_class").is_in(["food", "farm"]))
                .then(pl.lit("food"))
                .otherwise(pl.lit("product"))
                .alias("violation"),
            ),
            visits.filter(pl.col("result") == "fail").select(
                "org", "occurred_on", pl.lit("other").alias("violation")
            ),
        ]
    )
    cause = cause.filter(pl.Series(rng.random(cause.height) < 0.55))
    count = cause.height
    later = rng.integers(30, 110, count).astype("timedelta64[D]")
    days = cause["occurred_on"].to_numpy().astype("datetime64[D]") + later
    sanction = pick(rng, ("fine", "confiscation", "warning", "suspension"), count, (70, 12, 15, 3))
    amount = np.where(
        np.isin(sanction, ["fine", "confiscation"]), np.round(rng.lognormal(8.6, 0.9, count), -2), 0
    )
    place = population["place"].to_numpy()[cause["org"].to_numpy()]
    rows = pl.DataFrame(
        {
            "org": cause["org"],
            "region": regions_on(place, days),
            "occurred_on": days,
            "violation": cause["violation"],
            "sanction": sanction,
            "amount": amount,
            "public_until": days + np.timedelta64(365, "D"),
        }
    ).filter(pl.col("occurred_on").is_between(FIRST_DAY, LAST_DAY))
    serial = pl.Series(numbers("", rows.height, 5))
    rows = rows.with_columns(
        number=pl.format("衡市监罚〔{}〕{}号", pl.col("occurred_on").dt.year(), serial)
    )
    return rows, counted("penalty_total", rows, pl.col("amount") / 10_000, pl.col("amount") * 0)


def draw_quality_costs(population: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Quarterly returns of a panel of makers, and the true loss rate of all makers."""
    rng = stream(seed, "quality costs")
    firms = alive(population, FIRST_DAY, LAST_DAY).filter(pl.col("sector").is_in(MAKERS))
    count = firms.height
    level = firms["size"].replace_strict(_OUTPUT, return_dtype=pl.Float64).to_numpy()
    level = level * rng.lognormal(0, 0.35, count)
    own = np.sqrt(place_factor(firms["place"].to_numpy(), "defects")) * np.sqrt(
        firms["luck"].to_numpy()
    )
    weight = _panel_weights(firms, rng)
    frames, parts = [], []
    for year in YEARS:
        for quarter in quarters(year):
            output = np.round(level / 4 * rng.lognormal(0, 0.08, count), 2)
            loss = output * _LOSS[year] * own * rng.lognormal(-0.02, 0.2, count)
            inside = np.round(loss * 0.6, 2)
            outside = np.round(loss * 0.4, 2)
            region = quarter_regions(firms, year, quarter)
            parts.append(part("quality_loss_rate", region, year, quarter, inside + outside, output))
            frames.append(
                pl.DataFrame(
                    {
                        "number": np.char.add(
                            f"{year}Q{quarter}-",
                            firms["org"].cast(pl.String).to_numpy().astype(str),
                        ),
                        "org": firms["org"],
                        "region": region,
                        "occurred_on": pl.Series([quarter_days(year, quarter)[1]]).new_from_index(
                            0, count
                        ),
                        "internal_loss": inside,
                        "external_loss": outside,
                        "output": output,
                        "stratum": firms["size"].replace_strict(SIZE_NAMES),
                        "weight": weight,
                    }
                ).filter(pl.col("weight") > 0)
            )
    return pl.concat(frames), pl.concat(parts)


def _panel_weights(firms: pl.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """The panel stays the same for all years; a firm outside it has weight 0."""
    weight = np.zeros(firms.height)
    for size, share in _PANEL.items():
        members = np.flatnonzero((firms["size"] == size).to_numpy())
        wanted = min(len(members), max(3, round(share * len(members))))
        if wanted:
            weight[rng.choice(members, wanted, replace=False)] = round(len(members) / wanted, 4)
    return weight
