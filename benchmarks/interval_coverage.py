"""How often each interval covers the truth, on samples drawn from populations that are known.

Every sample of a simulation is a domain of one big design whose strata are the sample's own, so
that all samples are estimated in one pass. Figures of 95 % intervals; with 10,000 samples the
simulation itself is good to 0.4 points either way.

    python benchmarks/interval_coverage.py [--samples 10000] [--json FILE]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from support import spent, write_json

from zhiheng.methods import intervals
from zhiheng.methods.arguments import Array, Bounds
from zhiheng.methods.differences import newcombe, rate_ratio, welch
from zhiheng.methods.labels import Ints
from zhiheng.methods.replicates import jackknife, rao_wu_bootstrap
from zhiheng.methods.survey_design import SurveyDesign, survey_design
from zhiheng.methods.survey_estimates import survey_means, survey_ratios, survey_totals
from zhiheng.methods.survey_intervals import proportion_interval
from zhiheng.methods.survey_quantiles import survey_quantiles
from zhiheng.methods.survey_variance import Domains, domains

LEVEL = 0.95
FAMILIES = ("wald", "logit", "wilson", "beta", "beta_capped")
STRATA = {"N": np.array([1200, 600, 200]), "n": np.array([60, 40, 40])}


@dataclass(frozen=True)
class Covered:
    """One line of the table; shares in percent."""

    design: str
    figure: str
    interval: str
    covered: float
    above: float
    below: float

    @classmethod
    def count(cls, design: str, figure: str, interval: str, found: Bounds, truth: Array) -> Covered:
        """`above`: intervals wholly above the truth; `below`: wholly below. Unknown bounds miss."""
        low, high = found
        above, below = float(np.mean(~(low <= truth))), float(np.mean(~(high >= truth)))
        return cls(design, figure, interval, *(100 * v for v in (1 - above - below, above, below)))


def simple_proportions(rng: np.random.Generator, samples: int) -> Iterator[Covered]:
    for p, n in ((0.5, 100), (0.9, 100), (0.95, 200), (0.98, 100)):
        x = rng.binomial(n, p, samples)
        estimate, se = x / n, np.sqrt(x / n * (1 - x / n) / (n - 1))
        name, figure = "simple", f"proportion {p:g}, n {n}"
        truth = np.full(samples, p)
        for kind, found in (
            ("clopper_pearson", intervals.clopper_pearson(x, n)),
            ("wilson", intervals.wilson(x, n)),
            ("jeffreys", intervals.jeffreys(x, n)),
            ("wald", intervals.wald(estimate, se, n - 1)),
            ("logit", intervals.logit(estimate, se, n - 1)),
        ):
            yield Covered.count(name, figure, kind, found, truth)


def counts(rng: np.random.Generator, samples: int) -> Iterator[Covered]:
    for rate, exposure in ((0.003, 1000.0), (0.02, 1000.0)):
        found = intervals.poisson_rate(rng.poisson(rate * exposure, samples), exposure)
        figure = f"rate, {rate * exposure:g} events expected"
        yield Covered.count("counts", figure, "garwood", found, np.full(samples, rate))
    first, second = rng.poisson(30, samples), rng.poisson(20, samples)
    found = rate_ratio(first, 100.0, np.maximum(second, 0), 100.0)
    yield Covered.count("counts", "ratio of rates 30 : 20", "exact", found, np.full(samples, 1.5))
    x1, x2 = rng.binomial(120, 0.95, samples), rng.binomial(150, 0.9, samples)
    found = newcombe(x1, 120, x2, 150)
    yield Covered.count("simple", "difference .95 - .90", "newcombe", found, np.full(samples, 0.05))
    y1, y2 = rng.normal(5, 3, (samples, 15)), rng.normal(4, 1, (samples, 40))
    spread = [y.std(axis=1, ddof=1) / np.sqrt(y.shape[1]) for y in (y1, y2)]
    found = welch(y1.mean(axis=1), spread[0], y2.mean(axis=1), spread[1], 14, 39)
    yield Covered.count("simple", "difference of means", "welch", found, np.full(samples, 1.0))


def drawn_units(rng: np.random.Generator, samples: int, size: int, drawn: int) -> Ints:
    """Units of a simple random sample without replacement, shape (samples, drawn)."""
    return np.argsort(rng.random((samples, size)), axis=1)[:, :drawn]


def stratified(rng: np.random.Generator, samples: int) -> Iterator[Covered]:
    """Three strata drawn without replacement, weights by stratum, finite populations."""
    value = [rng.gamma(4, 10 + 8 * h, size) for h, size in enumerate(STRATA["N"])]
    passed = [
        (rng.random(len(v)) < p).astype(float)
        for v, p in zip(value, (0.97, 0.92, 0.85), strict=True)
    ]
    y, yes, stratum, sample = [], [], [], []
    for h, (size, n) in enumerate(zip(STRATA["N"], STRATA["n"], strict=True)):
        rows = drawn_units(rng, samples, size, n)
        y.append(value[h][rows].ravel())
        yes.append(passed[h][rows].ravel())
        stratum.append(np.full(rows.size, h))
        sample.append(np.repeat(np.arange(samples), n))
    h, of = np.concatenate(stratum), np.concatenate(sample)
    design = survey_design(len(h), strata=of * 3 + h, populations=[STRATA["N"][h]])
    within = domains(design, of, samples)
    truth = np.concatenate(value), np.concatenate(passed)
    columns = np.concatenate(y), np.concatenate(yes)
    yield from figures("stratified", design, within, columns, truth)


def clustered(rng: np.random.Generator, samples: int, drawn: int) -> Iterator[Covered]:
    """Clusters of unequal size, then units within them, both without replacement."""
    clusters = 200
    size = rng.integers(20, 60, clusters)
    shift = rng.normal(0, 0.5, clusters)
    start = np.r_[0, np.cumsum(size)[:-1]]
    of_cluster = np.repeat(np.arange(clusters), size)
    value = rng.gamma(4, 10, of_cluster.size) * np.exp(0.15 * shift[of_cluster])
    passed = (rng.random(of_cluster.size) < 1 / (1 + np.exp(-2.2 - shift[of_cluster]))).astype(
        float
    )
    picked = drawn_units(rng, samples, clusters, drawn)
    taken = 10
    order = np.argsort(
        np.where(np.arange(60) < size[picked][..., None], rng.random((samples, drawn, 60)), 2.0),
        axis=2,
    )[..., :taken]
    row = (start[picked][..., None] + order).ravel()
    cluster = np.repeat(picked.ravel(), taken)
    of = np.repeat(np.arange(samples), drawn * taken)
    design = survey_design(
        len(row),
        strata=of,
        clusters=[cluster, row],
        populations=[np.full(len(row), clusters), size[cluster]],
    )
    within = domains(design, of, samples)
    columns = value[row], passed[row]
    name = f"two stages, {drawn} clusters"
    yield from figures(name, design, within, columns, (value, passed))
    yield from replicated(name, columns, cluster, size, samples, (drawn, taken), value)


def figures(
    name: str,
    design: SurveyDesign,
    within: Domains,
    columns: tuple[Array, Array],
    truth: tuple[Array, Array],
) -> Iterator[Covered]:
    (y, yes), (value, passed) = columns, truth
    samples = within.n_cells
    share = survey_means(design, within, yes)
    for kind in FAMILIES:
        found = proportion_interval(kind, share.estimate, share.se, share.n, share.df)
        yield Covered.count(
            name, f"proportion {passed.mean():.3f}", kind, found, np.full(samples, passed.mean())
        )
    for figure, made, known in (
        ("mean", survey_means(design, within, y), value.mean()),
        ("total", survey_totals(design, within, y), value.sum()),
        ("ratio", survey_ratios(design, within, yes, y), passed.sum() / value.sum()),
    ):
        found = intervals.t_interval(made.estimate, made.se, made.df)
        yield Covered.count(name, figure, "t", found, np.full(samples, known))
    few = domains(
        design, np.where(within.cell < min(samples, 2000), within.cell, -1), min(samples, 2000)
    )
    for kind in ("wald", "logit", "beta"):
        middle = survey_quantiles(design, few, y, interval=kind)
        known = np.full(few.n_cells, np.median(value))
        yield Covered.count(name, "median", f"woodruff {kind}", (middle.lower, middle.upper), known)


def replicated(
    name: str,
    columns: tuple[Array, Array],
    cluster: Ints,
    size: Ints,
    samples: int,
    shape: tuple[int, int],
    value: Array,
) -> Iterator[Covered]:
    """The mean with jackknife and bootstrap variances, sample by sample."""
    rows = shape[0] * shape[1]
    bounds: dict[str, list[tuple[float, float]]] = {"jackknife": [], "bootstrap": []}
    for number in range(min(samples, 1000)):
        mine = slice(number * rows, (number + 1) * rows)
        design = survey_design(
            rows,
            clusters=[cluster[mine]],
            weights=(200 / shape[0] * size[cluster[mine]] / shape[1]),
        )
        within = domains(design, None)
        for kind, made in (
            ("jackknife", jackknife(design)),
            ("bootstrap", rao_wu_bootstrap(design, 200, seed=number)),
        ):
            found = survey_means(design, within, columns[0][mine], replicates=made)
            low, high = intervals.t_interval(found.estimate, found.se, found.df)
            bounds[kind].append((low[0], high[0]))
    for kind, held in bounds.items():
        low, high = np.array(held).T
        truth = np.full(len(held), value.mean())
        yield Covered.count(name, "mean", f"t, {kind}", (low, high), truth)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--samples", type=int, default=10_000)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()

    def all_of_them() -> list[Covered]:
        rng = np.random.default_rng(20)
        return [
            *simple_proportions(rng, asked.samples * 10),
            *counts(rng, asked.samples * 10),
            *stratified(rng, asked.samples),
            *clustered(rng, asked.samples // 2, 12),
            *clustered(rng, asked.samples // 2, 40),
        ]

    table, time = spent(all_of_them)
    sys.stdout.write("| design | figure | interval | covered % | too high % | too low % |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for row in table:
        sys.stdout.write(
            f"| {row.design} | {row.figure} | {row.interval} | {row.covered:.1f} | "
            f"{row.above:.1f} | {row.below:.1f} |\n"
        )
    write_json({**time, "samples": asked.samples, "rows": [vars(row) for row in table]}, asked.json)


if __name__ == "__main__":
    main()
