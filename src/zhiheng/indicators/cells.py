"""From rows to the sums of every cell, by grouped queries.

A cell level is a region level x a period type x a breakdown; the region levels of one period type
and breakdown share a query. What comes to Python is a handful of numbers for each cell and
stratum, never a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.indicators import clusters, grouping, registers, rows
from zhiheng.indicators.clusters import Held
from zhiheng.indicators.declaration import Indicator, Snapshot
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.periods import MONTHS, Period, PeriodType, month_number
from zhiheng.indicators.rollup import Places, calendar
from zhiheng.indicators.tables import nothing_table
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Trace

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))


@dataclass(frozen=True)
class Level:
    """Region level, period type, and the column of the breakdown (None: none)."""

    region: str
    period: PeriodType
    by: str | None = None


class Cells:
    """The cells of one indicator over one state of the lake.

    An engine holds the cells of one indicator at a time: making a second takes the first's place.

    Args:
        period: only this period; None: every period that the evidence speaks of.
        place: only this region; the variance still uses the whole sample.
        years: only these; None: all.
        alone: nothing but this level will be asked for, so rows are read where they lie.
        trace: where the dated parameters used are noted.
    """

    def __init__(
        self,
        indicator: Indicator,
        engine: Engine,
        places: Places,
        *,
        period: Period | None = None,
        place: str | None = None,
        years: frozenset[int] | None = None,
        alone: Level | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.indicator = indicator
        self.places = places
        self.as_at = engine.reach(indicator.kinds)
        self.trace = trace or Trace()
        self._engine = engine
        self._only = place
        self._asked = period
        self._years = years
        self._alone = alone
        self._answered: dict[tuple[PeriodType, str | None], pl.DataFrame] = {}
        self._sized: dict[PeriodType, pl.DataFrame] = {}
        self._exposed: dict[PeriodType, pl.DataFrame] = {}
        self._held: dict[str | None, Held] = {}
        self._months = self._prepared()

    def periods(self, type: PeriodType) -> list[Period]:
        if self._asked is not None:
            return [self._asked] if self._asked.type == type and self._months else []
        return sorted({Period.of_month(type, month) for month in self._months})

    def levels(self) -> list[Level]:
        """Every cell level that holds anything, in the order in which the next follows from the
        last with the least work: short periods before long ones."""
        types = [type for type in reversed(MONTHS) if self.periods(type)]
        return [
            Level(region, type, by)
            for by in (None, *self.indicator.breakdowns)
            for type in types
            for region in self.places.levels(self._epochs(type), only=self._only)
        ]

    def sums(self, level: Level) -> pl.DataFrame:
        """One row for each cell and stratum.

        Columns: period, place, by, stratum, a, b, aa, ab, bb, n (rows judged), clusters (of the
        cell), unweighted (rows judged that name no weight), m (clusters of the stratum in the
        whole sample), population; for a rate also exposure.
        """
        key = (level.period, level.by)
        if key not in self._answered:
            self._answered[key] = self._grouped(*key)
        return self._answered[key].filter(pl.col("level") == level.region).drop("level")

    def _grouped(self, type: PeriodType, by: str | None) -> pl.DataFrame:
        periods = self.periods(type)
        members = self._lend_tree(type, periods)
        shape = grouping.Shape(by=by, counted=self.indicator.estimator in rows.COUNTED)
        if self._clustered:
            found = self._by_clusters(type, shape)
        else:
            closing = self._last_month if self.indicator.snapshot else None
            self._engine.lend(grouping.CALENDAR, calendar(periods, self.places, closing))
            found = self._engine.ask(grouping.cell_sums(shape))
            if type not in self._sized:
                self._sized[type] = self._engine.ask(grouping.sizes())
        found = found.join(self._sized[type], on=["period", "stratum"], how="left")
        if self.indicator.exposure is not None:
            if type not in self._exposed:
                self._exposed[type] = self._exposure(self.indicator.exposure, periods)
            found = found.join(self._exposed[type], on=["period", "place"], how="left")
        named = self.places.named(found, members, periods)
        return named.sort("period", "place", "by", "stratum")

    def _lend_tree(self, type: PeriodType, periods: list[Period]) -> pl.DataFrame:
        epochs = self._epochs(type)
        members = self.places.membership(
            epochs, self.places.levels(epochs, only=self._only), only=self._only
        )
        self._engine.lend(grouping.MEMBERS, members.drop("level"))
        self._engine.lend(clusters.EPOCHS, self.places.epochs(periods))
        return members

    @property
    def _clustered(self) -> bool:
        return self.indicator.design.cluster is not None

    def _by_clusters(self, type: PeriodType, shape: grouping.Shape) -> pl.DataFrame:
        key = self._engine.cluster
        whole = self._added(Held(type, None)) if type not in self._sized else None
        if whole is not None:
            self._sized[type] = self._engine.ask(clusters.sizes(whole, key))
        held = self._added(Held(type, shape.by))
        return self._engine.ask(clusters.cell_sums(held, shape, key))

    def _added(self, wanted: Held) -> Held:
        """Keep the cluster sums wanted, made from shorter periods where those are still kept."""
        kept = self._held.get(wanted.by)
        if kept == wanted:
            return wanted
        if kept is not None and wanted.made_from(kept):
            sums = clusters.of_finer(kept, wanted, self._engine.cluster)
        else:
            sums = clusters.of_rows(self._rows(), wanted)
        self._engine.keep(wanted.name, sums)
        if kept is not None:
            self._engine.drop(kept.name)
        if not self._held:
            self._engine.keep(clusters.SPANNING, clusters.spanning(wanted, self._engine.cluster))
        self._held[wanted.by] = wanted
        return wanted

    def _rows(self) -> ir.Table:
        if self._lies_raw:
            return self._coded()
        return clusters.rows_table(self.indicator.breakdowns, self._engine.cluster)

    def _exposure(self, register: Snapshot, periods: list[Period]) -> pl.DataFrame:
        """Rows of the exposure register that stand in each place at the period's end."""
        assert self.as_at is not None
        self._lend_days({min(period.months[-1], self._last_month) for period in periods})
        closings = calendar(periods, self.places, self._last_month)
        self._engine.lend(grouping.CALENDAR, closings)
        return self._engine.ask(registers.exposed(register, self.as_at))

    @property
    def _last_month(self) -> int:
        assert self.as_at is not None
        return month_number(self.as_at)

    def _epochs(self, type: PeriodType) -> set[int]:
        return {self.places.epoch(period.last) for period in self.periods(type)}

    def _prepared(self) -> list[int]:
        """Make what every level is answered from; the months that hold any rows."""
        if self.as_at is None:
            return []
        self._engine.lend(grouping.REGIONS, self.places.regions)
        if self.indicator.snapshot is not None:
            months = self._register_months(self.indicator.holds or self.indicator.snapshot)
            self._lend_days(months)
            found = registers.counted(self.indicator, self.indicator.snapshot, self.as_at)
            self._engine.keep(grouping.FINE, grouping.numbered(found))
            return months
        if not self._clustered:
            found = self._with_nothing(
                grouping.month_sums(self._contributions(), self.indicator.breakdowns)
            )
            self._engine.keep(grouping.FINE, grouping.numbered(found))
            return self._engine.ask(grouping.months(grouping.FINE))["month"].sort().to_list()
        if self._lies_raw:
            assert self._alone is not None
            held = self._added(Held(self._alone.period, None))
            found = self._engine.ask(clusters.periods(held))["period"].to_list()
            return sorted(m for number in found for m in Period(held.period, number).months)
        self._engine.keep(clusters.ROWS, self._coded())
        return self._engine.ask(grouping.months(clusters.ROWS))["month"].sort().to_list()

    @property
    def _lies_raw(self) -> bool:
        """Rows are read once only, so that keeping them would cost more than it saves."""
        return self._alone is not None and self._alone.by is None

    def _coded(self) -> ir.Table:
        """Rows drawn by clusters, one by one, as the engine groups them."""
        t = clusters.coded(self._contributions(), self.indicator.breakdowns, self._engine.key)
        return grouping.numbered(self._with_nothing(t))

    def _contributions(self) -> ir.Table:
        assert self.as_at is not None
        t = rows.contributions(self.indicator, self.as_at)
        if self._asked is not None:
            t = t.filter(t.day.between(_day(self._asked.first), _day(self._asked.last)))
        if self._years is not None:
            first, last = min(self._years), max(self._years)
            t = t.filter(t.day.between(_day(date(first, 1, 1)), _day(date(last, 12, 31))))
            if last - first >= len(self._years):
                t = t.filter(t.day.year().isin(sorted(self._years)))
        return t

    def _register_months(self, register: Snapshot) -> list[int]:
        """Months for which the register is looked at: those asked for, else the last years."""
        assert self.as_at is not None
        last = self._last_month
        if self._asked is not None:
            return [min(self._asked.months[-1], last)] if self._asked.months[0] <= last else []
        t = rows.table(register.kind, self.as_at)
        first = self._engine.ask(t.aggregate(day=register.begun(t).min()))["day"][0]
        if first is None:
            return []
        years = int(RULES.value("snapshot.years", self.as_at, self.trace))
        start = max(month_number(first), (self.as_at.year - years + 1) * 12)
        return self._of_years(range(start, last + 1))

    def _of_years(self, months: Iterable[int]) -> list[int]:
        return [m for m in months if self._years is None or m // 12 in self._years]

    def _with_nothing(self, t: ir.Table) -> ir.Table:
        """A declared "nothing to report" is a zero in each month it covers; silence is no cell."""
        if self.indicator.estimator not in rows.COUNTED:
            return t
        nothing = nothing_table(self.indicator.kind)
        first = self._engine.ask(nothing.aggregate(day=nothing.since.min()))["day"][0]
        if first is None:
            return t
        months = self._of_years(range(month_number(first), self._last_month + 1))
        if self._asked is not None:
            months = [month for month in months if month in self._asked.months]
        self._lend_days(months)
        return t.union(grouping.zeros(nothing, rows.days_table(), t))

    def _lend_days(self, months: Iterable[int]) -> None:
        """Each month's last day, or the day evidence reaches if that comes sooner."""
        assert self.as_at is not None
        found = [(month, min(Period("month", month).last, self.as_at)) for month in sorted(months)]
        schema = {"month": pl.Int32, "closing": pl.Date}
        self._engine.lend(rows.DAYS, pl.DataFrame(found, schema=schema, orient="row"))


def _day(day: date) -> ir.Value:
    return ibis.literal(day, "date")
