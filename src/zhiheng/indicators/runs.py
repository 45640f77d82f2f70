"""One run over one state of the lake: what has to be found, and finding it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from zhiheng.indicators import path_indices
from zhiheng.indicators.cells import Cells
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate, estimates
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
        self._inputs = Inputs(lake.engine, lake.files, tree, asked)

    def digests(self, indicator: Indicator) -> dict[int, str]:
        """Of each year that may hold estimates, the digest of all they follow from."""
        years = self._inputs.years(indicator, self._period)
        return {year: self._inputs.digest(indicator, year) for year in years}

    def found(
        self, indicator: Indicator, years: frozenset[int]
    ) -> tuple[dict[int, list[Estimate]], list[dict[str, Any]]]:
        """The estimates of these years, computed from the lake, and the parameters used."""
        trace = Trace()
        if indicator.estimator == "reported":
            found = reported(
                [indicator], self._engine, self._places, period=self._period, place=self._place
            )
        else:
            found = self._measured(indicator, years, trace)
        by_year: dict[int, list[Estimate]] = defaultdict(list)
        for estimate in found:
            if self._regions is None or estimate.region in self._regions:
                by_year[int(estimate.period[:4])].append(estimate)
        return by_year, trace.plain()

    def _measured(
        self, indicator: Indicator, years: frozenset[int], trace: Trace
    ) -> list[Estimate]:
        fitted = path_indices.fitted(indicator, self._engine, years, trace)
        cells = Cells(
            fitted.indicator,
            self._engine,
            self._places,
            period=self._period,
            place=self._place,
            years=years,
            trace=trace,
        )
        by_level = {level: estimates(cells, level) for level in cells.levels()}
        coarse_first = sorted(by_level, key=lambda level: _TYPES.index(level.period))
        return [fitted.told(found) for level in coarse_first for found in by_level[level]]
