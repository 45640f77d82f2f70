"""Packs as they lie in the record, read for verification: raw, whatever became of their bytes.

No framework here: helper processes read through the database's own driver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from zhiheng.evidence import packs
from zhiheng.evidence.packs import SIZE

BLOCK = 1 << 16
"""Rows that are looked at together."""
_BYTES = {
    "sqlite": "CASE typeof({column}) WHEN 'text' THEN CAST({column} AS blob) END",
    "postgresql": "convert_to({column}::text, 'UTF8')",
}
"""A text as bytes, since a damaged one may be no text any more; null where it is kept as another
type, in which the very same bytes are found by no comparison."""
_TEXTS = ("first_day", "last_day", "regions")
_PACKS = """
SELECT id, batch_id, rows, {first_day}, {last_day}, {regions},
    digest, root, words, salts, leaves, body
FROM evidence_pack WHERE id >= {start} AND id < {end} ORDER BY id
"""
_CORRECTIONS = """
SELECT row, supersedes FROM evidence_correction WHERE row >= {start} AND row < {end} ORDER BY row
"""


_PERSONS = "SELECT row, {column}, {value}, salt FROM evidence_personalvalue ORDER BY row"


class Record(Protocol):
    @property
    def vendor(self) -> str: ...

    def rows(self, sql: str) -> Iterator[list[tuple[Any, ...]]]: ...


@dataclass(frozen=True)
class StoredPack:
    """A pack's columns."""

    id: int
    batch: int
    rows: int
    first_day: bytes
    last_day: bytes
    regions: bytes
    digest: bytes
    root: bytes
    words: bytes
    salts: bytes
    leaves: bytes
    body: bytes

    @property
    def sound(self) -> bool:
        """Whether every column is of its type."""
        numbers = (self.id, self.batch, self.rows)
        parts = (*self._parts, self.digest)
        return all(isinstance(n, int) for n in numbers) and all(isinstance(p, bytes) for p in parts)

    @property
    def _parts(self) -> tuple[bytes, ...]:
        days = (self.first_day, self.last_day)
        return (*days, self.regions, self.root, self.words, self.salts, self.leaves, self.body)

    def summed(self, corrections: list[tuple[int, int]]) -> bytes:
        """The digest over its columns as they are; see `packs.digest`."""
        numbers = (self.id, self.batch, self.rows)
        return packs.digest(numbers, (*self._parts, packs.pairs(corrections)))


Corrections = dict[int, list[tuple[int, int]]]
"""By pack: rows and the ones that they correct."""


def stored_packs(record: Record, start: int, end: int) -> list[StoredPack]:
    """The packs whose ids are in a range."""
    texts = {name: _BYTES[record.vendor].format(column=name) for name in _TEXTS}
    sql = _PACKS.format(start=int(start), end=int(end), **texts)
    return [StoredPack(*row) for part in record.rows(sql) for row in part]


def corrections(record: Record, start: int, end: int) -> Corrections:
    """The corrections of rows whose ids are in a range."""
    found: Corrections = {}
    for part in record.rows(_CORRECTIONS.format(start=int(start), end=int(end))):
        for row, supersedes in part:
            # What is no number any more is no row's id either.
            older = supersedes if isinstance(supersedes, int) else -1
            found.setdefault(row - row % SIZE, []).append((row, older))
    return found


def personal_values(record: Record) -> Iterator[tuple[Any, ...]]:
    """Every personal value that is kept: its row, column, value and salt, in order of rows, none
    of which need be of its type."""
    column, value = (_BYTES[record.vendor].format(column=name) for name in ('"column"', "value"))
    for part in record.rows(_PERSONS.format(column=column, value=value)):
        yield from part
