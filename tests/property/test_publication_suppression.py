"""No hidden cell of a table can be worked out from the shown ones, whatever the counts are.

The twin judges by floating-point null space instead of the module's elimination over a prime
field: a hidden count is open exactly if some solution of the equations over the hidden cells
moves it.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from zhiheng.publication import suppression
from zhiheng.publication.suppression import Group, determined, sensitive, suppressed

K = 5
count = st.one_of(st.integers(0, 8), st.integers(0, 60))


def counts_of(sizes):
    return {cell: (n,) for cell, n in sizes.items()}


@st.composite
def tables(draw):
    """A region by quarter table as published: with both margins and the grand total."""
    districts, quarters = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    sizes = {
        f"d{i}q{j}": draw(count) for i in range(1, districts + 1) for j in range(1, quarters + 1)
    }
    groups = []
    for i in range(1, districts + 1):
        sizes[f"d{i}q0"] = sum(sizes[f"d{i}q{j}"] for j in range(1, quarters + 1))
        groups.append(Group(f"d{i}q0", tuple(f"d{i}q{j}" for j in range(1, quarters + 1))))
    for j in range(quarters + 1):
        sizes[f"d0q{j}"] = sum(sizes[f"d{i}q{j}"] for i in range(1, districts + 1))
        groups.append(Group(f"d0q{j}", tuple(f"d{i}q{j}" for i in range(1, districts + 1))))
    groups.append(Group("d0q0", tuple(f"d0q{j}" for j in range(1, quarters + 1))))
    return sizes, groups


def open_cells(hidden, groups):
    """The hidden cells that more than one set of values would fit."""
    columns = sorted(hidden)
    matrix = np.zeros((len(groups), len(columns)))
    for i, group in enumerate(groups):
        for cell, sign in ((group.total, 1), *((part, -1) for part in group.parts)):
            if cell in hidden:
                matrix[i, columns.index(cell)] += sign
    space = null_space(matrix) if columns else np.zeros((0, 0))
    return {
        cell for i, cell in enumerate(columns) if space.shape[1] and np.abs(space[i]).max() > 1e-9
    }


@settings(max_examples=300, deadline=None)
@given(tables())
def test_nothing_hidden_can_be_worked_out(table):
    sizes, groups = table
    primary = {cell for cell, n in sizes.items() if sensitive([n], K)}
    hidden = suppressed(counts_of(sizes), primary, groups, K)
    assert primary <= hidden
    assert open_cells(hidden, groups) >= primary
    assert determined(hidden, groups) == set(hidden) - open_cells(hidden, groups) == set()


@settings(max_examples=300, deadline=None)
@given(tables())
def test_what_a_shown_total_leaves_open_is_no_small_count(table):
    sizes, groups = table
    primary = {cell for cell, n in sizes.items() if sensitive([n], K)}
    hidden = suppressed(counts_of(sizes), primary, groups, K)
    for group in groups:
        if group.total not in hidden:
            assert not sensitive([sum(sizes[p] for p in group.parts if p in hidden)], K)


@settings(max_examples=200, deadline=None)
@given(tables(), st.data())
def test_the_elimination_agrees_with_the_null_space(table, data):
    sizes, groups = table
    hidden = data.draw(st.sets(st.sampled_from(sorted(sizes))))
    assert determined(hidden, groups) == hidden - open_cells(hidden, groups)


@st.composite
def thin_tables(draw):
    """Wards in districts by months in quarters by class, of a few rows each, many cells empty."""
    districts, wards, classes = draw(st.integers(1, 3)), draw(st.integers(1, 3)), 2
    sizes: dict[str, int] = {}
    parts: dict[tuple[str, str], set[str]] = {}
    small = draw(st.lists(st.integers(0, 6), min_size=1, max_size=400))
    leaves = [
        (f"d{i}w{j}", f"q{m // 3}m{m}", f"c{c}")
        for i in range(districts) for j in range(wards) for m in range(6) for c in range(classes)
    ]  # fmt: skip
    for number, (ward, month, kind) in enumerate(leaves):
        n = small[number % len(small)]
        for at, place in enumerate((ward, ward[:2], "city")):
            for when, period in enumerate((month, month[:2], "year")):
                for of, by in enumerate((kind, "all")):
                    key = f"{place}|{period}|{by}"
                    sizes[key] = sizes.get(key, 0) + n
                    above = (ward[:2], "city")[at] if at < 2 else None
                    longer = (month[:2], "year")[when] if when < 2 else None
                    if above:
                        parts.setdefault((f"{above}|{period}|{by}", "place"), set()).add(key)
                    if longer:
                        parts.setdefault((f"{place}|{longer}|{by}", "period"), set()).add(key)
                    if of == 0:
                        parts.setdefault((f"{place}|{period}|all", "by"), set()).add(key)
    return sizes, [Group(total, tuple(sorted(of))) for (total, _kind), of in parts.items()]


@settings(max_examples=25, deadline=None)
@given(thin_tables())
def test_asking_what_is_in_doubt_hides_what_asking_everything_hides(table):
    """The slow twin asks every equation about every hidden cell in every round."""
    sizes, groups = table
    primary = {cell for cell, n in sizes.items() if sensitive([n], K)}
    quick = suppressed(counts_of(sizes), primary, groups, K)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppression, "_connected", lambda _cells, _hidden, _around: groups)
        assert suppressed(counts_of(sizes), primary, groups, K) == quick
