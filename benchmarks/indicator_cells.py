"""Claim: one grouped query answers a cell level, and no row comes to Python.

Measures a clustered, stratified, weighted pass rate over a synthetic delivery: one cell level
(district x quarter), then 27 of them (three region levels x three period types x none and two
breakdowns). The peer is the same estimate from rows in Polars and numpy, which must agree.

    python benchmarks/indicator_cells.py [ROWS] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import ibis
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.cells import Cells, Level
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.estimate import Estimate, estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.rollup import Places
from zhiheng.indicators.tables import lake_table, nothing_table
from zhiheng.office.regions import RegionTree, RegionVersion

INDICATOR = ALL["product_pass_rate"]
ROWS_PER_FIRM, DISTRICTS, STREETS = 50, 9, 60


def tree() -> RegionTree:
    districts = [RegionVersion(f"D{i}", f"D{i}", "district", "C") for i in range(DISTRICTS)]
    streets = [RegionVersion(f"W{i}", f"W{i}", "ward", f"D{i % DISTRICTS}") for i in range(STREETS)]
    return RegionTree([RegionVersion("C", "C", "city"), *districts, *streets])


def write(path: Path, rows: int) -> None:
    """Batches of firms, each in one street and stratum, over four years."""
    duckdb.sql(
        f"""COPY (SELECT i AS row, 1::BIGINT AS batch, 's' AS source, i::TEXT AS external_id,
            NULL::TEXT AS subject, 'W' || (firm % {STREETS}) AS region,
            DATE '2023-01-01' + CAST(hash(i * 7 + 1) % 1300 AS INT) AS occurred_on,
            TIMESTAMPTZ '2026-12-01 00:00:00' AS recorded_at, 'firm-' || firm AS organisation,
            CASE WHEN hash(i * 11) % 100 < 94 THEN 'pass' ELSE 'fail' END AS result,
            'random' AS sampling,
            ['food', 'farm', 'drug', 'consumer'][(1 + hash(firm * 13) % 4)::INT] AS product_class,
            ['production', 'distribution'][(1 + hash(i * 19) % 2)::INT] AS stage,
            ['large', 'medium', 'small'][(1 + hash(firm * 17) % 3)::INT] AS stratum,
            (1 + hash(i) % 7)::DOUBLE AS weight
            FROM (SELECT i, hash(i * 3 + 5) % {max(rows // ROWS_PER_FIRM, 10)} AS firm
                  FROM range({rows}) r(i))) TO '{path}'"""
    )


def engine(path: Path) -> Engine:
    """A lake whose only rows are those of ``path``."""
    backend = ibis.duckdb.connect()
    con = backend.con
    held = {row[0] for row in con.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()}
    for kind in KINDS.values():
        for table in (lake_table(kind), nothing_table(kind)):
            filled = table.get_name() == INDICATOR.kind.code
            columns = ", ".join(
                f'"{name}"' if filled and name in held else f'NULL::{_sql(type_)} AS "{name}"'
                for name, type_ in table.schema().items()
            )
            source = f"FROM '{path}'" if filled else "WHERE false"
            con.execute(f"CREATE VIEW {table.get_name()} AS SELECT {columns} {source}")
    return Engine(backend)


def _sql(type_: Any) -> str:
    names = {"string": "TEXT", "int64": "BIGINT", "float64": "DOUBLE", "date": "DATE"}
    names["boolean"] = "BOOLEAN"
    return names.get(str(type_).strip("!"), "TIMESTAMPTZ")


def from_rows(path: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """The peer: district x quarter from rows, by Polars and the textbook's formula."""
    rows = pl.read_parquet(path)
    district = pl.col("region").str.slice(1).cast(pl.Int32) % DISTRICTS
    rows = rows.with_columns(
        place=pl.format("D{}", district),
        period=pl.format(
            "{}Q{}", pl.col("occurred_on").dt.year(), pl.col("occurred_on").dt.quarter()
        ),
        a=pl.col("weight") * (pl.col("result") == "pass"),
    )
    found = {}
    for (period,), sample in rows.group_by("period"):
        sizes = sample.group_by("stratum").agg(m=pl.col("organisation").n_unique())
        for (place,), part in sample.group_by("place"):
            firms = part.group_by("stratum", "organisation").agg(
                pl.col("a").sum(), b=pl.col("weight").sum()
            )
            top, base = firms["a"].sum(), firms["b"].sum()
            z = firms.with_columns(z=pl.col("a") - top / base * pl.col("b")).join(
                sizes, on="stratum"
            )
            spread = z.group_by("stratum").agg(
                v=pl.col("m").first()
                / (pl.col("m").first() - 1)
                * ((pl.col("z") ** 2).sum() - pl.col("z").sum() ** 2 / pl.col("m").first())
            )
            found[str(period), str(place)] = (top / base, float(spread["v"].sum()) ** 0.5 / base)
    return found


def timed(run: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    spent = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    return result, {name: round(value, 2) for name, value in spent.items()}


def level_of(engine: Engine, levels: list[Level] | None) -> list[Estimate]:
    cells = Cells(INDICATOR, engine, Places(tree()))
    wanted = levels or [at for at in cells.levels() if at.by != "authority_level"]
    return [estimate for at in wanted for estimate in estimates(cells, at)]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rows", nargs="?", type=int, default=1_000_000)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batches.parquet"
        write(path, asked.rows)
        lake = engine(path)
        one, one_time = timed(lambda: level_of(lake, [Level("district", "quarter")]))
        every, every_time = timed(lambda: level_of(lake, None))
        peer, peer_time = timed(lambda: from_rows(path))
    ours = {(e.period, e.region): (e.estimate, e.se or 0.0) for e in one}
    apart = max(abs(x - y) for key in peer for x, y in zip(ours[key], peer[key], strict=True))
    result = {
        "rows": asked.rows,
        "one_level": one_time | {"estimates": len(one)},
        "levels_27": every_time | {"estimates": len(every)},
        "peer_one_level": peer_time,
        "ratio": round(peer_time["seconds"] / one_time["seconds"], 2),
        "largest_difference": apart,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": os.getloadavg()[0],
    }
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if ours.keys() != peer.keys() or apart > 1e-9:
        sys.exit("the two ways do not agree")


if __name__ == "__main__":
    main()
