"""No hidden cell of a table can be worked out from the shown ones, whatever the counts are.

The twin judges by floating-point null space instead of the module's elimination over a prime
field: a hidden count is open exactly if some solution of the equations over the hidden cells
moves it.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

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
