"""Text in CSV files that a spreadsheet program must not take for a formula.

Excel, WPS and LibreOffice compute what begins with one of a few signs when they open a CSV file, so
that whoever filed a value could make the reader's program call out (OWASP, CSV Injection). An
apostrophe before it makes them show it as text. Full-width signs, which not every program takes
for text, are treated like the others to be safe. Numbers with a sign stay numbers.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

_COMPUTED = r"(?s)^[=＝@＠\t\r\n]|^[+＋\-－].*[^0-9.]"
_computed = re.compile(_COMPUTED)


def inert(cell: Any) -> Any:
    """The cell, with an apostrophe before it if it is text that would be computed."""
    return f"'{cell}" if isinstance(cell, str) and _computed.search(cell) else cell


def inert_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for every cell of the columns of text."""
    return frame.with_columns(pl.col(pl.String).str.replace(_COMPUTED, "'${0}"))
