"""The fast reader of delimited text against the obvious one, Python's csv module."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from zhiheng.documents.delimited import read_grid

CELLS = st.text(alphabet='ab质"\n ,5', max_size=5)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8))
def test_what_was_written_is_read(records: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    grid, delimiter = read_grid(("甲,乙\n" + text.getvalue()).encode(), {"甲", "乙"})
    width = max(2, *map(len, records))
    wanted = [tuple(cell for cell in r) + ("",) * (width - len(r)) for r in records]
    assert delimiter == ","
    assert [tuple(c or "" for c in row) for row in grid.rows()[1:]] == wanted


@given(st.text(alphabet='ab,"\n', max_size=30))
@example(body=',"y,\n\n,\nxx,y\nx,"5y5y5"\n",')
@example(body='"a"b,c\n"d"e,f\n')
def test_ill_quoted_text_is_read_as_csv_reads_it_or_refused(body: str) -> None:
    text = "甲,乙\n" + body
    try:
        grid, _delimiter = read_grid(text.encode(), {"甲", "乙"})
    except Exception as error:
        assert getattr(error, "code", "") == "file.quote"  # noqa: PT017
        return
    wanted = [[c for c in r] for r in csv.reader(io.StringIO(text, newline=""))]
    read = [[c or "" for c in row] for row in grid.rows()]
    for row, record in zip(read, wanted, strict=False):
        assert "".join(row) == "".join(record)
    assert not any("".join(r) for r in wanted[len(read) :])
