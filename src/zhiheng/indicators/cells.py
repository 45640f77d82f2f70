"""From rows to the sums of every cell, by grouped queries.

A cell level is a region level x a period type x a breakdown. The engine first adds rows up to
the finest grain (month, region, breakdowns, stratum, cluster), keeps that, and answers every
level from it; region levels share a query. What comes to Python is a handful of numbers for each
cell and stratum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.indicators import grouping, rows
from zhiheng.indicators.declaration import Indicator, Snapshot
from zhiheng.indicators.engine import Engine, compiled
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
        trace: Trace | None = None,
    ) -> None:
        self.indicator = indicator
        self.places = places
        self.as_at = engine.reach(indicator.kinds)
        self.trace = trace or Trace()
        self._engine = engine
        self._only = place
        self._asked = period
        self._answered: dict[tuple[PeriodType, str | None], pl.DataFrame] = {}
        self._sized: dict[PeriodType, pl.DataFrame] = {}
        self._exposed: dict[PeriodType, pl.DataFrame] = {}
        self._months = self._prepared()

    def periods(self, type: PeriodType) -> list[Period]:
        if self._asked is not None:
            return [self._asked] if self._asked.type == type and self._months else []
        return sorted({Period.of_month(type, month) for month in self._months})

    def levels(self) -> list[Level]:
        """Every cell level that holds anything, coarse before fine."""
        return [
            Level(region, type, by)
            for type in MONTHS
            for by in (None, *self.indicator.breakdowns)
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
        closing = self._last_month if self.indicator.snapshot else None
        self._engine.lend(grouping.CALENDAR, calendar(periods, self.places, closing))
        epochs = self._epochs(type)
        levels = self.places.levels(epochs, only=self._only)
        members = self.places.membership(epochs, levels, only=self._only)
        self._engine.lend(grouping.MEMBERS, members.drop("level"))
        shape = grouping.Shape(
            clustered=self.indicator.design.cluster is not None,
            by=by,
            counted=self.indicator.estimator in rows.COUNTED,
            monthly=type == "month",
        )
        found = self._engine.ask(grouping.cells_sql(shape))
        if type not in self._sized:
            self._sized[type] = self._engine.ask(grouping.sizes_sql(shape.clustered))
        found = found.join(self._sized[type], on=["period", "stratum"], how="left")
        if self.indicator.exposure is not None:
            if type not in self._exposed:
                self._exposed[type] = self._exposure(self.indicator.exposure, periods)
            found = found.join(self._exposed[type], on=["period", "place"], how="left")
        named = self.places.named(found, members, periods)
        return named.sort("period", "place", "by", "stratum")

    def _exposure(self, register: Snapshot, periods: list[Period]) -> pl.DataFrame:
        """Rows of the exposure register that stand in each place at the period's end."""
        assert self.as_at is not None
        self._lend_days({min(period.months[-1], self._last_month) for period in periods})
        closings = calendar(periods, self.places, self._last_month)
        self._engine.lend(grouping.CALENDAR, closings)
        t = rows.standing(register, self.as_at)
        return self._engine.ask(compiled(grouping.exposed(t)))

    @property
    def _last_month(self) -> int:
        assert self.as_at is not None
        return month_number(self.as_at)

    def _epochs(self, type: PeriodType) -> set[int]:
        return {self.places.epoch(period.last) for period in self.periods(type)}

    def _prepared(self) -> list[int]:
        """Add the rows up, keep the sums in the engine; the months that hold any."""
        if self.as_at is None:
            return []
        self._engine.lend(grouping.REGIONS, self.places.regions)
        if self.indicator.snapshot is not None:
            months = self._register_months(self.indicator.holds or self.indicator.snapshot)
            self._lend_days(months)
            found = self._register(self.indicator.snapshot)
            self._engine.keep(grouping.FINE, grouping.numbered(found))
            return months
        self._engine.keep(grouping.FINE, grouping.numbered(self._events()))
        return sorted(self._engine.ask(grouping.MONTHS_SQL)["month"].to_list())

    def _register_months(self, register: Snapshot) -> list[int]:
        """Months for which the register is looked at: those asked for, else the last years."""
        assert self.as_at is not None
        last = self._last_month
        if self._asked is not None:
            return [min(self._asked.months[-1], last)] if self._asked.months[0] <= last else []
        t = rows.table(register.kind, self.as_at)
        first = self._engine.ask(compiled(t.aggregate(day=register.begun(t).min())))["day"][0]
        if first is None:
            return []
        years = int(RULES.value("snapshot.years", self.as_at, self.trace))
        start = max(month_number(first), (self.as_at.year - years + 1) * 12)
        return list(range(start, last + 1))

    def _events(self) -> ir.Table:
        assert self.as_at is not None
        t = rows.contributions(self.indicator, self.as_at)
        if self._asked is not None:
            first, last = self._asked.first, self._asked.last
            t = t.filter(t.day.between(ibis.literal(first, "date"), ibis.literal(last, "date")))
        summed = grouping.summed(t, self.indicator.breakdowns, self.indicator.design.cluster)
        if self.indicator.estimator not in rows.COUNTED:
            return summed
        return self._with_nothing(summed)

    def _with_nothing(self, summed: ir.Table) -> ir.Table:
        """A declared "nothing to report" is a zero in each month it covers; silence is no cell."""
        t = nothing_table(self.indicator.kind)
        first = self._engine.ask(compiled(t.aggregate(day=t.since.min())))["day"][0]
        if first is None:
            return summed
        months: Iterable[int] = range(month_number(first), self._last_month + 1)
        if self._asked is not None:
            months = [month for month in months if month in self._asked.months]
        self._lend_days(months)
        return summed.union(grouping.zeros(t, rows.days_table(), summed))

    def _register(self, register: Snapshot) -> ir.Table:
        assert self.as_at is not None
        t = rows.standing(register, self.as_at)
        if self.indicator.holds is not None:
            held = rows.standing(self.indicator.holds, self.as_at)
            holders = held.select(held_in="month", held_by="organisation").distinct()
            same = [t.month == holders.held_in, t.organisation == holders.held_by]
            t = t.left_join(holders, same)
            t = t.mutate(success=t.held_by.notnull())
        elif self.indicator.success is not None:
            t = t.mutate(success=self.indicator.success(t).fill_null(False))
        return grouping.counted(t, self.indicator.breakdowns)

    def _lend_days(self, months: Iterable[int]) -> None:
        """Each month's last day, or the day evidence reaches if that comes sooner."""
        assert self.as_at is not None
        found = [(month, min(Period("month", month).last, self.as_at)) for month in sorted(months)]
        schema = {"month": pl.Int32, "closing": pl.Date}
        self._engine.lend(rows.DAYS, pl.DataFrame(found, schema=schema, orient="row"))
