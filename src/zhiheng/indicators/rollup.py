"""Small tables that carry months to periods and regions to the places that hold them.

The tree is asked as of a period's last day, so that a region abolished by then counts towards its
successor. Days between two changes of the tree share one view: an *epoch*.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

import polars as pl

from zhiheng.indicators.periods import Period
from zhiheng.office.regions import LEVELS, RegionTree, TreeView


class Places:
    """The region tree, cut into epochs."""

    def __init__(self, tree: RegionTree) -> None:
        self._tree = tree
        changes = {v.valid_from for v in tree.versions}
        changes |= {v.valid_to for v in tree.versions if v.valid_to}
        self._changes = sorted(changes)
        self._number = {key: number for number, key in enumerate(sorted(tree.keys))}
        self._members: dict[tuple[int, str], list[tuple[str, str]]] = {}

    def epoch(self, day: date) -> int:
        return bisect_right(self._changes, day)

    def view(self, epoch: int) -> TreeView:
        return self._tree.as_of(self._changes[epoch - 1] if epoch else date.min)

    def levels(self, epochs: Iterable[int], *, only: str | None = None) -> list[str]:
        """Levels that have a region in any of these epochs, from the country down.

        With ``only``, the levels of that region (or of its successor) alone.
        """
        views = [self.view(epoch) for epoch in epochs]
        if only is None:
            held = {v.level for view in views for v in view}
        else:
            held = {v.level for view in views if (v := view.version(only)) is not None}
        return [level for level in LEVELS if level in held]

    def members(self, epoch: int, level: str) -> list[tuple[str, str]]:
        """(region, the place of this level that holds it); regions without one are left out."""
        if (epoch, level) not in self._members:
            view = self.view(epoch)
            pairs = ((key, view.at_level(key, level)) for key in sorted(self._tree.keys))
            self._members[epoch, level] = [(key, place) for key, place in pairs if place]
        return self._members[epoch, level]

    def itself(self, epoch: int, level: str) -> list[tuple[str, str]]:
        """As `members`, but only regions that are of this level themselves, or were once."""
        view = self.view(epoch)
        found = ((key, view.version(key)) for key in sorted(self._tree.keys))
        return [(key, v.key) for key, v in found if v is not None and v.level == level]

    def membership(
        self,
        epochs: Iterable[int],
        levels: Iterable[str],
        *,
        own: bool = False,
        only: str | None = None,
    ) -> pl.DataFrame:
        """Columns epoch, region and place (their numbers), level (of the place).

        Args:
            own: a figure speaks only of the region it names.
            only: leave out every place but this one (or its successor).
        """
        pick = self.itself if own else self.members
        levels = list(levels)
        rows = [
            (epoch, self._number[region], self._number[place], level)
            for epoch in sorted(set(epochs))
            for level in levels
            for region, place in pick(epoch, level)
            if only is None or place == self.view(epoch).current(only)
        ]
        schema = {"epoch": pl.Int32, "region": pl.Int32, "place": pl.Int32, "level": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def regions(self) -> pl.DataFrame:
        """Columns key and number."""
        schema = {"key": pl.String, "number": pl.Int32}
        return pl.DataFrame(list(self._number.items()), schema=schema, orient="row")

    def epochs(self, periods: list[Period]) -> pl.DataFrame:
        """Columns period and epoch: the tree that each period is seen by."""
        spans = [(period.number, self.epoch(period.last)) for period in periods]
        return pl.DataFrame(spans, schema={"period": pl.Int32, "epoch": pl.Int32}, orient="row")

    def named(
        self, found: pl.DataFrame, members: pl.DataFrame, periods: list[Period]
    ) -> pl.DataFrame:
        """``found`` (by period and place) with the place's key for its number, and its level."""
        ranks = members.select("epoch", "place", "level").unique()
        ranks = ranks.join(self.epochs(periods), on="epoch")
        ranks = ranks.join(self.regions, left_on="place", right_on="number")
        joined = found.join(ranks.drop("epoch"), on=["period", "place"], how="left")
        return joined.with_columns(place=pl.col("key")).drop("key")


def calendar(periods: Iterable[Period], places: Places, last_month: int | None) -> pl.DataFrame:
    """Table (month, period, epoch).

    With ``last_month`` (the month to which evidence reaches) each period is represented by its
    closing month alone, as snapshots are; without, by all its months, as events are.
    """
    rows = []
    for period in sorted(set(periods)):
        epoch = places.epoch(period.last)
        months = period.months
        if last_month is not None:
            months = range(min(months[-1], last_month), min(months[-1], last_month) + 1)
        rows += [(month, period.number, epoch) for month in months]
    schema = dict.fromkeys(("month", "period", "epoch"), pl.Int32)
    return pl.DataFrame(rows, schema=schema, orient="row")
