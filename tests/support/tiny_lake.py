"""A lake of a few rows in memory, with the same views as the real one, and a small dated tree."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import ibis
import polars as pl

from zhiheng.evidence.conversion import POLARS_TYPE
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.projection import SHARED_COLUMNS
from zhiheng.indicators.cells import Cells
from zhiheng.indicators.engine import DuckDB, Engine
from zhiheng.indicators.estimate import Estimate, estimates
from zhiheng.indicators.indicators import ALL as INDICATORS
from zhiheng.indicators.periods import Period
from zhiheng.indicators.reported import reported
from zhiheng.indicators.rollup import Places
from zhiheng.office.regions import RegionTree, RegionVersion

RECORDED = datetime(2026, 12, 31, 12, tzinfo=UTC)

TREE = RegionTree(
    [
        RegionVersion("990000", "衡川市", "city"),
        RegionVersion("990101", "晨溪区", "district", "990000"),
        RegionVersion("990102", "柳岸区", "district", "990000"),
        RegionVersion("hk-zone", "衡川高新区", "unit", "990000"),
        # The county was merged into 柳岸区 in the middle of 2026.
        RegionVersion(
            "990121", "旧桥县", "district", "990000", valid_to=date(2026, 7, 1), successor="990102"
        ),
    ]
)


def engine(evidence: dict[str, list[dict[str, Any]]]) -> Engine:
    """Views of every kind over the given rows.

    A row says what matters to the test; region, day and number are filled in. A row with
    ``since`` is a declaration that there is nothing to report.
    """
    con = ibis.duckdb.connect()
    number = 0
    for kind in ALL.values():
        shared = {**SHARED_COLUMNS, "organisation": pl.String}
        own = {c.name: POLARS_TYPE[c.type] for c in kind.plain_columns}
        rows = []
        for said in evidence.get(kind.code, []):
            number += 1
            row = dict.fromkeys([*shared, *own], None)
            row |= {"row": number, "batch": 1, "source": "office", "external_id": str(number)}
            row |= {"region": "990101", "occurred_on": date(2026, 3, 15), "recorded_at": RECORDED}
            rows.append(row | said)
        filed = pl.DataFrame(rows, schema={**shared, **own}, orient="row")
        declared = pl.col("since").is_not_null()
        con.con.register(kind.code, filed.filter(~declared).to_arrow())
        con.con.register(f"{kind.code}_nothing", filed.filter(declared).to_arrow())
        con.con.register(f"{kind.code}_current", filed.drop("organisation").to_arrow())
    return DuckDB(con)


def measured(
    code: str,
    evidence: dict[str, list[dict[str, Any]]],
    *,
    period: str = "2026",
    region: str = "990000",
    by: dict[str, str] | None = None,
) -> Estimate | None:
    """The one estimate asked for, or None where the evidence gives none."""
    con = engine(evidence)
    indicator, places, span = INDICATORS[code], Places(TREE), Period.parse(period)
    if indicator.estimator == "reported":
        found = reported([indicator], con, places, period=span, place=region)
    else:
        cells = Cells(indicator, con, places, period=span, place=region)
        column = next(iter(by or {}), None)
        asked = [level for level in cells.levels() if level.by == column]
        found = [e for level in asked for e in estimates(cells, level)]
    wanted = [e for e in found if e.region == region and e.by == (by or {})]
    assert len(wanted) <= 1, wanted
    return wanted[0] if wanted else None
