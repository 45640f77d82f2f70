"""How often each rule says 达标 (met) although the truth misses the target, and how often 未达标
(not met) although it does not: by simulation, the truth being known.

The truth lies exactly on the edge of the target, where a rule errs most: for "met" just outside
it, for "not met" just inside. Every rule promises at most 5 % on each side.

    python benchmarks/false_verdicts.py [--samples 4000] [--seed 7] [--write FILE.md] [--json FILE]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from support import spent, write_json

from zhiheng.methods.relative import judge_relative
from zhiheng.methods.survey_design import survey_design
from zhiheng.methods.survey_estimates import survey_means
from zhiheng.methods.survey_variance import domains
from zhiheng.methods.verdicts import judge
from zhiheng.methods.vocabulary import Evidence, Judgement, Verdict

Draw = Callable[[np.random.Generator], Judgement]


@dataclass(frozen=True)
class Row:
    """One rule in one scene; shares of all samples."""

    rule: str
    scene: str
    met: float
    not_met: float
    undetermined: float


def share(n: int, truth: float, operator: str = ">=") -> Draw:
    def draw(chance: np.random.Generator) -> Judgement:
        x = int(chance.binomial(n, truth))
        return judge(Evidence(x / n, n=n, numerator=x, denominator=n), operator, truth)

    return draw


def rate(events: float) -> Draw:
    exposure = 1000.0

    def draw(chance: np.random.Generator) -> Judgement:
        x = int(chance.poisson(events))
        found = Evidence(x / exposure, kind="rate", numerator=x, denominator=exposure)
        return judge(found, "<=", events / exposure)

    return draw


def mean(n: int, skewed: bool) -> Draw:
    def draw(chance: np.random.Generator) -> Judgement:
        sample = chance.exponential(10, n) if skewed else chance.normal(10, 3, n)
        se = float(sample.std(ddof=1)) / n**0.5
        return judge(Evidence(float(sample.mean()), n=n, se=se, kind="mean"), ">=", 10)

    return draw


def change(n: int, truth: float) -> Draw:
    def draw(chance: np.random.Generator) -> Judgement:
        now, before = (
            Evidence(x / n, n=n, numerator=x, denominator=n)
            for x in map(int, chance.binomial(n, truth, 2))
        )
        return judge(now, "trend_up", None, baseline=before)

    return draw


def half_of_another(events: float) -> Draw:
    def draw(chance: np.random.Generator) -> Judgement:
        own, other = int(chance.poisson(events)), int(chance.poisson(4 * events))
        now = Evidence(own / 1000, kind="rate", numerator=own, denominator=1000)
        reference = Evidence(max(other, 1) / 2000, kind="rate", numerator=max(other, 1),
                             denominator=2000)  # fmt: skip
        return judge_relative(now, "<=", 0.5, reference)

    return draw


def clustered(clusters: int, size: int, truth: float, alike: float, proportion: bool) -> Draw:
    """Clusters of one size in four strata; `alike` is the correlation within a cluster."""
    unit = np.repeat(np.arange(clusters), size)
    stratum = unit % 4
    scale = (1 - alike) / alike

    def draw(chance: np.random.Generator) -> Judgement:
        level = chance.beta(truth * scale, (1 - truth) * scale, clusters)
        y = chance.binomial(1, level[unit]).astype(float)
        design = survey_design(len(y), strata=stratum, clusters=(unit,))
        whole = domains(design, None)
        found = survey_means(design, whole, y)
        evidence = Evidence(
            float(found.estimate[0]),
            n=float(len(y)),
            se=float(found.se[0]),
            df=float(clusters - 4),
            kind="proportion" if proportion else "mean",
        )
        return judge(evidence, ">=", truth)

    return draw


def scenes() -> Iterator[tuple[str, str, Draw]]:
    """Rule, scene, and how one sample of it is drawn and judged."""
    for n, truth in ((30, 0.9), (200, 0.95), (1000, 0.95), (1000, 0.99)):
        yield "clopper_pearson", f"share {truth:g}, n = {n}", share(n, truth)
    yield "clopper_pearson", "share 0.05 at most, n = 500", share(500, 0.05, "<=")
    for events in (3, 20, 200):
        yield "garwood", f"rate of {events} events", rate(events)
    yield "t", "mean of 20, normal", mean(20, skewed=False)
    yield "t", "mean of 200, normal", mean(200, skewed=False)
    yield "t", "mean of 20, skewed", mean(20, skewed=True)
    yield "t", "mean of 200, skewed", mean(200, skewed=True)
    yield "newcombe", "change of 0.9, n = 100 and 100", change(100, 0.9)
    yield "newcombe", "change of 0.95, n = 1000 and 1000", change(1000, 0.95)
    yield "mover_ratio", "half of another rate, 10 events", half_of_another(10)
    yield "mover_ratio", "half of another rate, 100 events", half_of_another(100)
    for clusters in (16, 40, 200):
        for alike in (0.05, 0.3):
            scene = f"share 0.9, {clusters} clusters of 10, correlation {alike:g}"
            yield "korn_graubard", scene, clustered(clusters, 10, 0.9, alike, True)
    yield "t (clusters)", "mean 0.5, 16 clusters of 10", clustered(16, 10, 0.5, 0.3, False)
    yield "t (clusters)", "mean 0.5, 200 clusters of 10", clustered(200, 10, 0.5, 0.3, False)


def simulate(samples: int, seed: int) -> list[Row]:
    """Every scene, each from a generator of its own."""
    rows = []
    for number, (rule, scene, draw) in enumerate(scenes()):
        chance = np.random.default_rng([seed, number])
        said = [draw(chance).verdict for _ in range(samples)]
        parts = [
            round(said.count(verdict) / samples, 4)
            for verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNDETERMINED)
        ]
        rows.append(Row(rule, scene, *parts))
    return rows


PAGE = """# How often a verdict is wrong

Made by `python benchmarks/false_verdicts.py --samples {samples} --seed {seed} --write
docs/verdict-errors.md`: in every scene the truth lies exactly on the edge of the target, where a
rule errs most. There "met" would be wrong if the truth were a hair worse, "not met" if it were a
hair better; the figures are the shares of {samples} samples that said so. Every rule promises at
most 5 % on each side; a simulated share of 5 % is good to about {noise:.1f} points either way.

| rule | scene | met | not met | undetermined |
|---|---|---|---|---|
{rows}

What to read in it:

- The exact rules (Clopper-Pearson, Garwood) stay at 5 % or below by construction: they pay
  for it with "undetermined".
- t holds where figures are roughly normal. For skewed figures it says "met" too seldom and "not
  met" too often for a target of at least so much: the mean of a few large values lies below the
  truth more often than above it. With 200 answers little of that is left.
- Korn-Graubard passes 5 % where few clusters are much alike within (16 of 10, correlation 0.3),
  and is near it with more clusters. Ask for more clusters, not for more of each.
- Newcombe and MOVER are approximations and may pass 5 % by a little.
"""


def page(rows: list[Row], samples: int, seed: int) -> str:
    lines = [
        f"| {r.rule} | {r.scene} | {r.met:.1%} | {r.not_met:.1%} | {r.undetermined:.1%} |"
        for r in rows
    ]
    noise = 196 * (0.05 * 0.95 / samples) ** 0.5
    return PAGE.format(samples=samples, seed=seed, noise=noise, rows="\n".join(lines))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--samples", type=int, default=4000)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--write", type=Path, help="the page in docs")
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    rows, time = spent(lambda: simulate(asked.samples, asked.seed))
    if asked.write:
        asked.write.write_text(page(rows, asked.samples, asked.seed), encoding="utf-8")
    write_json({**time, "samples": asked.samples, "rows": [vars(r) for r in rows]}, asked.json)


if __name__ == "__main__":
    main()
