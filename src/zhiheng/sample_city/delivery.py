"""One file as it is handed in, and how departments date and title their files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from zhiheng.sample_city.places import YEARS

OCCURRED = pl.col("occurred_on")
MOST_IN_WORKBOOK = 20_000


@dataclass(frozen=True)
class Delivery:
    """One file as it is handed in.

    Attributes:
        file: path under the folder of files.
        mapping: name of the mapping file; None for the kind's own template.
        mistakes: kind column (``#2`` for a second one) to sort of mistake.
        repeats: rows that appear twice in the file.
        same_as: the file whose bytes are handed in once more.
        nothing: rows of the template's sheet for periods without anything to report.
    """

    file: str
    party: str
    kind: str
    mapping: str | None
    delivered_on: date
    rows: pl.DataFrame
    note: str = ""
    mode: str = "proceed"
    encoding: str = "utf-8"
    titles: tuple[str, ...] = ()
    sheet: str = "Sheet1"
    mistakes: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    same_as: str | None = None
    nothing: tuple[tuple[str, ...], ...] = ()


def as_text_if_long(delivery: Delivery) -> Delivery:
    """Nobody keeps a table of tens of thousands of rows in a workbook."""
    if delivery.rows.height <= MOST_IN_WORKBOOK:
        return delivery
    return replace(delivery, file=delivery.file.replace(".xlsx", ".csv"))


def of_year(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    return rows.filter(OCCURRED.dt.year() == year)


def titled(name: str, unit: str, day: date) -> tuple[str, ...]:
    return (name, f"填报单位：{unit}", f"填报日期：{day.year}年{day.month}月{day.day}日")


def early_next_year(year: int, day: int) -> date:
    """Yearly files come in the following January; of the running year, in October."""
    return date(year + 1, 1, day) if year < YEARS[-1] else date(year, 10, min(day, 28))
