"""Satterthwaite's degrees of freedom, against Welch's test of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from zhiheng.methods.degrees import domain_df, satterthwaite

ONE_CELL = np.array([0, 0])


@pytest.mark.parametrize("sizes", [(4, 9), (2, 2), (30, 3), (5, 60)])
def test_two_whole_strata_have_the_degrees_of_freedom_of_welch(sizes: tuple[int, int]) -> None:
    chance = np.random.default_rng(sizes[0])
    one, other = chance.normal(3, 1, sizes[0]), chance.normal(5, 4, sizes[1])
    welch = stats.ttest_ind(one, other, equal_var=False).df  # the oracle
    parts = [one.var(ddof=1) / len(one), other.var(ddof=1) / len(other)]
    df = satterthwaite(ONE_CELL, parts, domain_df(sizes, sizes), n_cells=1)
    assert df == pytest.approx([welch], rel=1e-12)


def test_one_part_has_its_own() -> None:
    assert satterthwaite(np.array([0]), [2.5], [7.0], n_cells=1) == pytest.approx([7.0])


def test_equal_parts_add_theirs_up() -> None:
    assert satterthwaite(ONE_CELL, [2.0, 2.0], [3.0, 3.0], n_cells=1) == pytest.approx([6.0])


def test_a_part_without_any_leaves_none_and_a_part_of_nothing_does_not_count() -> None:
    found = satterthwaite(np.array([0, 0, 1, 1, 2]), [1, 1, 1, 0, 0], [3, 0, 3, 0, 1], n_cells=3)
    assert found[:2] == pytest.approx([0.0, 3.0])
    assert np.isnan(found[2])


def test_a_small_domain_loses_only_what_its_ratio_costs() -> None:
    """Half of the denominator in a stratum of which it holds 2 in 1,000,000 clusters."""
    assert domain_df(2, 1_000_000, 0.5) == pytest.approx(1.5, abs=1e-5)
    assert domain_df(2, 1_000_000) == pytest.approx(2.0, abs=1e-5)
