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
