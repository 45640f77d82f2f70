"""One run over one state of the lake: what has to be found, and finding it."""

from __future__ import annotations

from typing import Any

import polars as pl

from zhiheng.indicators import path_indices
from zhiheng.indicators.cells import Cells
from zhiheng.indicators.composed import composed
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate, estimate_frame, frame_of, of_columns
from zhiheng.indicators.inputs import Inputs
from zhiheng.indicators.periods import MONTHS, Period
from zhiheng.indicators.pinned import Pinned
from zhiheng.indicators.reported import reported
from zhiheng.indicators.rollup import Places
from zhiheng.office.regions import RegionTree
from zhiheng.rules.parameters import Trace

_TYPES = list(MONTHS)


class Run:
    """Estimates by indicator and year.

    Args:
        period: only this one. ``place``: only this region. ``regions``: only estimates of these.
    """

    def __init__(
        self,
        lake: Pinned,
        tree: RegionTree,
        *,
        period: Period | None = None,
        place: str | None = None,
        regions: frozenset[str] | None = None,
    ) -> None:
        self.head = lake.head
        self._engine = lake.engine
        self._places = Places(tree)
        self._period = period
        self._place = place
        self._regions = regions
        asked = {"period": str(period), "place": place, "regions": sorted(regions or [])}
        asked["limited"] = str(regions is not None)
        self._inputs = Inputs(lake.engine, lake.files, lake.references, tree, asked)

    def digests(self, indicator: Indicator) -> dict[int, str]:
        """Of each year that may hold estimates, the digest of all they follow from."""
        years = self._inputs.years(indicator, self._period)
        return {year: self._inputs.digest(indicator, year) for year in years}

    def found(
        self, indicator: Indicator, years: frozenset[int]
    ) -> tuple[dict[int, pl.DataFrame], list[dict[str, Any]]]:
        """The estimates of these years, computed from the lake, as `estimate_frame` gives them,
        and the parameters used."""
        trace = Trace()
        found = self._any(indicator, years, trace)
        if self._regions is not None:
            found = found.filter(pl.col("region").is_in(sorted(self._regions)))
        year = found["period"].str.slice(0, 4).cast(pl.Int64)
        return {y: found.filter(year == y) for y in years}, trace.plain()

    def _any(self, indicator: Indicator, years: frozenset[int], trace: Trace) -> pl.DataFrame:
        if indicator.estimator == "reported":
            said = reported(
                [indicator], self._engine, self._places, period=self._period, place=self._place
            )
            return frame_of(said)
        if indicator.estimator == "composite":

            def figures(part: Indicator) -> list[Estimate]:
                rows = self._any(part, years, trace).iter_rows(named=True)
                return [of_columns(row) for row in rows]

            return frame_of(composed(indicator, figures, trace))
        if indicator.path_index is None:
            return self._measured(indicator, years, trace)
        fitted = path_indices.fitted(indicator, self._engine, years, trace)
        if fitted.empty:
            return frame_of([])
        found = self._measured(fitted.indicator, years, trace)
        return frame_of([fitted.told(of_columns(row)) for row in found.iter_rows(named=True)])

    def _measured(self, indicator: Indicator, years: frozenset[int], trace: Trace) -> pl.DataFrame:
        cells = Cells(
            indicator,
            self._engine,
            self._places,
            period=self._period,
            place=self._place,
            years=years,
            trace=trace,
        )
        by_level = {grid: estimate_frame(cells, grid) for grid in cells.grids()}
        coarse_first = sorted(by_level, key=lambda level: _TYPES.index(level.period))
        filled = [by_level[level] for level in coarse_first if len(by_level[level])]
        return pl.concat(filled) if filled else frame_of([])
