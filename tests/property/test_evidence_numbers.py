"""Rows that share a number, found by digests in pieces, against an obvious search of the whole."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.documents.headers import ROW
from zhiheng.evidence.numbers import Numbers

ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "d", None]), st.sampled_from([1, 2, None])),
    min_size=1,
    max_size=20,
)


@given(ROWS, st.integers(0, 20), st.sets(st.integers(2, 21)))
def test_the_same_as_looking_at_all_rows(
    said: list[tuple[str | None, int | None]], at: int, faulty: set[int]
) -> None:
    numbered = list(enumerate(said, start=2))
    schema = {ROW: pl.Int64, "number": pl.String, "value": pl.Int64}
    frame = pl.DataFrame([(row, *one) for row, one in numbered], schema=schema, orient="row")
    pieces = [frame[:at], frame[at:]]
    numbers = Numbers("number")
    for piece in pieces:
        numbers.add(piece)
    found = numbers.shared(pieces, pl.Series(sorted(faulty), dtype=pl.Int64))
    conflicting, repeated = [], []
    for row, (number, _value) in numbered:
        others = [(r, v) for r, (n, v) in numbered if n == number and number is not None]
        if len({v for _r, v in others}) > 1:
            conflicting.append((row, number))
        elif any(r < row and r not in faulty for r, _v in others):
            repeated.append(row)
    assert found.conflicting.rows() == conflicting
    assert found.repeated.to_list() == repeated
