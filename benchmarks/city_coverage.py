"""Claim: 95 % intervals of a city's figures hold the truth in 94 to 96 of 100 cities, and a
verdict 达标 is seldom wrong where the truth lies just below the target.

Simulates cities of nine districts whose firms, their sizes and their own levels are known, draws
firms in strata of size and rows within firms as the sample city does, adds the draws up to the
sums that the grouped queries deliver, and hands those to the code that `zhiheng measure` runs
(`zhiheng.indicators.estimate`). The queries themselves are held to computations from rows by the
property tests; here the statistics are on trial. Writes a table into docs/coverage.md.

    python benchmarks/city_coverage.py [--cities 1000] [--seed 20260315] [--write] [--json FILE]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from support import spent, write_json

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")

from zhiheng.indicators.computed import cell_sums, estimates_of_sums
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.indicators import ALL
from zhiheng.methods import intervals, verdicts
from zhiheng.methods.degrees import bounded_df, domain_df, satterthwaite
from zhiheng.methods.survey import estimate_ratio, working_parts
from zhiheng.methods.vocabulary import Evidence, Operator

Floats = npt.NDArray[np.float64]
DISTRICTS, STRATA, LEVEL = 9, 3, 0.95
TRIALS_SHARE = 2
SIZES = (1.0, 4.0, 12.0)
PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
BINS = ((2, 3), (4, 7), (8, 15), (16, 31), (32, 99_999))


@dataclass(frozen=True)
class Scene:
    """What is measured and of how many firms a district consists on average."""

    name: str
    indicator: str
    firms: int
    share: float
    rows: int


SCENES = (
    Scene("satisfaction, few firms", "producer_service_satisfaction", 12, 0.9, 3),
    Scene("satisfaction, many firms", "consumer_service_satisfaction", 120, 0.35, 4),
    Scene("pass rate, few firms", "product_pass_rate", 24, 0.35, 6),
    Scene("pass rate, many firms", "product_pass_rate", 200, 0.35, 6),
)


TRIALS = tuple(
    Scene(f"{firms} firms, {share:.0%}", "product_pass_rate", firms, share, rows)
    for firms in (12, 24, 48, 96, 200, 400)
    for share, rows in ((0.35, 6), (0.9, 3))
)
"""Cities that the interval was not chosen by."""


def simulated(scene: Scene, cities: int, rng: np.random.Generator) -> tuple[pl.DataFrame, Floats]:
    """The sampled firms of all cities, one a row (cell, city, stratum, A and B, rows), and the
    truth of each cell, a district of a city."""
    proportion = ALL[scene.indicator].estimator == "proportion"
    firms = scene.firms * DISTRICTS
    city = np.repeat(np.arange(cities), firms)
    place = rng.integers(0, DISTRICTS, len(city))
    stratum = rng.choice(STRATA, len(city), p=(0.7, 0.22, 0.08))
    size = np.array(SIZES)[stratum] * rng.lognormal(0, 0.3, len(city)) * 30
    cell = city * DISTRICTS + place
    shift = rng.normal(0, 1, cities * DISTRICTS)[cell]
    if proportion:
        level = rng.beta(0.94 * 12, 0.06 * 12, len(city)) - 0.01 * shift.clip(-2, 2)
        level = level.clip(0.2, 1)
    else:
        level = (83 + 4 * rng.normal(0, 1, len(city)) + 2 * shift).clip(0, 100)
    with np.errstate(invalid="ignore"):
        truth = added(cell, size * level, cities) / added(cell, size, cities)
    group = city * STRATA + stratum
    held = np.bincount(group, minlength=cities * STRATA)
    order = np.lexsort((rng.random(len(city)), group))
    rank = np.empty(len(city), dtype=np.int64)
    rank[order] = np.arange(len(city)) - (np.cumsum(held) - held)[group[order]]
    wanted = np.minimum(held, np.maximum(3, np.round(scene.share * held))).astype(np.int64)
    taken = np.flatnonzero(rank < wanted[group])
    asked = np.maximum(1, np.round(scene.rows * rng.uniform(0.7, 1.3, len(taken)))).astype(np.int64)
    weight = (held / np.maximum(wanted, 1))[group[taken]] * size[taken] / asked
    if proportion:
        y = rng.binomial(asked, level[taken]).astype(np.float64)
    else:
        y = asked * level[taken] + 15 * np.sqrt(asked) * rng.normal(0, 1, len(taken))
    drawn = {"cell": cell[taken], "city": city[taken], "stratum": stratum[taken]}
    return pl.DataFrame(drawn | {"a": weight * y, "b": weight * asked, "n": asked}), truth


def added(cell: Any, values: Floats, cities: int) -> Floats:
    return np.bincount(cell, values, cities * DISTRICTS)


def sums_of(drawn: pl.DataFrame) -> pl.DataFrame:
    """Sums of each cell and stratum, as `Cells.sums` delivers them."""
    sizes = drawn.group_by("city", "stratum").agg(m=pl.len())
    a, b = pl.col("a"), pl.col("b")
    sums = drawn.group_by("cell", "city", "stratum").agg(
        a.sum(), b.sum(), aa=(a * a).sum(), ab=(a * b).sum(), bb=(b * b).sum(),
        n=pl.col("n").sum(), clusters=pl.len(),
    )  # fmt: skip
    sums = sums.join(sizes, on=["city", "stratum"])
    known = {"unweighted": 0.0, "population": pl.lit(None, pl.Float64)}
    return sums.with_columns(**known).sort("cell", "stratum")


def tried(scene: Scene, cities: int, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng([seed, (*SCENES, *TRIALS).index(scene)])
    drawn, truth = simulated(scene, cities, rng)
    indicator, sums = ALL[scene.indicator], sums_of(drawn)
    found = estimates_of_sums(indicator, sums, sums["cell"].to_numpy(), len(truth), LEVEL)
    clusters = np.zeros(len(truth))
    np.add.at(clusters, sums["cell"].to_numpy(), sums["clusters"].to_numpy())
    lower, upper = found["lower"], found["upper"]
    known = np.isfinite(lower) & np.isfinite(upper)
    inside = (lower <= truth) & (truth <= upper)
    by_clusters = []
    for low, high in BINS:
        here = known & (clusters >= low) & (clusters <= high)
        if here.sum() >= 500:
            by_clusters.append(
                {"clusters": f"{low}–{high}" if high < 1000 else f"≥ {low}"}
                | {"cells": int(here.sum()), "coverage": float(inside[here].mean())}
            )
    return {
        "scene": scene.name,
        "method": indicator.interval_method,
        "cells": int(known.sum()),
        "without_interval": int((~known).sum()),
        "coverage": float(inside[known].mean()),
        "plain": plain_coverage(indicator, found, sums, truth),
        "others": others(indicator, found, sums, truth)
        if indicator.interval_method == "korn-graubard"
        else {},
        "below": float((upper < truth)[known].mean()),
        "above": float((lower > truth)[known].mean()),
        "by_clusters": by_clusters,
        "wrongly_met": wrongly_met(indicator, found, truth, known, rng),
    }


def others(
    indicator: Indicator, found: dict[str, Floats], sums: pl.DataFrame, truth: Floats
) -> dict[str, float]:
    """Coverage of the intervals that were tried for proportions and left out."""
    cell, n_cells = sums["cell"].to_numpy(), len(truth)
    of_strata = cell_sums(sums, cell, n_cells)
    ratio = estimate_ratio(of_strata, lonely=indicator.design.lonely)
    held = sums["clusters"].to_numpy().astype(np.float64)
    each = domain_df(held, of_strata.m, of_strata.b / ratio.denominator[cell])
    plain = np.bincount(cell, held - 1, n_cells)

    def bounded(parts: Floats) -> Floats:
        return bounded_df(satterthwaite(cell, parts, each, n_cells), 1.0, plain)

    estimated, working = bounded(ratio.parts), bounded(working_parts(of_strata))
    point, se, n = np.clip(found["estimate"], 0.0, 1.0), found["se"], found["n"]

    def at(kind: Any, df: Floats, capped: bool) -> float:
        size = intervals.korn_graubard_size(point, se, n, df, level=LEVEL, capped=capped)
        lower, upper = kind(point * size, size, level=LEVEL)
        known = np.isfinite(lower) & np.isfinite(upper)
        return float(((lower <= truth) & (truth <= upper))[known].mean())

    beta, score, prior = intervals.clopper_pearson, intervals.wilson, intervals.jeffreys
    return {
        "Korn-Graubard, capped, df=satterthwaite": at(beta, estimated, True),
        "Korn-Graubard, not capped, df=satterthwaite": at(beta, estimated, False),
        "Korn-Graubard, capped, df=working without a least number": at(beta, working, True),
        "Wilson at the same size, capped, df=satterthwaite": at(score, estimated, True),
        "Wilson at the same size, not capped, df=satterthwaite": at(score, estimated, False),
        "Jeffreys at the same size, capped, df=satterthwaite": at(prior, estimated, True),
    }


def plain_coverage(
    indicator: Indicator, found: dict[str, Floats], sums: pl.DataFrame, truth: Floats
) -> float:
    """Coverage with clusters less strata for degrees of freedom."""
    df = np.bincount(sums["cell"].to_numpy(), sums["clusters"].to_numpy() - 1, len(truth))
    estimate, se = found["estimate"], found["se"]
    if indicator.interval_method == "t":
        lower, upper = intervals.t_interval(estimate, se, df, level=LEVEL)
    else:
        point = np.clip(estimate, 0.0, 1.0)
        lower, upper = intervals.korn_graubard(point, se, found["n"], df, level=LEVEL)
    known = np.isfinite(lower) & np.isfinite(upper)
    return float(((lower <= truth) & (truth <= upper))[known].mean())


def wrongly_met(
    indicator: Indicator, found: dict[str, Floats], truth: Floats, known: Any, rng: Any
) -> dict[str, float]:
    """Share of 达标 for a target a hair above the truth: the worst case of a wrong verdict."""
    cells = rng.choice(np.flatnonzero(known), min(2000, int(known.sum())), replace=False)
    point = certain = 0
    for cell in cells:
        target = float(np.nextafter(truth[cell], np.inf))
        point += bool(found["estimate"][cell] >= target)
        evidence = Evidence(
            estimate=float(found["estimate"][cell]),
            se=float(found["se"][cell]),
            n=float(found["n"][cell]),
            df=float(found["df"][cell]),
            kind="proportion" if indicator.estimator == "proportion" else "mean",
        )
        said = verdicts.judge(evidence, Operator.AT_LEAST, target)
        certain += said.verdict == "met"
    return {"point_estimate": point / len(cells), "one_sided": certain / len(cells)}


HEAD = """# Coverage of the intervals, and wrong verdicts

{cities} invented cities of nine districts (seed {seed}), made and printed by
`benchmarks/city_coverage.py`. In each the true figure of every district is known: firms of three
sizes, each with a level of its own, districts that differ. Firms are drawn in strata of size
without replacement, rows within firms; an answer or batch weighs as much as it stands for. The
sums over firms go through the very code that `zhiheng measure` runs from sums to intervals; the
queries that make those sums are held to computations from rows elsewhere (property tests).

Not simulated: answers that depend on whether one answers, wrong weights, late or missing
deliveries. An interval speaks of the chance of drawing and of nothing else.

## Intervals of 95 %

| scene | interval | cells | hold the truth | plain df | truth above | below | no interval |
|---|---|---|---|---|---|---|---|
{scenes}

By the number of firms that the cell itself holds:

| scene | firms in the cell | cells | hold the truth |
|---|---|---|---|
{bins}

Firms differ thirtyfold in size, so that a few large ones decide a district's figure. Degrees of
freedom over clusters are therefore Satterthwaite's ([estimates from samples](methods-survey.md)):
of t intervals from the strata's parts of the variance, of Korn and Graubard's from what the
clusters' sizes make those parts to be, at least 8. "Plain df" is what the intervals would hold with
clusters less strata instead, as R's survey counts them.

Failures sit in a few firms of unequal size: where the sample misses a large bad one, the estimate
is too high and its standard error too small at once. So the misses are not even: the truth lies
below the interval more often than above it. Tried for pass rates and left out:

| interval | few firms | many firms |
|---|---|---|
{others}

Cities of other sizes, product pass rate, {trials_cities} cities each:

| firms of a district | drawn | rows of each | hold the truth | plain df |
|---|---|---|---|---|
{trials}

In each of them it holds the truth at least as often as with clusters less strata. It is cautious
where a cell holds a dozen firms, and still too narrow where it holds fifteen to fifty of very
unequal size.

## Wrong 达标

The target lies a hair above the truth of each district, the worst case there is. A rule that looks
at the point estimate alone says 达标 about as often as a coin; the rule of this program, which asks
that the one-sided bound at α = 0.05 reach the target, should say it in at most 5 of 100. Pass rates
of many firms of unequal size are said to be met somewhat more often than that, for the reason above
(with clusters less strata it would be 8 of 100).

| scene | 达标 by the point estimate alone | 达标 by the rule of this program |
|---|---|---|
{wrong}
"""


def page(found: list[dict[str, Any]], trials: list[dict[str, Any]], cities: int, seed: int) -> str:
    def line(*cells: Any) -> str:
        return "| " + " | ".join(str(c) for c in cells) + " |"

    def share(value: float) -> str:
        return f"{100 * value:.1f} %"

    scenes = [
        line(
            *(f["scene"], f["method"], f["cells"], share(f["coverage"]), share(f["plain"])),
            *(share(f["below"]), share(f["above"]), f["without_interval"]),
        )
        for f in found
    ]
    bins = [
        line(f["scene"], b["clusters"], b["cells"], share(b["coverage"]))
        for f in found
        for b in f["by_clusters"]
    ]
    wrong = [
        line(f["scene"], share(w["point_estimate"]), share(w["one_sided"]))
        for f in found
        for w in [f["wrongly_met"]]
    ]
    trial_lines = [
        line(t.firms, f"{t.share:.0%}", t.rows, share(f["coverage"]), share(f["plain"]))
        for t, f in zip(TRIALS, trials, strict=True)
    ]
    few, many = (f["others"] for f in found if f["others"])
    left_out = [line(name, share(few[name]), share(many[name])) for name in few]
    tables = {
        "scenes": scenes,
        "bins": bins,
        "wrong": wrong,
        "trials": trial_lines,
        "others": left_out,
    }
    said = {name: "\n".join(lines) for name, lines in tables.items()}
    return HEAD.format(
        cities=f"{cities:,}", trials_cities=cities // TRIALS_SHARE, seed=seed, **said
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--cities", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=20260315)
    arguments.add_argument("--write", action="store_true", help="write docs/coverage.md")
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    found, times = spent(lambda: [tried(s, asked.cities, asked.seed) for s in SCENES])
    fewer = asked.cities // TRIALS_SHARE
    trials = [tried(t, fewer, asked.seed) for t in TRIALS]
    if asked.write:
        PAGE.write_text(page(found, trials, asked.cities, asked.seed), encoding="utf-8")
    said = {"cities": asked.cities, "seed": asked.seed, "scenes": found, "trials": trials}
    write_json(said | times, asked.json)


if __name__ == "__main__":
    main()
