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
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.indicators import clusters, grouping, registers, rows
from zhiheng.indicators.clusters import Held
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.periods import MONTHS, Period, PeriodType, month_number
from zhiheng.indicators.rollup import Places, calendar
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Trace

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))


@dataclass(frozen=True)
class Level:
    """Region level (None: all together), period type, column of the breakdown (None: none)."""

    region: str | None
    period: PeriodType
    by: str | None = None


class Spanning(NamedTuple):
    """What clusters that span regions add to the queries for `grouping.INSIDE`."""

    sums: str = ""
    sizes: str = ""


_COUNTS = ("n", "clusters", "unweighted", *grouping.DOUBTFUL, "m")


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
        self._sized: set[PeriodType] = set()
        self._exposed: dict[PeriodType, pl.DataFrame] = {}
        self._held: dict[str | None, Held] = {}
        self._spans = False
        asked = indicator.breakdowns if alone is None else tuple(filter(None, [alone.by]))
        self._shape = grouping.Shape.of(indicator, asked)
        self._months = self._prepared()

    def periods(self, type: PeriodType) -> list[Period]:
        if self._asked is not None:
            return [self._asked] if self._asked.type == type and self._months else []
        return sorted({Period.of_month(type, month) for month in self._months})

    def levels(self) -> list[Level]:
        """Every cell level that holds anything, in the order of `grids`."""
        return [
            Level(region, grid.period, grid.by)
            for grid in self.grids()
            for region in self.places.levels(self._epochs(grid.period), only=self._only)
        ]

    def grids(self) -> list[Level]:
        """Every period type and breakdown that holds anything, all region levels together, in the
        order in which the next follows from the last with the least work: short periods before
        long ones."""
        types = [type for type in reversed(MONTHS) if self.periods(type)]
        return [Level(None, type, by) for by in (None, *self._shape.breakdowns) for type in types]

    def sums(self, level: Level) -> pl.DataFrame:
        """One row for each cell and stratum.

        Columns: period, place, level (of the place), by, stratum, a, b, aa, ab, bb, n (rows
        judged), clusters (of the cell), unweighted (rows judged that name no weight), unresolved
        and unmatched (`grouping.DOUBTFUL`), m (clusters of the stratum in the whole sample),
        population; for a rate also exposure.
        """
        key = (level.period, level.by)
        if key not in self._answered:
            self._answered[key] = self._grouped(*key)
        found = self._answered[key]
        return found if level.region is None else found.filter(pl.col("level") == level.region)

    def _grouped(self, type: PeriodType, by: str | None) -> pl.DataFrame:
        periods = self.periods(type)
        members = self._lend_tree(type, periods)
        if not self._clustered:
            closing = self._last_month if self.indicator.snapshot else None
            self._engine.lend(grouping.CALENDAR, calendar(periods, self.places, closing))
        if by is not None and type not in self._sized:
            self._size(type, self._lay(type, None))
        more = self._lay(type, by)
        if type not in self._sized:
            self._size(type, more)
        found = self._engine.ask(grouping.cell_sums(self._shape, by, type, more.sums))
        found = found.rename({"value": "by"}).with_columns(pl.col(_COUNTS).cast(pl.Int64))
        if self.indicator.exposure is not None:
            if type not in self._exposed:
                self._exposed[type] = self._exposure(self.indicator.exposure, periods)
            found = found.join(self._exposed[type], on=["period", "place"], how="left")
        named = self.places.named(found, members, periods)
        return named.sort("period", "level", "place", "by", "stratum")

    def _lend_tree(self, type: PeriodType, periods: list[Period]) -> pl.DataFrame:
        epochs = self._epochs(type)
        members = self.places.membership(
            epochs, self.places.levels(epochs, only=self._only), only=self._only
        )
        self._engine.lend(grouping.MEMBERS, members.drop("level"))
        self._engine.lend(grouping.EPOCHS, self.places.epochs(periods))
        return members

    @property
    def _clustered(self) -> bool:
        return self.indicator.design.cluster is not None

    def _lay(self, type: PeriodType, by: str | None) -> Spanning:
        """Keep `grouping.INSIDE`; what clusters that span regions add to it."""
        if not self._clustered:
            self._engine.keep(grouping.INSIDE, grouping.inside_of_rows(self._shape, by))
            return Spanning()
        held = self._added(Held(type, by))
        self._engine.keep(grouping.INSIDE, clusters.inside(self._shape, held, self._spans))
        if not self._spans:
            return Spanning()
        return Spanning(
            clusters.spanning_sums(self._shape, held), clusters.spanning_sizes(self._shape, held)
        )

    def _size(self, type: PeriodType, more: Spanning) -> None:
        """Keep how many clusters each stratum of the whole sample has."""
        self._engine.keep(grouping.sizes_name(type), grouping.sizes(self._shape, more.sizes))
        self._sized.add(type)

    def _added(self, wanted: Held) -> Held:
        """Keep the cluster sums wanted, made from shorter periods where those are still kept."""
        kept = self._held.get(wanted.by)
        if kept == wanted:
            return wanted
        if kept is not None and wanted.made_from(kept):
            sums = clusters.of_finer(self._shape, kept, wanted)
        else:
            rows = self._coded() if self._lies_raw else f"SELECT * FROM {grouping.ROWS}"
            sums = clusters.of_rows(self._shape, rows, wanted)
        self._engine.keep(wanted.name, sums)
        if kept is not None:
            self._engine.drop(kept.name)
        if not self._held:
            self._engine.keep(clusters.SPANNING, clusters.spanning(wanted))
            some = self._engine.ask(f"SELECT COUNT(*) AS n FROM {clusters.SPANNING}")
            self._spans = bool(some["n"][0])
        self._held[wanted.by] = wanted
        return wanted

    def _exposure(self, register: Snapshot, periods: list[Period]) -> pl.DataFrame:
        """Rows of the exposure register that stand in each place at the period's end."""
        assert self.as_at is not None
        self._lend_days({min(period.months[-1], self._last_month) for period in periods})
        closings = calendar(periods, self.places, self._last_month)
        self._engine.lend(grouping.CALENDAR, closings)
        return self._engine.ask(registers.exposed(self._engine, register, self.as_at))

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
            said = registers.rows_of(self.indicator.snapshot, self.as_at, self.indicator)
            self._say(said)
            registers.keep_counted(self._engine, self.indicator, self._shape, self.as_at)
            return months
        self._say(self._contributions())
        if self._lies_raw:
            assert self._alone is not None
            held = self._added(Held(self._alone.period, None))
            found = self._engine.ask(clusters.periods(held))["period"].to_list()
            return sorted(m for number in found for m in Period(held.period, number).months)
        if self._clustered:
            kept, rows = grouping.ROWS, self._coded()
        else:
            kept, rows = grouping.FINE, grouping.month_sums(self._shape, self._coded())
        self._engine.keep(kept, rows)
        return self._engine.ask(grouping.months(kept))["month"].sort().to_list()

    def _say(self, said: ir.Table) -> None:
        """Let queries read the evidence, and number its texts."""
        self._engine.view(grouping.SAID, said)
        if self._shape.texts:
            self._engine.view(grouping.TEXTS, rows.texts(self.indicator, self._shape.texts))
            self._engine.keep(grouping.WORDS, grouping.words(self._shape))

    @property
    def _lies_raw(self) -> bool:
        """Rows are read once only, so that keeping them would cost more than it saves."""
        return self._clustered and self._alone is not None and self._alone.by is None

    def _coded(self) -> str:
        """Rows one by one as the engine groups them; a declared "nothing to report" is a zero in
        each month it covers; silence is no cell."""
        engine = self._engine
        found = grouping.coded(self._shape, engine.key("cluster"))
        if not self._shape.counted:
            return found
        nothing = f"{self.indicator.kind.code}_nothing"
        first = engine.ask(f"SELECT MIN(since) AS day FROM {nothing}")["day"][0]
        if first is None:
            return found
        months = self._of_years(range(month_number(first), self._last_month + 1))
        if self._asked is not None:
            months = [month for month in months if month in self._asked.months]
        self._lend_days(months)
        return f"{found} UNION ALL {grouping.zeros(self._shape, nothing)}"

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

    def _lend_days(self, months: Iterable[int]) -> None:
        """Each month's last day, or the day evidence reaches if that comes sooner."""
        assert self.as_at is not None
        found = [(month, min(Period("month", month).last, self.as_at)) for month in sorted(months)]
        schema = {"month": pl.Int32, "closing": pl.Date}
        self._engine.lend(rows.DAYS, pl.DataFrame(found, schema=schema, orient="row"))


def _day(day: date) -> ir.Value:
    return ibis.literal(day, "date")
