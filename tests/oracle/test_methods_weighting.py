"""Two-tier weighting held to section 2.1 of the project's method reference."""

import pytest
from numpy.testing import assert_allclose

from zhiheng.methods.errors import MethodError
from zhiheng.methods.weighting import output_weighted_rate


def test_one_region_three_industries():
    # Outputs 300/150/50, rates .96/.92/.88: weighted 0.9400 (the simple mean is 0.9200).
    got = output_weighted_rate([[96, 92, 88]], [[100, 100, 100]], [[300, 150, 50]])
    assert_allclose(got.overall, 0.94, rtol=1e-12)
    assert_allclose(got.regions, [0.94], rtol=1e-12)
    assert not got.collapsed


def test_two_tiers_by_hand():
    # Region 1: (300·.9 + 100·.8)/400 = .875; region 2: 1.0; shares .8 and .2: .8·.875 + .2 = .9.
    got = output_weighted_rate([[9, 8], [5, 0]], [[10, 10], [5, 0]], [[300, 100], [100, 0]])
    assert_allclose(got.regions, [0.875, 1.0], rtol=1e-12)
    assert_allclose(got.shares, [0.8, 0.2], rtol=1e-12)
    assert_allclose(got.overall, 0.9, rtol=1e-12)


def test_an_industry_with_output_and_no_samples_is_refused():
    with pytest.raises(MethodError, match="region 1 industry 1") as caught:
        output_weighted_rate([[9, 8], [5, 0]], [[10, 10], [5, 0]], [[300, 100], [100, 20]])
    assert caught.value.code == "weighting.empty"


def test_declared_collapse_pools_samples_and_output():
    # Both industries one group: region 1 17/20 = .85 with 400, region 2 5/5 with 120.
    got = output_weighted_rate(
        [[9, 8], [5, 0]], [[10, 10], [5, 0]], [[300, 100], [100, 20]], collapse=[0, 0]
    )
    assert_allclose(got.regions, [0.85, 1.0], rtol=1e-12)
    assert_allclose(got.overall, (0.85 * 400 + 120) / 520, rtol=1e-12)
    assert got.collapsed
