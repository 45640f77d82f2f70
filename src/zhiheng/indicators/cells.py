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
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import polars as pl
from ibis.util import gen_name

from zhiheng.indicators import rows
from zhiheng.indicators.declaration import Indicator, Snapshot
from zhiheng.indicators.periods import MONTHS, Period, PeriodType, month_number
from zhiheng.indicators.rollup import Places, calendar
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Trace

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))

_SUMS = ("a", "b", "n", "unweighted")
_SQUARES = ("aa", "ab", "bb")


@dataclass(frozen=True)
class Level:
    """Region level, period type, and the column of the breakdown (None: none)."""

    region: str
    period: PeriodType
    by: str | None = None


class Cells:
    """The cells of one indicator over one state of the lake.

    Args:
        period: only this period; None: every period that the evidence speaks of.
        place: only this region; the variance still uses the whole sample.
        trace: where the dated parameters used are noted.
    """

    def __init__(
        self,
        indicator: Indicator,
        backend: BaseBackend,
        places: Places,
        *,
        period: Period | None = None,
        place: str | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.indicator = indicator
        self.places = places
        self.as_at = rows.reach(backend, indicator.kinds)
        self.trace = trace or Trace()
        self._backend = backend
        self._only = place
        self._asked = period
        self._kept: dict[tuple[str | None, ...], ir.Table] = {}
        self._names: list[str] = []
        self._answered: dict[tuple[PeriodType, str | None], pl.DataFrame] = {}
        self._sized: dict[PeriodType, pl.DataFrame] = {}
        self._exposed: dict[PeriodType, pl.DataFrame] = {}
        self._months: list[int] = [] if self.as_at is None else self._find_months()

    @property
    def clustered(self) -> bool:
        return self.indicator.design.cluster is not None

    def periods(self, type: PeriodType) -> list[Period]:
        if self._asked is not None:
            return [self._asked] if self._asked.type == type and self._months else []
        return sorted({Period.of_month(type, month) for month in self._months})

    def levels(self) -> list[Level]:
        """Every cell level that holds anything, coarse before fine."""
        return [
            Level(region, type, by)
            for type in MONTHS
            for region in self.places.levels(self._epochs(type), only=self._only)
            for by in (None, *self.indicator.breakdowns)
        ]

    def sums(self, level: Level) -> pl.DataFrame:
        """One row for each cell and stratum.

        Columns: period, place, by, stratum, a, b, aa, ab, bb, n (rows judged), clusters (of the
        cell), unweighted (rows judged that name no weight), m (clusters of the stratum in the
        whole sample), population; for a rate also exposure.
        """
        key = (level.period, level.by)
        if key not in self._answered:
            found = frame_of(self._grouped(*key))
            found = found.join(self._sizes(level.period), on=["period", "stratum"], how="left")
            if self.indicator.exposure is not None:
                exposed = self._exposure(level.period)
                found = found.join(exposed, on=["period", "place"], how="left")
            self._answered[key] = found.sort("period", "place", "by", "stratum")
        return self._answered[key].filter(pl.col("level") == level.region).drop("level")

    def _grouped(self, type: PeriodType, by: str | None) -> ir.Table:
        """The grouped query: places of all region levels stand side by side in the membership."""
        base = self._base(by)
        if self.indicator.estimator not in rows.COUNTED:
            base = base.filter(base.n > 0)
        t = self._in_places(base.join(self._calendar(type), "month"), type)
        keys = ["period", "level", "place", "by", "stratum"]
        if not self.clustered:
            found = {s: t[s].sum() for s in (*_SUMS, *_SQUARES)}
            return t.group_by(*keys).agg(clusters=t.n.sum(), **found)
        one = t.group_by(*keys, "cluster").agg(**{s: t[s].sum() for s in _SUMS})
        sums = {s: one[s].sum() for s in _SUMS}
        sums |= {"aa": (one.a * one.a).sum(), "ab": (one.a * one.b).sum()}
        sums |= {"bb": (one.b * one.b).sum(), "clusters": one.count()}
        return one.group_by(*keys).agg(**sums)

    def _find_months(self) -> list[int]:
        """Months that the base holds, or that a register is looked at for."""
        assert self.as_at is not None
        last = month_number(self.as_at)
        if self.indicator.snapshot is None:
            held = self._base(None).select("month").distinct().to_pyarrow()
            return sorted(held.column("month").to_pylist())
        if self._asked is not None:
            return [min(self._asked.months[-1], last)] if self._asked.months[0] <= last else []
        register = self.indicator.holds or self.indicator.snapshot
        t = rows.table(self._backend, register.kind, self.as_at)
        first = t.aggregate(day=register.begun(t).min()).to_pyarrow().column("day").to_pylist()[0]
        if first is None:
            return []
        years = int(RULES.value("snapshot.years", self.as_at, self.trace))
        start = max(month_number(first), (self.as_at.year - years + 1) * 12)
        return list(range(start, last + 1))

    def _keep(self, key: tuple[str | None, ...], table: ir.Table) -> ir.Table:
        """Keep the result in the engine, for the levels that are answered from it."""
        if key not in self._kept:
            name = gen_name("cells")
            self._names.append(name)
            self._kept[key] = self._backend.create_table(name, table, temp=True)
        return self._kept[key]

    def close(self) -> None:
        """Let go of what was kept in the engine."""
        for name in self._names:
            # Not backend.drop_table: with current sqlglot it says DROP TABLE and no name.
            self._backend.raw_sql(f"DROP TABLE {name}")
        self._names.clear()
        self._kept.clear()

    def _base(self, by: str | None) -> ir.Table:
        """Sums at the finest grain, with one breakdown or none."""
        if ("base", by) in self._kept:
            return self._kept["base", by]
        if not self.indicator.breakdowns:
            return self._keep(("base", None), self._summed().mutate(by=ibis.null("string")))
        fine = self._keep(("fine",), self._summed())
        value = fine[by] if by else ibis.null("string")
        drop = [column for column in self.indicator.breakdowns]
        t = fine.mutate(by=value).drop(*drop)
        if by is not None:
            t = t.filter(t.by.notnull())
        keys = ["month", "region", "by", "stratum", *(["cluster"] if self.clustered else [])]
        measures = [c for c in t.columns if c not in {*keys, "population"}]
        grouped = t.group_by(*keys).agg(
            **{name: t[name].sum() for name in measures}, population=t.population.max()
        )
        return self._keep(("base", by), grouped)

    def _summed(self) -> ir.Table:
        if self.indicator.snapshot is not None:
            return self._standing(self.indicator.snapshot)
        assert self.as_at is not None
        t = rows.contributions(self.indicator, self._backend, self.as_at)
        if self._asked is not None:
            first, last = self._asked.first, self._asked.last
            t = t.filter(t.day.between(ibis.date(first.isoformat()), ibis.date(last.isoformat())))
        # A 64-bit hash of the cluster's name: grouping 10^7 texts costs the engine twice the time
        # and memory, and among a million clusters two share a hash in 1 of 37 million samples.
        t = t.mutate(month=month_of(t.day), cluster=t.cluster.hash(), a=t.w * t.y, b=t.w * t.x)
        keys = ["month", "region", *self.indicator.breakdowns, "stratum"]
        sums = {
            "a": t.a.sum(),
            "b": t.b.sum(),
            "n": t.judged.sum(),
            "unweighted": (t.judged * (1 - t.weighted)).sum(),
            "sampled": t.sampled.sum(),
            "population": t.population.max(),
        }
        if self.clustered:
            return t.group_by(*keys, "cluster").agg(**sums)
        squares = {"aa": (t.a * t.a).sum(), "ab": (t.a * t.b).sum(), "bb": (t.b * t.b).sum()}
        summed = t.group_by(*keys).agg(**sums, **squares)
        return self._with_nothing(summed) if self.indicator.estimator in rows.COUNTED else summed

    def _with_nothing(self, summed: ir.Table) -> ir.Table:
        """A declared "nothing to report" is a zero in each month it covers; silence is no cell."""
        t = self._backend.table(f"{self.indicator.kind.code}_nothing")
        since = t.select(first=month_of(ibis.coalesce(t.since, t.occurred_on)))
        first = since.aggregate(first=since.first.min()).to_pyarrow().column("first").to_pylist()[0]
        if first is None or self.as_at is None:
            return summed
        months = self._days(range(first, month_number(self.as_at) + 1))
        covered = [
            months.month >= month_of(ibis.coalesce(t.since, t.occurred_on)),
            months.month <= month_of(t.occurred_on),
        ]
        said = t.join(months, covered).select("month", "region")
        if self._asked is not None:
            said = said.filter(said.month.isin(list(self._asked.months)))
        zeros = {
            name: ibis.literal("" if name == "stratum" else None).cast(summed[name].type())
            if name in {"stratum", "population", *self.indicator.breakdowns}
            else ibis.literal(0).cast(summed[name].type())
            for name in summed.columns
            if name not in {"month", "region"}
        }
        return summed.union(said.mutate(**zeros).select(*summed.columns))

    def _standing(self, register: Snapshot) -> ir.Table:
        assert self.as_at is not None
        days = self._days(self._months)
        t = rows.standing(register, self._backend, self.as_at, days)
        if self.indicator.holds is not None:
            held = rows.standing(self.indicator.holds, self._backend, self.as_at, days)
            holders = held.select("month", held_by=held.organisation).distinct()
            t = t.left_join(holders, [t.month == holders.month, t.organisation == holders.held_by])
            success = t.held_by.notnull().ifelse(1.0, 0.0)
        else:
            wanted = self.indicator.success
            success = wanted(t).fill_null(False).ifelse(1.0, 0.0) if wanted else ibis.literal(0.0)
        t = t.mutate(a=success)
        keys = ["month", "region", *self.indicator.breakdowns]
        counted = t.group_by(*keys).agg(a=t.a.sum(), n=t.count())
        count = counted.n.cast("float64")
        return counted.mutate(
            stratum=ibis.literal(""),
            b=count,
            aa=counted.a,
            ab=counted.a,
            bb=count,
            sampled=counted.n,
            unweighted=ibis.literal(0),
            population=ibis.null("float64"),
        )

    def _days(self, months: Iterable[int]) -> ir.Table:
        """Table (month, closing): each month's last day, or the day evidence reaches if sooner."""
        assert self.as_at is not None
        found = [(month, min(Period("month", month).last, self.as_at)) for month in months]
        schema = {"month": pl.Int32, "closing": pl.Date}
        return ibis.memtable(pl.DataFrame(found, schema=schema, orient="row"))

    def _calendar(self, type: PeriodType) -> ir.Table:
        closing = month_number(self.as_at) if self.indicator.snapshot and self.as_at else None
        return calendar(self.periods(type), self.places, closing)

    def _in_places(self, t: ir.Table, type: PeriodType) -> ir.Table:
        epochs = self._epochs(type)
        held = self.places.membership(epochs, self.places.levels(epochs), only=self._only)
        return t.join(held, ["epoch", "region"])

    def _epochs(self, type: PeriodType) -> set[int]:
        return {self.places.epoch(period.last) for period in self.periods(type)}

    def _sizes(self, type: PeriodType) -> pl.DataFrame:
        """Clusters (or rows, where drawn singly) of each stratum in the whole sample."""
        if type not in self._sized:
            t = self._base(None).join(self._calendar(type), "month")
            size = t.cluster.nunique(where=t.sampled > 0) if self.clustered else t.sampled.sum()
            sizes = t.group_by("period", "stratum").agg(m=size, population=t.population.max())
            self._sized[type] = frame_of(sizes)
        return self._sized[type]

    def _exposure(self, type: PeriodType) -> pl.DataFrame:
        """Rows of the exposure register that stand in each place at the period's end."""
        register = self.indicator.exposure
        assert register is not None
        assert self.as_at is not None
        if type not in self._exposed:
            last, periods = month_number(self.as_at), self.periods(type)
            days = self._days(sorted({min(period.months[-1], last) for period in periods}))
            t = rows.standing(register, self._backend, self.as_at, days)
            t = t.join(calendar(periods, self.places, last), "month")
            counted = t.group_by("period", "epoch", "region").agg(exposure=t.count())
            placed = self._in_places(counted, type)
            found = placed.group_by("period", "place").agg(exposure=placed.exposure.sum())
            self._exposed[type] = frame_of(found)
        return self._exposed[type]


def month_of(day: ir.Value) -> ir.Value:
    """Months since year 0, as `Period` counts them."""
    return (day.year().cast("int32") * 12 + day.month().cast("int32") - 1).cast("int32")


def frame_of(table: ir.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table.to_pyarrow())
    assert isinstance(frame, pl.DataFrame)
    return frame
