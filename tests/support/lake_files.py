"""Batches put straight into a home's lake, in its own layout, without a ledger under them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.projection import columns_of
from zhiheng.office.home import Home


def row_id(batch: int, position: int) -> int:
    """The ledger's number of a row, as the batch's number and its place in it make it."""
    return (batch << ROW_BITS) + position


def write_batch(home: Home, kind: str, batch: int, rows: list[dict[str, Any]]) -> None:
    """One file a year; a row with ``since`` is a declaration that there is nothing to report.

    Every batch is recorded a day after the one before it.
    """
    columns = columns_of(ALL[kind])
    recorded = datetime(2027, 1, 1 + batch, 12, tzinfo=UTC)
    filled = [
        dict.fromkeys(columns)
        | {"row": row_id(batch, place), "batch": batch, "source": "office"}
        | {"external_id": f"{batch}-{place}", "recorded_at": recorded, "region": "990101"}
        | {"record_type": "nothing" if row.get("since") else "row", "occurred_on": date(2026, 3, 1)}
        | row
        for place, row in enumerate(rows)
    ]
    frame = pl.DataFrame(filled, schema=columns, orient="row")
    for (year,), part in frame.group_by(pl.col("occurred_on").dt.year()):
        folder = home.lake / f"kind={kind}" / f"year={year}"
        folder.mkdir(parents=True, exist_ok=True)
        part.write_parquet(folder / f"batch-{batch}.parquet")
