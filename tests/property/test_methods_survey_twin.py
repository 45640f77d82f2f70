"""The sums and the rows give the same answer for any design and any domain."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from zhiheng.methods.survey import ROUNDING, CellSums, estimate_ratio, estimate_total
from zhiheng.methods.survey_arrays import (
    Design,
    ratio_from_rows,
    sums_from_rows,
    total_from_rows,
)


@st.composite
def samples(draw):
    """Rows of a clustered, stratified, weighted sample and a domain that misses some clusters."""
    rows = draw(st.integers(2, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stratum = rng.integers(0, draw(st.integers(1, 5)), rows)
    cluster = rng.integers(0, draw(st.integers(1, 12)), rows)
    weight = rng.uniform(0.5, 40, rows) if draw(st.booleans()) else None
    clusters = {s: len(set(cluster[stratum == s])) for s in set(stratum)}
    population = None
    if draw(st.booleans()):
        extra = {s: rng.integers(0, 6) for s in clusters}
        population = np.array([clusters[s] + extra[s] for s in stratum], dtype=float)
    kind = draw(st.sampled_from(["passed", "amount", "constant"]))
    y = {
        "passed": rng.integers(0, 2, rows).astype(float),
        "amount": rng.normal(50, 20, rows),
        "constant": np.full(rows, 0.1),
    }[kind]
    x = rng.uniform(1, 9, rows) if draw(st.booleans()) else np.ones(rows)
    domain = rng.random(rows) < draw(st.sampled_from([1.0, 0.6, 0.2]))
    domain[rng.integers(rows)] = True
    design = Design(rows, weight, stratum, cluster, population)
    return y, x, design, domain, draw(st.sampled_from(["adjust", "certainty"]))


def magnitude(sums, ratio):
    """Size of the terms whose difference the variance is: below it only rounding is left."""
    factor = 4.0 * np.max(sums.m)
    return factor * float((sums.aa + 2 * abs(ratio) * abs(sums.ab) + ratio**2 * sums.bb).sum())


@settings(max_examples=300, deadline=None)
@given(samples())
def test_ratio_from_sums_equals_ratio_from_rows(sample):
    y, x, design, domain, lonely = sample
    sums = sums_from_rows(y, x, design, domain=domain)
    slow = ratio_from_rows(y, x, design, domain=domain, lonely=lonely)
    fast = estimate_ratio(sums, lonely=lonely)
    assert_allclose(fast.estimate[0], slow.estimate, rtol=1e-9)
    dust = ROUNDING * magnitude(sums, slow.estimate) / fast.denominator[0] ** 2
    assert_allclose(fast.variance[0], slow.se**2, rtol=1e-9, atol=dust)
    assert fast.df[0] == slow.df
    assert fast.lonely[0] == slow.lonely


@settings(max_examples=300, deadline=None)
@given(samples())
def test_total_from_sums_equals_total_from_rows(sample):
    y, _, design, domain, lonely = sample
    sums = sums_from_rows(y, 1.0, design, domain=domain)
    slow = total_from_rows(y, design, domain=domain, lonely=lonely)
    fast = estimate_total(sums, lonely=lonely)
    assert_allclose(fast.estimate[0], slow.estimate, rtol=1e-9, atol=1e-9)
    assert_allclose(fast.variance[0], slow.se**2, rtol=1e-9, atol=ROUNDING * magnitude(sums, 0.0))
    assert (fast.df[0], fast.lonely[0]) == (slow.df, slow.lonely)


@settings(max_examples=50, deadline=None)
@given(st.lists(samples(), min_size=1, max_size=6))
def test_many_cells_at_once_equal_each_alone(parts):
    each = [sums_from_rows(y, x, design, domain=domain) for y, x, design, domain, _ in parts]
    joined = {
        name: np.concatenate([getattr(s, name) for s in each])
        for name in ("stratum", "a", "b", "aa", "ab", "bb", "m", "m_pop")
    }
    cell = np.concatenate([np.full(len(s.a), i) for i, s in enumerate(each)])
    shuffle = np.random.default_rng(0).permutation(len(cell))
    together = estimate_ratio(
        CellSums(
            cell[shuffle],
            **{name: values[shuffle] for name, values in joined.items()},
            n_cells=len(each) + 1,
        )
    )
    alone = [estimate_ratio(s) for s in each]
    for name in ("estimate", "se", "df", "numerator", "denominator", "lonely"):
        expected = np.concatenate([getattr(result, name) for result in alone])
        assert_allclose(getattr(together, name)[:-1], expected, rtol=1e-9, atol=1e-12)
    assert np.isnan(together.estimate[-1])
    assert np.isnan(together.se[-1])
    assert together.df[-1] == 0


@settings(max_examples=100, deadline=None)
@given(samples())
def test_an_empty_stratum_changes_nothing(sample):
    y, x, design, domain, lonely = sample
    sums = sums_from_rows(y, x, design, domain=domain)
    added = CellSums(
        cell=np.append(sums.cell, 0),
        stratum=np.append(sums.stratum, 99),
        a=np.append(sums.a, 0),
        b=np.append(sums.b, 0),
        aa=np.append(sums.aa, 0),
        ab=np.append(sums.ab, 0),
        bb=np.append(sums.bb, 0),
        m=np.append(sums.m, 1),
        m_pop=None,
        n_cells=1,
    )
    without = CellSums(**{**vars(sums), "m_pop": None})
    got, expected = estimate_ratio(added, lonely=lonely), estimate_ratio(without, lonely=lonely)
    assert_allclose((got.se, got.df), (expected.se, expected.df), rtol=1e-12)
    assert got.lonely[0] == expected.lonely[0]
