"""What would be computed by a spreadsheet program is told from what would not."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.documents.csv_cells import inert, inert_frame

COMPUTED = [
    '=HYPERLINK("http://evil.example")',
    "=1+1",
    "@SUM(A1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "\t=1",
    "\r=1",
    "-\n=1",
    "\n=1",
    "＝1+1",
    "＠SUM(A1)",
    "－2+3",
]
PLAIN = ["衡川市", "-5", "+3.5", "", "5-3", "a=b", " 1", "'=1", None, -5, 2.5, True]


@pytest.mark.parametrize("cell", COMPUTED)
def test_what_would_be_computed_is_made_text(cell: str) -> None:
    assert inert(cell) == "'" + cell


@pytest.mark.parametrize("cell", PLAIN)
def test_other_cells_stay_as_they_are(cell: Any) -> None:
    assert inert(cell) is cell


@given(st.lists(st.none() | st.text() | st.sampled_from(COMPUTED), max_size=8))
def test_a_table_at_once_says_the_same_as_cell_by_cell(cells: list[str | None]) -> None:
    frame = pl.DataFrame({"a": cells, "row": range(len(cells))}, {"a": pl.String, "row": pl.Int64})
    assert inert_frame(frame)["a"].to_list() == [inert(cell) for cell in cells]
    assert inert_frame(frame)["row"].to_list() == frame["row"].to_list()
