"""Sums, arrays and the walk over rows give the same answer for any design and any domain."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from support.survey_twin import Design, ratio_from_rows, sums_from_rows, total_from_rows

from zhiheng.methods.calibration import post_stratification
from zhiheng.methods.labels import numbered, paired
from zhiheng.methods.survey import ROUNDING, CellSums, estimate_ratio, estimate_total
from zhiheng.methods.survey_design import survey_design
from zhiheng.methods.survey_estimates import (
    survey_means,
    survey_proportions,
    survey_ratios,
    survey_totals,
)
from zhiheng.methods.survey_variance import domains


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
    return y, x, design, domain, draw(st.sampled_from(["adjust", "certainty", "remove", "average"]))


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


def arrays(design, lonely):
    """The same design for the array functions."""
    two = design.unit is not None
    return survey_design(
        design.rows,
        weights=design.weights(),
        strata=design.stratum,
        clusters=[design.cluster, design.unit] if two else [design.cluster],
        populations=[
            size for size in (design.population, design.units_of_cluster) if size is not None
        ],
        lonely=lonely,
    )


def agree(found, slow, magnitude_of):
    if np.isnan(slow.se):  # every stratum is lonely and there is none to take an average of
        assert np.isnan(found.se[0])
        return
    assert_allclose(found.estimate[0], slow.estimate, rtol=1e-9, atol=1e-9)
    assert_allclose(found.se[0] ** 2, slow.se**2, rtol=1e-8, atol=ROUNDING * magnitude_of)
    assert (found.n[0], found.lonely[0]) == (slow.n, slow.lonely)


@settings(max_examples=300, deadline=None)
@given(samples())
def test_arrays_give_what_sums_give(sample):
    """Mean, ratio, total and proportion of an ultimate-cluster design, both ways."""
    y, x, design, domain, lonely = sample
    made = arrays(design, lonely)
    within = domains(made, np.where(domain, 0, -1))
    one = np.ones(design.rows)
    success = (y > np.median(y)).astype(np.int64)
    pairs = [
        (survey_means(made, within, y), estimate_ratio, (y, one)),
        (survey_ratios(made, within, y, x), estimate_ratio, (y, x)),
        (survey_totals(made, within, y), estimate_total, (y, one)),
        (survey_proportions(made, within, success, 2)[1], estimate_ratio, (success, one)),
    ]
    for by_array, method, columns in pairs:
        sums = sums_from_rows(*columns, design, domain=domain)
        by_sums = method(sums, lonely=lonely)
        assert_allclose(by_array.estimate, by_sums.estimate, rtol=1e-9, atol=1e-9)
        scale = getattr(by_sums, "denominator", np.ones(1))[0] ** 2
        ratio = 0.0 if method is estimate_total else by_sums.estimate[0]
        dust = 10 * ROUNDING * magnitude(sums, ratio) / scale
        assert_allclose(by_array.se**2, by_sums.variance, rtol=1e-9, atol=dust)
        assert by_array.lonely[0] == by_sums.lonely[0]


@st.composite
def two_stage_samples(draw):
    """A sample of clusters and of units within them, with both populations."""
    y, x, design, domain, lonely = draw(samples())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit = rng.integers(0, draw(st.integers(1, 5)), design.rows)
    clusters, _count = numbered(np.asarray(design.stratum) * 100 + np.asarray(design.cluster))
    drawn = np.array([len(set(unit[clusters == c])) for c in range(clusters.max() + 1)])
    held = drawn + rng.integers(0, 4, len(drawn))
    strata = np.asarray(design.stratum)
    sampled = {s: len(set(clusters[strata == s])) for s in set(strata.tolist())}
    population = np.array([sampled[s] + 3.0 * (s % 3) for s in strata.tolist()])
    population[strata == 4] = np.inf
    two = Design(
        design.rows,
        design.weight,
        design.stratum,
        design.cluster,
        population,
        unit,
        held[clusters].astype(float),
    )
    return y, x, two, domain, lonely


@settings(max_examples=200, deadline=None)
@given(two_stage_samples())
def test_two_stages_equal_the_walk_over_clusters_and_units(sample):
    y, x, design, domain, lonely = sample
    made = arrays(design, lonely)
    within = domains(made, np.where(domain, 0, -1))
    ratio = ratio_from_rows(y, x, design, domain=domain, lonely=lonely)
    agree(survey_ratios(made, within, y, x), ratio, 1e4)
    total = total_from_rows(y, design, domain=domain, lonely=lonely)
    size = float(np.sum((design.weights() * y) ** 2)) * design.rows
    agree(survey_totals(made, within, y), total, size)


@settings(max_examples=60, deadline=None)
@given(samples(), st.integers(1, 7))
def test_all_domains_at_once_equal_each_alone(sample, parts):
    y, x, design, _domain, lonely = sample
    made = arrays(design, lonely)
    cell = np.random.default_rng(parts).integers(-1, parts, design.rows)
    together = survey_ratios(made, domains(made, cell, parts), y, x)
    for number in range(parts):
        alone = survey_ratios(made, domains(made, np.where(cell == number, 0, -1)), y, x)
        for name in ("estimate", "se", "df", "deff", "n", "weight"):
            assert_allclose(
                getattr(together, name)[number], getattr(alone, name)[0], rtol=1e-9, atol=1e-9
            )


@settings(max_examples=60, deadline=None)
@given(samples())
def test_a_calibrated_total_of_what_is_known_has_no_variance(sample):
    _y, _x, design, _domain, _lonely = sample
    made = arrays(design, "certainty")
    group, count = numbered(np.asarray(design.cluster) % 3)
    known = np.arange(1.0, count + 1) * 50
    adjusted = made.adjusted(post_stratification(group, known))
    found = survey_totals(adjusted, domains(adjusted, group, count), np.ones(design.rows))
    assert_allclose(found.estimate, known, rtol=1e-12)
    assert_allclose(found.se, 0, atol=1e-9 * known.sum())


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**40)), min_size=1, max_size=40))
def test_rows_are_gathered_alike_by_table_and_by_sorting(rows):
    """Wide labels are sorted, their ranks are counted: the same pairs, the same sums."""
    cell, wide = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    narrow, count = numbered(wide)
    values = np.arange(len(rows)) + 0.5
    sorted_ones, counted = paired(cell, wide, 2**41), paired(cell, narrow, count)
    assert_allclose(sorted_ones.sums(values), counted.sums(values))
    assert (sorted_ones.cell == counted.cell).all()
    assert (sorted_ones.unit == np.unique(wide)[counted.unit]).all()
