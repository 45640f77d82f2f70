"""What is wrong with a row, in words its owner can act on; a million of that in little room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

import polars as pl

from zhiheng.documents.csv_cells import inert_frame

MOST_SORTS = 50
MOST_LISTED = 5_000
"""Problems that an answer lists; all of them stand in a file."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: where (spreadsheet row, column title), which value, which rule, what to do."""

    row: int
    column: str
    value: str
    rule: str
    message: str
    fix: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_NAMES = [field.name for field in fields(Problem)]
_values = attrgetter(*_NAMES)
_SCHEMA = {name: pl.Int64 if name == "row" else pl.String for name in _NAMES}


def in_order(found: Iterable[Problem]) -> list[Problem]:
    """By their rows; many times faster than comparing problem with problem."""
    return sorted(found, key=_values)


class Problems:
    """Problems of a table, kept by columns: a million of them must not fill the memory."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._frames = [pl.DataFrame(schema=_SCHEMA)]
        self.add(found)

    def add(self, found: Iterable[Problem]) -> None:
        if isinstance(found, Problems):
            self._frames.append(found.frame)
        elif rows := [_values(p) for p in found]:
            self._frames.append(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))

    def __len__(self) -> int:
        return sum(map(len, self._frames))

    def __iter__(self) -> Iterator[Problem]:
        return (Problem(*row) for row in self.frame.iter_rows())

    @property
    def frame(self) -> pl.DataFrame:
        """All of them in the order of the rows, a column for each field of `Problem`."""
        if len(self._frames) > 1:
            self._frames = [pl.concat(self._frames).sort(_NAMES)]
        return self._frames[0]

    @property
    def rows(self) -> pl.Series:
        """The rows that have a problem, each once."""
        return self.frame["row"].unique()

    def listed(self) -> list[dict[str, Any]]:
        return self.frame.head(MOST_LISTED).to_dicts()

    def summary(self) -> list[dict[str, Any]]:
        """How many of each sort there are (column, rule), the most frequent first: what to do
        about them, and the first row that has one. At most `MOST_SORTS`."""
        sorts = self.frame.group_by("column", "rule").agg(
            pl.len().alias("count"), pl.col("row").min().alias("first_row"), pl.col("fix").first()
        )
        order = sorts.sort("count", "first_row", "column", descending=[True, False, False])
        return order.head(MOST_SORTS).to_dicts()

    def write_csv(self, path: Path) -> None:
        """All of them as a table that spreadsheet programs read as UTF-8."""
        inert_frame(self.frame).write_csv(path, include_bom=True)
