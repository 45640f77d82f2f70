"""Mistakes put into a spelled file on purpose, each kept in the list of known problems."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from zhiheng.evidence.declaration import Role
from zhiheng.evidence.mapping import Mapping

_WRONG: dict[str, tuple[str, str]] = {
    "region": ("region", "雾隐区"),
    "future": ("future", ""),
    "typo": ("code", "合哥"),
    "empty": ("required", ""),
    "negative": ("range", "-8"),
}
"""Sort of mistake: the rule that catches it, and the value written."""


@dataclass(frozen=True)
class Mistake:
    """One wrong cell: spreadsheet row, column title, rule that catches it, value."""

    row: int
    column: str
    rule: str
    value: str


def make_mistakes(
    table: pl.DataFrame,
    mapping: Mapping,
    wanted: dict[str, str],
    first_row: int,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, list[Mistake]]:
    """Spoil one row for each entry of ``wanted``: kind column, or column#2, to sort of mistake.

    Args:
        first_row: spreadsheet row of the table's first row.
    """
    places = rng.choice(table.height, min(len(wanted), table.height), replace=False)
    made = []
    for place, (entry, sort) in zip(np.sort(places), wanted.items(), strict=False):
        name = entry.partition("#")[0]
        source = mapping.columns[name]
        title = source if isinstance(source, str) else source[-1]
        rule, value = _WRONG[sort]
        old = table[title].to_list()
        if sort == "future":
            value = "2062年3月5日"
        old[place] = value or None
        table = table.with_columns(pl.Series(title, old, dtype=pl.String))
        shown = "2062-03-05" if sort == "future" else value
        if mapping.declared.column(name).role is Role.REGION and not isinstance(source, str):
            shown = f"{table[source[0]][int(place)]}/{value}"
        made.append(Mistake(first_row + int(place), title, rule, shown))
    return table, made
