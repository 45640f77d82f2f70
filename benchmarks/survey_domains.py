"""Means of all domains of a stratified, clustered, weighted sample: we and R's survey package.

The design has 100 strata and 50,000 clusters. Both sides get the same columns in memory (reading is
outside both timers), build the design and estimate the mean of every domain with its standard
error. Then we alone on a bigger sample, and on a tenth of it, to see how the time grows.

    python benchmarks/survey_domains.py [--rows 1000000] [--domains 200] [--large 10000000]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from support import spent, write_json

from zhiheng.methods.survey_design import survey_design
from zhiheng.methods.survey_estimates import SurveyEstimates, survey_means
from zhiheng.methods.survey_variance import domains

STRATA, CLUSTERS = 100, 50_000

R = """
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
d <- read.csv(commandArgs(TRUE)[1])
start <- proc.time()
design <- svydesign(id = ~cluster, strata = ~stratum, weights = ~w, data = d)
built <- proc.time()
found <- svyby(~y, ~domain, design, svymean)
done <- proc.time()
write.csv(data.frame(found), commandArgs(TRUE)[2], row.names = FALSE)
cat((built - start)["elapsed"], (done - built)["elapsed"],
    sum((built - start)[c(1, 2)]), sum((done - built)[c(1, 2)]), "\\n")
"""


def sample(rows: int, n_domains: int, seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, CLUSTERS, rows)
    effect = rng.normal(size=CLUSTERS)[cluster]
    return {
        "stratum": cluster % STRATA,
        "cluster": cluster,
        "domain": rng.integers(0, n_domains, rows),
        "w": rng.uniform(1, 50, CLUSTERS)[cluster],
        "y": 50 + 5 * effect + rng.normal(0, 10, rows),
    }


def ours(data: dict[str, np.ndarray], n_domains: int) -> SurveyEstimates:
    design = survey_design(
        len(data["y"]),
        weights=data["w"],
        strata=data["stratum"],
        clusters=[data["cluster"]],
        lonely="adjust",
    )
    return survey_means(design, domains(design, data["domain"], n_domains), data["y"])


def theirs(data: dict[str, np.ndarray], folder: Path) -> tuple[dict[str, float], pl.DataFrame]:
    rows, script, answer = folder / "rows.csv", folder / "svyby.R", folder / "found.csv"
    pl.DataFrame(data).write_csv(rows, float_precision=17)
    script.write_text(R, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", script, rows, answer], capture_output=True, text=True, check=True
    )
    names = ("design_seconds", "svyby_seconds", "design_cpu_seconds", "svyby_cpu_seconds")
    return dict(zip(names, map(float, done.stdout.split()), strict=True)), pl.read_csv(answer)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--domains", type=int, default=200)
    arguments.add_argument("--large", type=int, default=10_000_000)
    arguments.add_argument("--large-domains", type=int, default=10_000)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    data = sample(asked.rows, asked.domains)
    found, our_time = spent(lambda: ours(data, asked.domains))
    with tempfile.TemporaryDirectory() as folder:
        r_time, r = theirs(data, Path(folder))
    apart = max(
        np.max(np.abs(found.estimate / r["y"].to_numpy() - 1)),
        np.max(np.abs(found.se / r["se"].to_numpy() - 1)),
    )
    result = {
        "rows": asked.rows,
        "domains": asked.domains,
        "ours": our_time,
        "r": r_time,
        "ratio": round(
            (r_time["design_seconds"] + r_time["svyby_seconds"]) / our_time["seconds"], 1
        ),
        "ratio_svyby_alone": round(r_time["svyby_seconds"] / our_time["seconds"], 1),
        "largest_relative_difference": apart,
        "growth": [],
    }
    for rows in (asked.large // 10, asked.large):
        data = sample(rows, asked.large_domains, seed=2)
        _found, time = spent(lambda data=data: ours(data, asked.large_domains))
        result["growth"].append({"rows": rows, "domains": asked.large_domains, **time})
    write_json(result, asked.json)
    if apart > 1e-8:
        sys.exit("the two do not agree")


if __name__ == "__main__":
    main()
