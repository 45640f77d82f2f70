"""What a cell of a release counts, and which cells add up."""

import pytest

from zhiheng.publication.cells import Cell, Protection, additive_groups, hidden_cells

PARENTS = {"990101": "990100", "990102": "990100", "990103": "990100", "990100": None}


def above(cell):
    return PARENTS.get(cell.region)


def cell(region, n, period="2025", by=(), **counts):
    return Cell("i", region, period, by, n, **counts)


@pytest.mark.parametrize(
    ("protection", "given", "counts"),
    [
        (Protection.OPEN, cell("990100", 3), ()),
        (Protection.UNITS, cell("990100", 60, share=59 / 60), (60,)),
        (Protection.PERSONS, cell("990100", 60, share=59 / 60), (60, 59, 1, 0)),
        (Protection.PERSONS, cell("990100", 60), (60, 0, 0, 0)),
        (Protection.PERSONS, cell("990100", 4000, events=3), (4000, 0, 0, 3)),
    ],
)
def test_what_is_protected_depends_on_whom_the_rows_come_from(protection, given, counts):
    assert given.counts(protection) == counts


def test_regions_periods_and_breakdowns_add_up():
    table = [
        cell("990100", 100),
        cell("990101", 60),
        cell("990102", 40),
        cell("990100", 30, "2025Q1"),
        cell("990100", 70, "2025Q2"),
        cell("990100", 10, "2025-02"),
        cell("990100", 55, by=(("trade", "food"),)),
        cell("990101", 5, "2025Q1", (("trade", "food"),)),
    ]
    sums = {(group.total, frozenset(group.parts)) for group in additive_groups(table, above)}
    assert sums == {
        ("i|990100|2025|", frozenset({"i|990101|2025|", "i|990102|2025|"})),
        ("i|990100|2025|", frozenset({"i|990100|2025Q1|", "i|990100|2025Q2|"})),
        ("i|990100|2025Q1|", frozenset({"i|990100|2025-02|"})),
        ("i|990100|2025|", frozenset({"i|990100|2025|trade=food"})),
    }


def test_months_add_up_to_the_year_where_the_quarter_is_no_cell():
    table = [cell("990100", 100), cell("990100", 10, "2025-02"), cell("990100", 90, "2025-05")]
    (group,) = additive_groups(table, above)
    assert group.cells == ("i|990100|2025|", "i|990100|2025-02|", "i|990100|2025-05|")


def test_a_small_district_takes_the_next_smallest_with_it():
    table = [cell("990100", 103), cell("990101", 60), cell("990102", 40), cell("990103", 3)]
    hidden = hidden_cells(table, {"i": Protection.UNITS}, above, 5)
    assert hidden == {"i|990102|2025|", "i|990103|2025|"}
    assert not hidden_cells(table, {"i": Protection.OPEN}, above, 5)
