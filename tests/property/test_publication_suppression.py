"""No hidden cell of a table can be worked out from the shown ones, whatever the counts are.

The twin judges by floating-point null space instead of the module's elimination over a prime
field: a hidden count is open exactly if some solution of the equations over the hidden cells
moves it.
"""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space

from zhiheng.publication import suppression
from zhiheng.publication.cells import Cell, additive_groups
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


def thin_city(districts: int, wards: int, classes: int, seed: int) -> tuple[dict, list[Group]]:
    """A year's rows of a city, one on average for each ward, month and class, with every sum."""
    parents: dict[str, str | None] = {"C": None}
    parents |= {f"D{d}": "C" for d in range(districts)}
    parents |= {f"D{d}W{w}": f"D{d}" for d in range(districts) for w in range(wards)}
    chance = np.random.default_rng(seed)
    sums: Counter[tuple] = Counter()
    for d, w, m, c in itertools.product(range(districts), range(wards), range(12), range(classes)):
        n = int(chance.poisson(1))
        whole = (f"D{d}W{w}", f"D{d}", "C"), (f"2026-{m + 1:02d}", f"2026Q{m // 3 + 1}", "2026")
        for place, period, by in itertools.product(*whole, ((), (("stage", str(c)),))):
            if n:
                sums[place, period, by] += n
    cells = [Cell("x", *where, n) for where, n in sums.items()]
    groups = additive_groups(cells, lambda cell: parents.get(cell.region))
    return {cell.key: (cell.n,) for cell in cells}, groups


@pytest.mark.parametrize("city", [(3, 3, 2, 10), (4, 3, 3, 1), (5, 4, 3, 6)], ids=str)
def test_asking_what_is_in_doubt_hides_what_asking_everything_hides(city, monkeypatch):
    """The slow twin asks every equation about every hidden cell, in each of its rounds."""
    counts, groups = thin_city(*city)
    primary = {cell for cell, protected in counts.items() if sensitive(protected, K)}
    quick = suppressed(counts, primary, groups, K)
    rounds = []
    monkeypatch.setattr(suppression, "_connected", lambda *_of: rounds.append(1) or groups)
    assert suppressed(counts, primary, groups, K) == quick
    assert determined(quick, groups) == set()
    assert len(rounds) > 1
