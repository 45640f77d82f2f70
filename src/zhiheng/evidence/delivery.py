"""A file that was read and checked, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from zhiheng.documents.headers import ROW
from zhiheng.documents.raw_tables import RawTable
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.mapping import Mapping
from zhiheng.evidence.problems import Problem, Problems
from zhiheng.evidence.spool import Spool
from zhiheng.office.words import _


@dataclass(frozen=True)
class Delivery:
    """A file that was read and checked.

    Attributes:
        raw: the table, or the beginning of one too large for memory.
        rows: how many the table has.
        typed: all its rows, typed, piece by piece.
        table_problems: what is wrong with rows of the table.
        repeated: rows that only say again what an earlier sound row of the file said.
        excerpt: the table as filed, as far as it has problems, where it was too large to hold.
        nothing: checked nothing-to-report rows (``NOTHING`` columns), and what is wrong with
            others of that sheet, whose rows it numbers by itself.
        unused: the file's columns that no one asked for.
    """

    kind: Kind
    mapping: Mapping
    raw: RawTable
    rows: int
    typed: Spool
    table_problems: Problems
    repeated: pl.Series
    excerpt: pl.DataFrame
    nothing: pl.DataFrame
    nothing_problems: list[Problem]
    unused: tuple[str, ...]
    file_hash: str

    @property
    def read(self) -> int:
        return self.rows + len(self.nothing) + len(self.nothing_problems)

    @property
    def problems(self) -> Problems:
        """All of them, those of the nothing-to-report sheet included."""
        if not self.nothing_problems:
            return self.table_problems
        whole = Problems(self.nothing_problems)
        whole.add(self.table_problems)
        return whole

    @property
    def header_is_wrong(self) -> bool:
        """Something is wrong with the table as a whole: none of its rows can be taken."""
        return bool((self.table_problems.frame["rule"] == "column_missing").any())

    @property
    def rejected(self) -> int:
        """Rows that cannot be taken."""
        return len(self.table_problems.rows) + len(self.nothing_problems)

    def marks(self) -> list[Problem]:
        """Problems as the table's sheet shows them: those of the other sheet at its header.

        Of a table too large to hold, those of the rows in ``excerpt``.
        """
        header = self.raw.header_row or 0
        found = self.table_problems.frame
        if self.raw.more is not None:
            rows = pl.concat([self.excerpt[ROW], pl.Series([header], dtype=pl.Int64)])
            found = found.filter(pl.col("row").is_in(rows.implode()))
        return [
            *(Problem(*row) for row in found.iter_rows()),
            *(
                replace(
                    p,
                    row=header,
                    message=_("{message}（第 {row} 行）", message=p.message, row=p.row),
                )
                for p in self.nothing_problems
            ),
        ]

    def marked_table(self) -> RawTable:
        """The table as far as its problems are shown in it."""
        return self.raw if self.raw.more is None else replace(self.raw, frame=self.excerpt)
