"""One R process that answers many calls of its survey package, as an oracle."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

PREPARED = """
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", warn = -1)
lonely <- function(rule, value) {
  old <- options(survey.lonely.psu = rule); on.exit(options(old)); force(value)
}
"""


def available() -> bool:
    """Whether R and its survey package are installed."""
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", 'q(status = !requireNamespace("survey", quietly = TRUE))']
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def answers(
    folder: Path, tables: Mapping[str, pl.DataFrame], setup: str, calls: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """Each call's value as a flat array of numbers, evaluated after `setup`.

    Args:
        folder: where scripts and tables are written.
        tables: become data frames of these names.
        calls: R expressions; a numeric vector, matrix or data frame each.

    Raises: AssertionError with R's own words when a call fails.
    """
    script = [PREPARED]
    for name, table in tables.items():
        table.write_csv(folder / f"{name}.csv", float_precision=17)
        script.append(f'{name} <- read.csv("{folder / name}.csv", stringsAsFactors = TRUE)')
    script += [setup, f'out <- file("{folder / "answers.txt"}", "w")']
    for name, call in calls.items():
        script.append(
            f'v <- tryCatch(as.numeric(unlist({call})), error = function(e) stop("{name}: ", e))\n'
            f'writeLines(paste0("{name}\\t", paste(sprintf("%.17g", v), collapse = ",")), out)'
        )
    (folder / "calls.R").write_text("\n".join([*script, "close(out)"]), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(folder / "calls.R")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = (folder / "answers.txt").read_text(encoding="utf-8").splitlines()
    return {
        name: np.array([np.nan if v in ("NA", "NaN") else float(v) for v in values.split(",")])
        for name, values in (line.split("\t") for line in lines)
    }


def sample(rows: int = 260, seed: int = 7) -> pl.DataFrame:
    """Columns for any design: strata of clusters of units, populations of each stage, values.

    y is skewed, ym has missing values, x is a denominator, yes is 0 or 1, kind has three values,
    part is a domain that misses whole clusters and strata, age and sex are margins.
    """
    rng = np.random.default_rng(seed)
    cluster = np.sort(rng.integers(0, 40, rows))
    stratum = cluster % 5
    unit = rng.integers(0, 4, rows)
    drawn = np.array([len(set(cluster[stratum == s])) for s in range(5)])
    inside = np.array(
        [len(set(unit[cluster == c])) if (cluster == c).any() else 1 for c in range(40)]
    )
    clusters = drawn + rng.integers(3, 30, 5)
    units = inside + rng.integers(0, 9, 40)
    held = np.bincount(cluster * 4 + unit)[cluster * 4 + unit]
    y = rng.lognormal(3 + 0.2 * stratum + 0.3 * rng.normal(size=40)[cluster], 0.6)
    ym = y.copy()
    ym[rng.random(rows) < 0.1] = np.nan
    part = np.array(["a", "b", "c"])[(cluster % 7 > 2).astype(int) + (rng.random(rows) < 0.3)]
    part[stratum == 0] = "a"
    return pl.DataFrame(
        {
            "stratum": [f"s{s}" for s in stratum],
            "cluster": cluster,
            "unit": cluster * 10 + unit,
            "n1": clusters[stratum],
            "n2": units[cluster],
            "n3": np.where(held > 1, held + 3, 1),
            "row": np.arange(rows),
            "f1": drawn[stratum] / clusters[stratum],
            "pi": rng.uniform(0.1, 0.9, 40)[cluster],
            "nrows": np.full(rows, rows * 7),
            "w": rng.uniform(1, 30, 40)[cluster] * rng.uniform(0.8, 1.2, rows),
            "y": y,
            "ym": pl.Series(ym).fill_nan(None),
            "x": rng.gamma(3, 2, rows) + y / 10,
            "t": 2015 + rng.integers(0, 8, rows),
            "yes": (rng.random(rows) < 0.2 + 0.1 * stratum).astype(int),
            "kind": np.array(["big", "mid", "small"])[rng.integers(0, 3, rows)],
            "part": part,
            "age": np.array(["old", "young"])[rng.integers(0, 2, rows)],
            "sex": np.array(["f", "m"])[(rng.random(rows) < 0.4).astype(int)],
        }
    )
