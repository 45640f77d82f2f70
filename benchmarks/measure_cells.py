"""Claim: a cell level of 10^7 clustered rows in under four seconds, and no row comes to Python.

Measures a clustered, stratified, weighted pass rate over a home's lake (`synthetic_lake`) through
the views that the product opens: one cell level (district x quarter) read where the rows lie, then
27 of them (three region levels x three period types x none and two breakdowns). The peer is the
same estimate from the same files by Polars and the textbook's formula, and must agree.

    python benchmarks/measure_cells.py [ROWS ...] [--json FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl
from support import each_size_alone, spent, write_json

CODE = "product_pass_rate"


def measured(folder: Path, rows: int) -> dict[str, Any]:
    import synthetic_lake

    home = synthetic_lake.home_with(folder, rows, kinds=("product_inspection",))
    from zhiheng.indicators.cells import Cells, Level
    from zhiheng.indicators.estimate import estimate_frame
    from zhiheng.indicators.indicators import ALL
    from zhiheng.indicators.pinned import pinned
    from zhiheng.indicators.rollup import Places

    level = Level("district", "quarter")

    def one() -> pl.DataFrame:
        engine = pinned().engine
        cells = Cells(ALL[CODE], engine, Places(synthetic_lake.TREE), alone=level)
        return estimate_frame(cells, level)

    def every() -> int:
        cells = Cells(ALL[CODE], pinned().engine, Places(synthetic_lake.TREE))
        levels = [at for at in cells.levels() if at.by != "authority_level"]
        assert len(levels) == 27
        return sum(len(estimate_frame(cells, at)) for at in levels)

    found, one_time = spent(one)
    count, every_time = spent(every)
    peer, peer_time = spent(lambda: from_rows(home.lake, synthetic_lake.DISTRICTS))
    ours = {(p, r): (e, se) for p, r, e, se in found["period", "region", "estimate", "se"].rows()}
    apart = max(abs(x - y) for key in peer for x, y in zip(ours[key], peer[key], strict=True))
    return {
        "rows": rows,
        "one_level": one_time | {"estimates": len(found)},
        "levels_27": every_time | {"estimates": count},
        "peer_one_level": peer_time,
        "ratio": round(peer_time["seconds"] / one_time["seconds"], 2),
        "ratio_cpu": round(peer_time["cpu_seconds"] / one_time["cpu_seconds"], 2),
        "agree": ours.keys() == peer.keys() and apart <= 1e-9,
    }


def from_rows(lake: Path, districts: int) -> dict[tuple[str, str], tuple[float, float]]:
    """The peer: district x quarter from rows."""
    rows = pl.read_parquet(lake / "kind=product_inspection" / "*" / "*.parquet")
    rows = rows.filter(pl.col("sampling") == "random")
    day, district = pl.col("occurred_on"), pl.col("region").str.slice(1).cast(pl.Int32) % districts
    rows = rows.with_columns(
        place=pl.format("D{}", district),
        period=pl.format("{}Q{}", day.dt.year(), day.dt.quarter()),
        a=pl.col("weight") * (pl.col("result") == "pass"),
    )
    firms = rows.group_by("period", "place", "stratum", "subject").agg(
        pl.col("a").sum(), b=pl.col("weight").sum()
    )
    sizes = firms.group_by("period", "stratum").agg(m=pl.col("subject").n_unique())
    cell = ["period", "place"]
    firms = firms.join(
        firms.group_by(cell).agg(ta=pl.col("a").sum(), tb=pl.col("b").sum()), on=cell
    )
    firms = firms.with_columns(z=pl.col("a") - pl.col("ta") / pl.col("tb") * pl.col("b"))
    strata = firms.group_by(*cell, "stratum", "ta", "tb").agg(
        pl.col("z").sum(), zz=(pl.col("z") * pl.col("z")).sum()
    )
    m, z = pl.col("m"), pl.col("z")
    spread = m / (m - 1) * (pl.col("zz") - z * z / m)
    found = (
        strata.join(sizes, on=["period", "stratum"]).group_by(*cell, "ta", "tb").agg(v=spread.sum())
    )
    return {
        (p, place): (ta / tb, v**0.5 / tb)
        for p, place, ta, tb, v in found[[*cell, "ta", "tb", "v"]].rows()
    }


def main() -> None:
    sizes, path = each_size_alone(__file__, measured, [100_000, 1_000_000, 10_000_000])
    write_json({"sizes": sizes}, path)
    if not all(size["agree"] for size in sizes):
        sys.exit("the two ways do not agree")


if __name__ == "__main__":
    main()
