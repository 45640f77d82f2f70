"""Laws that every interval keeps, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import optimize, stats

from zhiheng.methods.differences import newcombe, rate_ratio
from zhiheng.methods.intervals import (
    clopper_pearson,
    jeffreys,
    korn_graubard,
    poisson_rate,
    t_interval,
    wilson,
)

counts = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=150, deadline=None)
@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_proportion_intervals_hold_the_estimate_and_mirror(count, level):
    x, n = count
    for interval in (wilson, clopper_pearson):
        lower, upper = interval(x, n, level=level)
        assert 0 <= lower <= x / n <= upper <= 1
        mirrored = interval(n - x, n, level=level)
        assert_allclose((1 - mirrored[1], 1 - mirrored[0]), (lower, upper), atol=1e-12)
    lower, upper = jeffreys(x, n, level=level)
    assert 0 <= lower < upper <= 1


@settings(max_examples=100, deadline=None)
@given(counts)
def test_one_sided_bounds_are_those_of_the_wider_two_sided(count):
    for interval in (wilson, clopper_pearson, jeffreys, poisson_rate):
        lower, upper = interval(*count, level=0.9)
        assert_allclose(interval(*count, side="lower")[0], lower, rtol=1e-9)
        assert_allclose(interval(*count, side="upper")[1], upper, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_clopper_pearson_solves_its_definition(count):
    """Twin: the binomial tails solved by bisection."""
    x, n = count
    low = optimize.brentq(lambda p: stats.binom.sf(x - 1, n, p) - 0.025, 0, 1, xtol=1e-14)
    high = optimize.brentq(lambda p: stats.binom.cdf(x, n, p) - 0.025, 0, 1, xtol=1e-14)
    assert_allclose(clopper_pearson(x, n), (low, high), rtol=1e-7)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_inverts_the_score_test(count):
    x, n = count
    p = x / n
    for bound in wilson(x, n):
        if 0 < bound < 1:
            assert_allclose((p - bound) ** 2, 1.959963984540054**2 * bound * (1 - bound) / n)


@settings(max_examples=80, deadline=None)
@given(counts, counts)
def test_newcombe_changes_sign_with_the_order(one, two):
    lower, upper = newcombe(*one, *two)
    back = newcombe(*two, *one)
    assert_allclose((-back[1], -back[0]), (lower, upper), atol=1e-12)
    assert lower <= one[0] / one[1] - two[0] / two[1] <= upper


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.1, 100), st.floats(0.1, 100))
def test_rate_ratio_inverts_with_the_order(x1, x2, e1, e2):
    lower, upper = rate_ratio(x1, e1, x2, e2)
    low, high = rate_ratio(x2, e2, x1, e1)
    with np.errstate(divide="ignore"):
        assert_allclose((1 / high, 1 / low), (lower, upper), rtol=1e-8)


def test_vectors_equal_scalars():
    x, n = np.array([0, 3, 10]), np.array([10, 10, 10])
    for interval in (wilson, clopper_pearson, jeffreys, poisson_rate):
        together = np.stack(interval(x, n), axis=-1)
        assert_allclose(together, [interval(a, b) for a, b in zip(x, n, strict=True)])


def test_a_cell_without_estimate_stays_without_interval():
    gap = np.array([np.nan, 0.5])
    se, n = np.array([np.nan, 0.05]), np.array([0.0, 80])
    for lower, upper in (
        korn_graubard(gap, se, n, np.array([0.0, 79])),
        t_interval(gap, se, np.array([0.0, 79])),
        wilson(gap * n, n),
        clopper_pearson(gap * n, n),
    ):
        assert np.isnan([lower[0], upper[0]]).all()
        assert np.isfinite([lower[1], upper[1]]).all()


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_no_rows_say_nothing(interval):
    assert_allclose(interval(0, 0), (0, 1))


def test_no_degrees_of_freedom_say_nothing():
    assert_allclose(t_interval(80, 1.5, 0), (-np.inf, np.inf))
    assert_allclose(t_interval(80, 0.0, 0), (-np.inf, np.inf))
    assert_allclose(korn_graubard(0.5, 0.1, 20, 0), (0, 1))


def test_infinite_degrees_are_the_normal_limit():
    assert_allclose(t_interval(80, 1.5, np.inf), t_interval(80, 1.5), rtol=1e-12)


def test_all_passed_has_the_size_of_the_sample():
    assert_allclose(korn_graubard(1.0, 0.0, 60, 59), clopper_pearson(60, 60), rtol=1e-12)
