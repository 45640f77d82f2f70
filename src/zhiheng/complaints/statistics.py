"""The figures of complaint handling, with open cases counted as what they are.

A case that is open past its limit is late; one that is open and not yet due says nothing and is
left out. Dropping all open cases instead would make the slowest office look the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from zhiheng.methods.intervals import wilson
from zhiheng.methods.league import joint_level, rank_ranges
from zhiheng.publication.suppression import Group, sensitive, suppressed

CASES = {
    "case": pl.String,
    "region": pl.String,
    "organisation": pl.String,
    "received_on": pl.Date,
    "accept_due": pl.Date,
    "decided_on": pl.Date,
    "accepted": pl.Boolean,
    "mediation_due": pl.Date,
    "ended_on": pl.Date,
    "outcome": pl.String,
    "recovered": pl.Float64,
    "repeated": pl.Boolean,
    "rating": pl.Int64,
}
"""Columns of the cases. ``outcome``: agreement, terminated, withdrawn, or null while open;
``rating`` 1 to 5 of who was asked afterwards; ``repeated`` a complaint handed in before."""

AGREEMENT, TERMINATED, WITHDRAWN = "agreement", "terminated", "withdrawn"
SATISFIED_FROM = 4
_LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """``part`` of ``whole``; no share of nothing."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Figures:
    """What is said about a set of cases; ``recovered`` in yuan."""

    received: int
    accepted_in_time: Share
    ended_in_time: Share
    mediated: Share
    repeated: Share
    satisfied: Share
    recovered: float

    def shares(self) -> dict[str, Share]:
        names = ("accepted_in_time", "ended_in_time", "mediated", "repeated", "satisfied")
        return {name: getattr(self, name) for name in names}


def figures(cases: pl.DataFrame, as_of: date) -> Figures:
    """The figures of cases, as they stood at the end of a day.

    Args:
        cases: columns `CASES`; what happened after ``as_of`` is not known yet.
    """
    seen = _as_of(cases, as_of)
    accepted = seen.filter(pl.col("accepted"))
    settled = accepted.filter(pl.col("outcome").fill_null("") != WITHDRAWN)
    rated = seen["rating"].drop_nulls()
    return Figures(
        received=seen.height,
        accepted_in_time=in_time(seen["accept_due"], seen["decided_on"], as_of),
        ended_in_time=in_time(accepted["mediation_due"], accepted["ended_on"], as_of),
        mediated=Share(
            settled.filter(pl.col("outcome") == AGREEMENT).height,
            settled.filter(pl.col("outcome").is_not_null()).height,
        ),
        repeated=Share(int(seen["repeated"].fill_null(False).sum()), seen.height),
        satisfied=Share(int((rated >= SATISFIED_FROM).sum()), len(rated)),
        recovered=float(seen["recovered"].fill_null(0).sum()),
    )


def in_time(due: pl.Series, done: pl.Series, as_of: date) -> Share:
    """How many met their limit: open and past it is late, open and not past it is not counted."""
    frame = pl.DataFrame({"due": due, "done": done}).filter(pl.col("due").is_not_null())
    known = frame.filter(pl.col("done").is_not_null() | (pl.col("due") < as_of))
    return Share(known.filter(pl.col("done") <= pl.col("due")).height, known.height)


def per_10k(cases: int, organisations: int) -> float | None:
    """Cases for each 10,000 registered firms."""
    return 10_000 * cases / organisations if organisations else None


@dataclass(frozen=True)
class Line:
    """The figures of one region; a name in ``hidden`` must not be shown."""

    region: str
    figures: Figures
    hidden: frozenset[str]


def by_region(cases: pl.DataFrame, as_of: date, total: str, k: int) -> list[Line]:
    """A line for the whole and one for each region, small counts and what reveals them hidden.

    Args:
        total: the key that the first line bears.
        k: the smallest count that may be read; see `zhiheng.publication`.
    """
    parts = sorted(cases["region"].unique().drop_nulls().to_list())
    all_figures = {total: figures(cases, as_of)}
    for part in parts:
        all_figures[part] = figures(cases.filter(pl.col("region") == part), as_of)
    group = [Group(total, tuple(parts))] if parts and parts != [total] else []
    hidden: dict[str, set[str]] = {key: set() for key in all_figures}
    for name in ("received", *all_figures[total].shares()):
        counts = {key: _counts(found, name) for key, found in all_figures.items()}
        primary = {key for key, said in counts.items() if sensitive(said, k)}
        for key in suppressed(counts, primary, group, k) if primary else ():
            hidden[key].add(name)
    return [Line(key, found, frozenset(hidden[key])) for key, found in all_figures.items()]


def _counts(found: Figures, name: str) -> tuple[float, ...]:
    if name == "received":
        return (float(found.received),)
    share = found.shares()[name]
    return (float(share.whole), float(share.part), float(share.whole - share.part))


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
    """Organisations by the share of their complaints settled by agreement, best first.

    The window is fixed: the last whole ``months`` before ``as_of``; nobody chooses it. Who has
    fewer than ``least`` decided cases in it is left out.
    """
    first, last = window(as_of, months)
    inside = _as_of(cases, as_of).filter(
        pl.col("received_on").is_between(first, last)
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
    """First and last day of the last whole ``months`` before the month of ``as_of``."""
    end = as_of.replace(day=1)
    count = end.year * 12 + end.month - 1 - months
    return date(count // 12, count % 12 + 1, 1), end.fromordinal(end.toordinal() - 1)


def pareto(codes: Sequence[str]) -> list[dict[str, Any]]:
    """Codes by frequency, each with its share of all uses and the share with those before it."""
    counted = (
        pl.Series("code", codes, dtype=pl.String)
        .value_counts()
        .sort(["count", "code"], descending=[True, False])
    )
    share = pl.col("count") / pl.col("count").sum()
    return counted.with_columns(share=share, cumulative=share.cum_sum()).to_dicts()


def _as_of(cases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Only what was known at the end of the day."""
    later = pl.col("ended_on") > as_of
    undecided = pl.col("decided_on") > as_of
    after_end = [
        pl.when(later).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("outcome", "recovered", "rating")
    ]
    return cases.filter(pl.col("received_on") <= as_of).with_columns(
        *after_end,
        pl.when(later).then(None).otherwise(pl.col("ended_on")).alias("ended_on"),
        pl.when(undecided).then(None).otherwise(pl.col("accepted")).alias("accepted"),
        pl.when(undecided).then(None).otherwise(pl.col("decided_on")).alias("decided_on"),
    )
