"""Design-based estimates held to numbers made outside this code.

Sources: the stratified vector of the project's method reference (section 2.2); published answers
of the California school sample (apistrat: mean api00 662.29, SE 9.41; apiclus1: 644.17, SE 23.54);
more digits and more statistics from R 4.2.2 with survey 4.1 of Debian, each call quoted.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from support.survey_twin import Design, ratio_from_rows, sums_from_rows, total_from_rows

from zhiheng.methods.intervals import effective_size, korn_graubard
from zhiheng.methods.survey import (
    CellSums,
    design_effect,
    estimate_ratio,
    estimate_total,
)

# The real samples stay outside the repository, beside the checkout.
SCHOOLS = Path(__file__).parents[3] / "shared" / "data" / "method-reference" / "survey-api"


def strata_sums(population=None):
    """N=(1200,600,200), n=(60,40,40), passed=(58,37,34): each row is its own cluster."""
    size, drawn = np.array([1200.0, 600, 200]), np.array([60.0, 40, 40])
    passed = np.array([58.0, 37, 34])
    w = size / drawn
    return CellSums(
        cell=np.zeros(3, int),
        stratum=np.arange(3),
        a=w * passed,
        b=w * drawn,
        aa=w**2 * passed,
        ab=w**2 * passed,
        bb=w**2 * drawn,
        m=drawn,
        m_pop=population,
        n_cells=1,
    )


def test_stratified_vector_with_population_correction():
    got = estimate_ratio(strata_sums(np.array([1200.0, 600, 200])))
    assert_allclose(got.estimate, 0.9425, rtol=1e-12)
    assert_allclose(got.se, 0.0190357, atol=5e-8)
    assert_allclose(got.df, 137)
    assert_allclose((got.numerator, got.denominator), ([1885], [2000]))
    assert_allclose(design_effect(got.estimate, got.variance, 140), 0.929398, atol=5e-7)
    assert_allclose(effective_size(got.estimate, got.se, 140), 149.5592, atol=5e-5)
    assert not got.lonely.any()
    lower, upper = korn_graubard(got.estimate, got.se, 140, got.df, capped=False)
    assert_allclose((lower[0], upper[0]), (0.892214, 0.973943), atol=5e-7)


def test_stratified_vector_without_population_correction():
    assert_allclose(estimate_ratio(strata_sums()).se, 0.0197332, atol=5e-8)


def school_sample(name):
    return pl.read_csv(SCHOOLS / f"survey_{name}.csv", infer_schema_length=None)


@pytest.fixture(scope="module")
def stratified():
    rows = school_sample("apistrat")
    return rows, Design(
        len(rows),
        weight=rows["pw"].to_numpy(),
        stratum=rows["stype"].to_numpy(),
        population=rows["fpc"].to_numpy(),
    )


@pytest.fixture(scope="module")
def clustered():
    rows = school_sample("apiclus1")
    return rows, Design(
        len(rows),
        weight=rows["pw"].to_numpy(),
        cluster=rows["dnum"].to_numpy(),
        population=rows["fpc"].to_numpy(),
    )


def both_ways(rows, design, y, x=None, domain=None, lonely="adjust"):
    """(estimate, se, df) from rows, after making sure that the sums give the same."""
    top = rows[y].to_numpy() if isinstance(y, str) else y
    base = 1.0 if x is None else rows[x].to_numpy()
    slow = ratio_from_rows(top, base, design, domain=domain, lonely=lonely)
    fast = estimate_ratio(sums_from_rows(top, base, design, domain=domain), lonely=lonely)
    assert_allclose((fast.estimate[0], fast.se[0]), (slow.estimate, slow.se), rtol=1e-10)
    assert fast.df[0] == slow.df
    assert bool(fast.lonely[0]) == slow.lonely
    return slow


def totals(rows, design, y, domain=None, lonely="adjust"):
    top = rows[y].to_numpy()
    slow = total_from_rows(top, design, domain=domain, lonely=lonely)
    fast = estimate_total(sums_from_rows(top, 1.0, design, domain=domain), lonely=lonely)
    assert_allclose((fast.estimate[0], fast.se[0]), (slow.estimate, slow.se), rtol=1e-10)
    return slow.estimate, slow.se


@pytest.mark.shared
def test_published_stratified_mean(stratified):
    got = both_ways(*stratified, "api00")
    assert round(got.estimate, 2) == 662.29
    assert round(got.se, 2) == 9.41


@pytest.mark.shared
def test_published_cluster_mean(clustered):
    got = both_ways(*clustered, "api00")
    assert round(got.estimate, 2) == 644.17
    assert round(got.se, 2) == 23.54


@pytest.mark.shared
def test_stratified_statistics_equal_r(stratified):
    # d <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat, fpc=~fpc)
    rows, design = stratified
    mean = both_ways(rows, design, "api00")
    assert_allclose((mean.estimate, mean.se), (662.28736315932076, 9.40894080278458), rtol=1e-10)
    assert mean.df == 197
    # svyratio(~api.stu, ~enroll, d)
    ratio = both_ways(rows, design, "api.stu", "enroll")
    assert_allclose(
        (ratio.estimate, ratio.se), (0.83695688694052173, 0.00775710316663788), rtol=1e-10
    )
    # svytotal(~enroll, d)
    assert_allclose(totals(rows, design, "enroll"), (3687177.53243828, 114641.71610078), rtol=1e-10)
    # svymean(~awards, d): share of "Yes"
    share = both_ways(rows, design, (rows["awards"] == "Yes").to_numpy().astype(float))
    assert_allclose(
        (share.estimate, share.se), (0.6389360640505782, 0.0344059179972689), rtol=1e-10
    )


@pytest.mark.shared
def test_stratified_domains_equal_r(stratified):
    # s <- subset(d, awards == a); svymean(~api00, s); svytotal(~enroll, s)
    rows, design = stratified
    expected = {
        "No": ((633.734911659413, 15.334770976045), (1627217.132295609, 144256.009860627)),
        "Yes": ((678.4224056144380, 11.8566309874443), (2059960.40014267, 140944.74576445)),
    }
    for answer, (mean, total) in expected.items():
        domain = (rows["awards"] == answer).to_numpy()
        got = both_ways(rows, design, "api00", domain=domain)
        assert_allclose((got.estimate, got.se), mean, rtol=1e-10)
        assert_allclose(totals(rows, design, "enroll", domain), total, rtol=1e-10)


@pytest.mark.shared
def test_cluster_domains_with_absent_clusters_equal_r(clustered):
    # d <- svydesign(id=~dnum, weights=~pw, data=apiclus1, fpc=~fpc); s <- subset(d, stype == a)
    # Of the 15 districts only 8 have a high school, and all 15 keep their place in the variance.
    rows, design = clustered
    assert_allclose(
        totals(rows, design, "enroll"), (3404940.134529114, 932235.027041215), rtol=1e-10
    )
    expected = {
        "H": ((618.5714285714286, 38.0202493594075), (535594.869567871, 226716.594706410)),
        "E": ((648.8680555555555, 22.3624088938319), (2109717.12683487, 631349.38627511)),
        "M": ((631.4400000000001, 31.6094652272455), (759628.138126373, 213635.484268131)),
    }
    for kind, (mean, total) in expected.items():
        domain = (rows["stype"] == kind).to_numpy()
        got = both_ways(rows, design, "api00", domain=domain)
        assert_allclose((got.estimate, got.se), mean, rtol=1e-10)
        assert got.df == 14
        assert_allclose(totals(rows, design, "enroll", domain), total, rtol=1e-10)


@pytest.mark.shared
def test_lonely_rules_equal_r(clustered):
    # ds <- svydesign(id=~1, weights=~pw, strata=~dnum, data=apiclus1): one district has one school.
    # options(survey.lonely.psu="adjust" | "certainty"); svymean(~api00, ds); svytotal(~enroll, ds);
    # svyratio(~api.stu, ~enroll, ds)
    rows, _ = clustered
    design = Design(len(rows), weight=rows["pw"].to_numpy(), stratum=rows["dnum"].to_numpy())
    expected = {
        "adjust": (5.82805790164853, 161998.580975057, 0.00371838413981558),
        "certainty": (5.8057775782763, 161732.902447056, 0.00370315485342021),
    }
    for rule, (mean_se, total_se, ratio_se) in expected.items():
        mean = both_ways(rows, design, "api00", lonely=rule)
        assert_allclose(mean.se, mean_se, rtol=1e-10)
        assert mean.lonely
        assert mean.df == 168
        assert_allclose(totals(rows, design, "enroll", lonely=rule)[1], total_se, rtol=1e-10)
        ratio = both_ways(rows, design, "api.stu", "enroll", lonely=rule)
        assert_allclose(ratio.se, ratio_se, rtol=1e-10)


@pytest.mark.shared
def test_one_cluster_that_is_all_there_is_equals_r(clustered):
    # fpc <- ifelse(apiclus1$dnum == 413, 1, 1000): district 413 is a census of its one school, so
    # nothing is lonely. svymean(~api00, ds); svytotal(~enroll, ds)
    rows, _ = clustered
    design = Design(
        len(rows),
        weight=rows["pw"].to_numpy(),
        stratum=rows["dnum"].to_numpy(),
        population=np.where(rows["dnum"].to_numpy() == 413, 1.0, 1000.0),
    )
    got = both_ways(rows, design, "api00")
    assert_allclose(got.se, 5.73439565527654, rtol=1e-10)
    assert not got.lonely
    assert_allclose(totals(rows, design, "enroll")[1], 159713.704757456, rtol=1e-10)


@pytest.mark.shared
def test_design_effect_of_a_mean_from_rows():
    # R: s <- svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat); svymean(~api00 + awards,
    # s, deff="replace") (against sampling with replacement of the same n).
    rows = school_sample("apistrat")
    design = Design(len(rows), weight=rows["pw"].to_numpy(), stratum=rows["stype"].to_numpy())
    assert_allclose(both_ways(rows, design, "api00").deff, 1.19729176941933, rtol=1e-8)
    share = both_ways(rows, design, (rows["awards"] == "Yes").to_numpy().astype(float))
    assert_allclose(share.deff, 1.05051107798091, rtol=1e-8)
    assert_allclose(share.n_eff, share.estimate * (1 - share.estimate) / share.se**2, rtol=1e-10)
    assert_allclose(share.deff, design_effect(share.estimate, share.se**2, 200), rtol=1e-10)
