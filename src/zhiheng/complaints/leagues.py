"""League tables: a fixed window, a least number of cases, and the ranks that chance leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from zhiheng.complaints.statistics import AGREEMENT, TERMINATED, Share
from zhiheng.methods.intervals import wilson
from zhiheng.methods.league import joint_level, rank_ranges

_LEVEL = 0.95


@dataclass(frozen=True)
class Ranked:
    """One organisation in a league table, with the ranks that chance leaves open."""

    organisation: str
    cases: int
    mediated: Share
    rank: int
    best: int
    worst: int


def league(cases: pl.DataFrame, as_of: date, months: int, least: int) -> list[Ranked]:
    """Organisations by the share of their mediations that ended in agreement, best first.

    The window is fixed (`window`), and what became known after it is not looked at, so that the
    table of a window is the same whenever it is made, and two tables share no case. Who has fewer
    than ``least`` mediations ended in it is left out.
    """
    first, last = window(as_of, months)
    inside = cases.filter(
        pl.col("ended_on").is_between(first, last)
        & pl.col("organisation").is_not_null()
        & pl.col("accepted")
        & pl.col("outcome").is_in([AGREEMENT, TERMINATED])
    )
    table = (
        inside.group_by("organisation")
        .agg(whole=pl.len(), part=(pl.col("outcome") == AGREEMENT).sum())
        .filter(pl.col("whole") >= least)
        .sort("organisation")
    )
    if table.is_empty():
        return []
    part, whole = table["part"].to_numpy(), table["whole"].to_numpy()
    low, high = wilson(part, whole, level=joint_level(table.height, _LEVEL))
    ranks = rank_ranges(part / whole, np.asarray(low), np.asarray(high))
    found = [
        Ranked(row["organisation"], row["whole"], Share(row["part"], row["whole"]), *places)
        for row, places in zip(
            table.iter_rows(named=True),
            zip(ranks.rank.tolist(), ranks.best.tolist(), ranks.worst.tolist(), strict=True),
            strict=True,
        )
    ]
    return sorted(found, key=lambda each: (each.rank, each.organisation))


def window(as_of: date, months: int) -> tuple[date, date]:
    """First and last day of the last whole window of ``months`` before ``as_of``.

    Windows are counted from January, so that two of them are the same or have no day in common:
    what one table says less what another says is never a handful of cases.

    Raises:
        ValueError: a year is no whole number of such windows.
    """
    if months < 1 or 12 % months:
        raise ValueError(f"months is {months}; allowed: 1, 2, 3, 4, 6, 12")
    end = date(as_of.year, (as_of.month - 1) // months * months + 1, 1)
    count = end.year * 12 + end.month - 1 - months
    return date(count // 12, count % 12 + 1, 1), end - timedelta(days=1)
