"""What the lake says of a row: the columns of a kind, and how they follow from canonical texts."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from zhiheng.evidence.conversion import POLARS_TYPE
from zhiheng.evidence.declaration import Kind

SHARED_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.Int64,
    "batch": pl.Int64,
    "source": pl.String,
    "external_id": pl.String,
    "record_type": pl.String,
    "subject": pl.String,
    "region": pl.String,
    "occurred_on": pl.Date,
    "since": pl.Date,
    "recorded_at": pl.Datetime("us", "UTC"),
    "leaf": pl.String,
    "supersedes": pl.Int64,
}
"""Columns of every lake file; ``since`` is the first day of a nothing-to-report period."""


def columns_of(kind: Kind) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The lake's columns of a kind, with their Polars types."""
    own = {c.name: POLARS_TYPE[c.type] for c in kind.plain_columns}
    return {**SHARED_COLUMNS, **own}


def typed(
    said: pl.DataFrame,
    places: pl.DataFrame,
    batch: int,
    recorded_at: datetime,
    kind: Kind,
) -> pl.DataFrame:
    """Rows as the lake has them.

    Args:
        said: what they say, see `canonical.decode`.
        places: columns row, leaf and supersedes.
    """
    shared = said.select(
        places["row"],
        pl.lit(batch, dtype=pl.Int64).alias("batch"),
        pl.col("$source").alias("source"),
        pl.col("$id").alias("external_id"),
        pl.col("$type").alias("record_type"),
        pl.col("$subject").alias("subject"),
        pl.col("$region").alias("region"),
        pl.col("$day").alias("occurred_on"),
        pl.col("$since").alias("since"),
        pl.lit(recorded_at).cast(pl.Datetime("us", "UTC")).alias("recorded_at"),
        places["leaf"].bin.encode("hex"),
        places["supersedes"],
    )
    return pl.concat([shared, said.select(c.name for c in kind.plain_columns)], how="horizontal")
