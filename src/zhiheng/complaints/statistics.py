"""The figures of complaint handling, with open cases counted as what they are.

A case that is open past its limit is late; one that is open and not yet due says nothing and is
left out. Dropping all open cases instead would make the slowest office look the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

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
"""Columns of the cases. ``outcome``: agreement, terminated, another word, or null while open;
``rating`` 1 to 5 of who was asked afterwards; ``repeated`` a complaint handed in before."""

AGREEMENT, TERMINATED = "agreement", "terminated"
SATISFIED_FROM = 4


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
    rated = seen["rating"].drop_nulls()
    return Figures(
        received=seen.height,
        accepted_in_time=in_time(seen["accept_due"], seen["decided_on"], as_of),
        ended_in_time=in_time(accepted["mediation_due"], accepted["ended_on"], as_of),
        mediated=mediated(accepted),
        repeated=Share(int(seen["repeated"].fill_null(False).sum()), seen.height),
        satisfied=Share(int((rated >= SATISFIED_FROM).sum()), len(rated)),
        recovered=float(seen["recovered"].fill_null(0).sum()),
    )


def figures_of_period(cases: pl.DataFrame, first: date, last: date) -> Figures:
    """What happened between two days, each case in one period of each figure alone.

    A limit counts in the period in which it fell due, a mediation in that in which it ended, a
    rating with its mediation. So two periods share nothing, and nothing that happens after a
    period changes what is said of it.
    """

    def inside(day: str) -> pl.DataFrame:
        return cases.filter(pl.col(day).is_between(first, last))

    received, ended = inside("received_on"), inside("ended_on").filter(pl.col("accepted"))
    decided, mediation = inside("accept_due"), inside("mediation_due").filter(pl.col("accepted"))
    rated = ended["rating"].drop_nulls()
    return Figures(
        received=received.height,
        accepted_in_time=_met(decided["accept_due"], decided["decided_on"]),
        ended_in_time=_met(mediation["mediation_due"], mediation["ended_on"]),
        mediated=mediated(ended),
        repeated=Share(int(received["repeated"].fill_null(False).sum()), received.height),
        satisfied=Share(int((rated >= SATISFIED_FROM).sum()), len(rated)),
        recovered=float(ended["recovered"].fill_null(0).sum()),
    )


def _met(due: pl.Series, done: pl.Series) -> Share:
    """Of limits that are all over, those that were kept; what is not done yet was not."""
    return Share(int((done <= due).fill_null(False).sum()), len(due))


def mediated(cases: pl.DataFrame) -> Share:
    """Of the mediations that came to an end by themselves, those that ended in agreement."""
    ended = cases.filter(pl.col("outcome").is_in([AGREEMENT, TERMINATED]))
    return Share(ended.filter(pl.col("outcome") == AGREEMENT).height, ended.height)


def in_time(due: pl.Series, done: pl.Series, as_of: date) -> Share:
    """How many met their limit: open and past it is late, open and not past it is not counted."""
    frame = pl.DataFrame({"due": due, "done": done}).filter(pl.col("due").is_not_null())
    known = frame.filter(pl.col("done").is_not_null() | (pl.col("due") < as_of))
    return Share(known.filter(pl.col("done") <= pl.col("due")).height, known.height)


def per_10k(cases: int, organisations: int) -> float | None:
    """Cases for each 10,000 registered firms."""
    return 10_000 * cases / organisations if organisations else None


def pareto(codes: Sequence[str]) -> list[dict[str, Any]]:
    """Codes by frequency, each with its share of all uses and the share with those before it."""
    return with_shares(pl.Series("code", codes, dtype=pl.String).value_counts())


def with_shares(counted: pl.DataFrame) -> list[dict[str, Any]]:
    """Codes and their counts in order; "", which stands for the rest, comes last."""
    share = pl.col("count") / pl.col("count").sum()
    ordered = counted.sort([pl.col("code") == "", -pl.col("count").cast(pl.Int64), "code"])
    return ordered.with_columns(share=share, cumulative=share.cum_sum()).to_dicts()


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
