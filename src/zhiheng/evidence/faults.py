"""Problems of a table as its checks find them, under the titles that the file itself uses."""

from __future__ import annotations

import polars as pl

from zhiheng.evidence.declaration import Column
from zhiheng.evidence.mapping import Mapping
from zhiheng.evidence.problems import Problem


class Faults:
    """Collects problems under the titles that the file itself uses."""

    def __init__(self, rows: pl.Series, mapping: Mapping) -> None:
        self._rows = rows
        self._mapping = mapping
        self.found: list[Problem] = []

    def title(self, column: Column) -> str:
        source = self._mapping.columns.get(column.name, column.zh)
        return source if isinstance(source, str) else source[-1]

    def add(
        self, column: Column, bad: pl.Series, values: pl.Series, rule: str, text: str, fix: str
    ) -> None:
        """One problem for each row where ``bad``; ``text`` may use {value}."""
        if not bad.any():
            return
        where = bad.fill_null(False)
        title = self.title(column)
        for row, value in zip(
            self._rows.filter(where), values.filter(where).cast(pl.String), strict=True
        ):
            said = "" if value is None else value
            self.found.append(
                Problem(row, title, said, rule, text.format(title=title, value=said), fix)
            )
