"""Satterthwaite's degrees of freedom, against Welch's test of scipy and against variances drawn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from zhiheng.methods.degrees import bounded_df, domain_df, satterthwaite
from zhiheng.methods.survey import CellSums, estimate_total, working_parts

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


def test_working_degrees_of_freedom_are_those_that_the_variance_has() -> None:
    """Whole strata of 4, 12 and 40 clusters that weigh 9, 3 and 1: a variance v of normal residuals
    has 2·E(v)²/Var(v) degrees of freedom, found here by drawing it."""
    stratum = np.repeat([0, 1, 2], [4, 12, 40])
    weight = np.repeat([9.0, 3.0, 1.0], [4, 12, 40])
    drawn = np.random.default_rng(5).normal(0, weight, (40_000, len(weight)))
    v = sum(
        m * drawn[:, stratum == h].var(axis=1, ddof=1) for h, m in enumerate(np.bincount(stratum))
    )
    simulated = 2 * v.mean() ** 2 / v.var()
    sizes = np.bincount(stratum).astype(float)
    b, bb = np.bincount(stratum, weight), np.bincount(stratum, weight**2)
    cell = np.zeros(3, dtype=np.int64)
    sums = CellSums(cell, np.arange(3), b, b, bb, bb, bb, sizes, None, 1)
    df = satterthwaite(cell, working_parts(sums), domain_df(sizes, sizes, b / b.sum()), 1)
    assert df == pytest.approx([simulated], rel=0.03)
    assert df < sizes.sum() - 3


def test_working_parts_are_what_the_variance_expects() -> None:
    """The mean of the variance's parts over every way to give six clusters the residual +B or -B;
    a stratum of which half is sampled counts half, one of a single cluster nothing."""
    size, stratum = np.array([3.0, 1.0, 2.0, 5.0, 5.0, 4.0]), np.array([0, 0, 0, 1, 1, 2])
    m, known = np.array([3.0, 2.0, 1.0]), np.array([np.nan, 4.0, np.nan])

    def sums(a: np.ndarray) -> CellSums:
        of = [np.bincount(stratum, each) for each in (a, size, a * a, a * size, size * size)]
        return CellSums(np.zeros(3, dtype=np.int64), np.arange(3), *of, m, known, 1)

    drawn = [
        estimate_total(sums(size * signs), lonely="certainty").parts
        for signs in itertools.product((-1.0, 1.0), repeat=6)
    ]
    assert working_parts(sums(size)) == pytest.approx(np.mean(drawn, axis=0))
    assert working_parts(sums(size)) == pytest.approx([14.0, 25.0, 0.0])


def test_degrees_of_freedom_stay_between_their_bounds() -> None:
    found = bounded_df([2.0, 20.0, 90.0, np.nan, 3.0], 8.0, [50.0, 50.0, 50.0, 50.0, 5.0])
    assert found == pytest.approx([8.0, 20.0, 50.0, 50.0, 5.0])
