"""Verdicts and planning held to the tables of the project's method reference, section 3.

Those tables were computed from the definitions with scipy.stats, not with this package.
"""

import pytest

from zhiheng.methods.planning import expected, fewest_failures, progress, smallest_sample
from zhiheng.methods.rounding import rounded_against
from zhiheng.methods.verdicts import Evidence, Operator, Verdict, judge


def sample(passed, n, **more):
    return Evidence(passed / n, n=n, numerator=passed, denominator=n, **more)


def rate(events, exposure, per=1.0):
    value = per * events / exposure
    return Evidence(value, numerator=events, denominator=exposure, kind="rate", per=per)


# passed, n, one-sided bounds, verdict, P(p >= .95) under Jeffreys ("-" in the table: None here)
AT_LEAST_95 = [
    (60, 60, 0.9513, 1, "met", 0.9871),
    (192, 200, 0.9290, 0.9799, "undetermined", 0.7323),
    (57, 60, 0.8758, 0.9862, "undetermined", 0.4632),
    (187, 200, 0.8986, 0.9611, "undetermined", 0.1638),
    (940, 1000, 0.9262, 0.9519, "undetermined", None),
    (930, 1000, 0.9153, 0.9428, "not_met", None),
]


@pytest.mark.parametrize(("passed", "n", "lower", "upper", "verdict", "probability"), AT_LEAST_95)
def test_at_least_95_percent(passed, n, lower, upper, verdict, probability):
    got = judge(sample(passed, n), ">=", 0.95)
    assert got.verdict == verdict
    assert (got.lower, got.upper) == (
        pytest.approx(lower, abs=5.1e-5),
        pytest.approx(upper, abs=5.1e-5),
    )
    if probability is not None:
        assert got.probability == pytest.approx(probability, abs=5.1e-5)


@pytest.mark.parametrize(("passed", "n", "lower", "upper", "verdict", "probability"), AT_LEAST_95)
def test_at_most_is_its_mirror(passed, n, lower, upper, verdict, probability):
    got = judge(sample(n - passed, n), "<=", 0.05)
    assert got.verdict == verdict
    assert (1 - got.upper, 1 - got.lower) == (
        pytest.approx(lower, abs=5.1e-5),
        pytest.approx(upper, abs=5.1e-5),
    )


SMALLEST_SAMPLE = {
    0.90: [29, 46, 61, 76, 89, 103],
    0.92: [36, 58, 77, 95, 112, 129],
    0.95: [59, 93, 124, 153, 181, 208],
    0.96: [74, 117, 156, 192, 227, 261],
    0.98: [149, 236, 313, 386, 456, 523],
}


@pytest.mark.parametrize(("target", "sizes"), SMALLEST_SAMPLE.items())
def test_smallest_sample_for_met(target, sizes):
    assert [smallest_sample(target, failures) for failures in range(6)] == sizes


FEWEST_FAILURES = {0.95: [5, 6, 10, 16, 34], 0.90: [7, 10, 16, 28, 62], 0.96: [4, 5, 8, 14, 28]}


@pytest.mark.parametrize(("target", "failures"), FEWEST_FAILURES.items())
def test_fewest_failures_for_not_met(target, failures):
    assert [fewest_failures(target, n) for n in (30, 50, 100, 200, 500)] == failures


def test_n_needed_without_failures_is_the_planning_table():
    assert judge(sample(30, 30), ">=", 0.95).n_needed == 59
    assert judge(sample(30, 30), ">=", 0.98).n_needed == 149


def test_n_needed_is_none_where_the_estimate_is_the_target():
    assert judge(sample(57, 60), ">=", 0.95).n_needed is None


def test_design_uses_korn_graubard():
    # The stratified vector of section 2.2: .942500, se .0190357, n 140, df 137. Its two-sided 95 %
    # capped bounds are (.890056, .974773), which are the one-sided bounds at 2.5 %.
    evidence = Evidence(0.9425, n=140, se=0.019035662, df=137)
    got = judge(evidence, ">=", 0.95, alpha=0.025)
    assert (got.lower, got.upper) == (
        pytest.approx(0.890056, abs=1e-6),
        pytest.approx(0.974773, abs=1e-6),
    )
    assert (got.verdict, got.method) == (Verdict.UNDETERMINED, "korn_graubard")
    uncapped = Evidence(0.9425, n=140, se=0.019035662, df=137, family="korn_graubard_uncapped")
    got = judge(uncapped, ">=", 0.89, alpha=0.025)
    assert (got.lower, got.upper) == (
        pytest.approx(0.892214, abs=1e-6),
        pytest.approx(0.973943, abs=1e-6),
    )
    assert got.verdict == Verdict.MET


def test_hundred_percent_is_refuted_by_one_failure_and_never_proven():
    for operator in ("=", ">="):
        assert judge(sample(9999, 10000), operator, 1).verdict == Verdict.NOT_MET
        got = judge(sample(10000, 10000), operator, 1)
        assert (got.verdict, got.n_needed) == (Verdict.UNDETERMINED, None)
        assert got.lower == pytest.approx(0.05 ** (1 / 10000))


def test_census_is_compared_exactly_and_unrounded():
    def counted(passed, n):
        return sample(passed, n, census=True)

    assert judge(counted(100, 100), "=", 1).verdict == Verdict.MET
    assert judge(counted(9999, 10000), "=", 1).verdict == Verdict.NOT_MET
    assert judge(counted(93, 100), ">=", 0.93).verdict == Verdict.MET
    assert judge(counted(93, 100), ">", 0.93).verdict == Verdict.NOT_MET
    assert judge(counted(9496, 10000), ">=", 0.95).verdict == Verdict.NOT_MET
    got = judge(counted(93, 100), ">=", 0.93)
    assert (got.lower, got.upper, got.probability, got.method) == (None, None, None, "exact")


def test_index_target_uses_mean_and_t():
    # 81.2 with se 0.9 from 250 answers: R 4.2.2, 81.2 + c(-1, 1) * qt(.95, 249) * .9
    got = judge(Evidence(81.2, n=250, se=0.9, kind="mean"), ">=", 80)
    assert (got.lower, got.upper) == (
        pytest.approx(79.71410346349029),
        pytest.approx(82.68589653650972),
    )
    # and 1 - pt((80 - 81.2) / .9, 249)
    assert got.probability == pytest.approx(0.9081795268863168)
    assert got.verdict == Verdict.UNDETERMINED


def test_about_needs_the_interval_inside_the_tolerance():
    mean = Evidence(30.0, n=400, se=0.5, kind="mean")
    assert judge(mean, "~", 30, tolerance=1).verdict == Verdict.MET
    assert judge(mean, "~", 30, tolerance=0.5).verdict == Verdict.UNDETERMINED
    assert judge(mean, "~", 32, tolerance=1).verdict == Verdict.NOT_MET
    reported = Evidence(31.0, kind="reported")
    assert judge(reported, "~", 30, tolerance=1).verdict == Verdict.MET
    assert judge(reported, "~", 30, tolerance=0.9).verdict == Verdict.NOT_MET


def test_falling_rate_uses_the_exact_ratio():
    # R 4.2.2: poisson.test(c(17, 31), c(2.5, 3), conf.level = .9)$conf.int
    got = judge(rate(17, 2.5), "trend_down", None, baseline=rate(31, 3))
    assert (got.lower, got.upper) == (
        pytest.approx(0.3784675046999429),
        pytest.approx(1.1195652068628070),
    )
    assert (got.verdict, got.method) == (Verdict.UNDETERMINED, "rate_ratio")
    per_ten_thousand = judge(
        rate(17, 25000, 1e4), "trend_down", None, baseline=rate(31, 30000, 1e4)
    )
    assert (per_ten_thousand.lower, per_ten_thousand.upper) == pytest.approx((got.lower, got.upper))


def test_rising_share_uses_newcombe():
    # Newcombe 1998, table II (95 %): 56/70 - 48/80 lies in (.0524, .3339).
    got = judge(sample(56, 70), "trend_up", None, baseline=sample(48, 80), alpha=0.025)
    assert (got.lower, got.upper) == (
        pytest.approx(0.0524, abs=5e-5),
        pytest.approx(0.3339, abs=5e-5),
    )
    assert (got.verdict, got.method) == (Verdict.MET, "newcombe")
    grown = judge(sample(56, 70), "increase_by", 0.05, baseline=sample(48, 80), alpha=0.025)
    assert grown.verdict == Verdict.MET
    grown = judge(sample(56, 70), "increase_by", 0.06, baseline=sample(48, 80), alpha=0.025)
    assert grown.verdict == Verdict.UNDETERMINED


def test_milestone_counts_compare_plainly():
    assert judge(Evidence(50, kind="reported"), ">=", 50).verdict == Verdict.MET
    assert judge(Evidence(49, kind="reported"), ">=", 50).verdict == Verdict.NOT_MET
    before = Evidence(40, kind="reported")
    assert judge(Evidence(49, kind="reported"), "increase_by", 9, baseline=before).verdict == "met"
    assert (
        judge(Evidence(40, kind="reported"), "trend_up", None, baseline=before).verdict == "not_met"
    )


def test_what_cannot_be_judged_says_why():
    assert judge(None, ">=", 0.95).verdict == Verdict.NO_EVIDENCE
    assert judge(Evidence(float("nan"), n=0), ">=", 0.95).verdict == Verdict.NO_EVIDENCE
    assert judge(sample(60, 60), "trend_up", None).verdict == Verdict.NO_EVIDENCE
    assert judge(sample(60, 60), ">=", None, damaged=True).verdict == Verdict.DAMAGED
    early = judge(sample(60, 60), ">=", 0.95, due=False)
    assert (early.verdict, early.n_needed) == (Verdict.NOT_DUE, None)
    assert early.lower == pytest.approx(0.951297, abs=1e-6)


def test_path_and_progress():
    # Section 3: x_exp = x0 + (T - x0)(t - t0)/(t1 - t0); progress (x - x0)/(T - x0). By hand: from
    # 80 in 2020 to 90 in 2025 stands at 86 in 2023; 87.5 is three quarters of the way.
    assert expected(80, 90, 2020, 2025, 2023) == pytest.approx(86)
    assert expected(80, 90, 2020, 2025, 2030) == pytest.approx(90)
    assert progress(87.5, 80, 90) == pytest.approx(0.75)
    assert progress(9, 10, 6) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("value", "operator", "target", "shown"),
    [
        (94.96, ">=", 95, "94.9"),
        (95.04, ">=", 95, "95.0"),
        (95.0, ">=", 95, "95.0"),
        (94.99999999999999, ">=", 95, "94.9"),
        (5.01, "<=", 5, "5.1"),
        (4.91, "<=", 5, "5.0"),
        (99.97, "=", 100, "99.9"),
        (100.0, "=", 100, "100.0"),
        (30.04, "~", 30, "30.1"),
        (2.39, "trend_up", None, "2.3"),
        (95.04, ">", 95, "95.04"),
        (4.96, "<", 5, "4.96"),
        (95.27, ">=", 95.25, "95.27"),
    ],
)
def test_rounding_goes_against_the_target(value, operator, target, shown):
    # 94.96 must never show as 95.0: section 3, pitfalls.
    assert rounded_against(value, Operator(operator), target) == shown


def test_rounding_a_share_to_percent_adds_no_binary_noise():
    assert 0.57 * 100 < 57
    assert rounded_against(0.57, ">=", 0.57, scale=100) == "57.0"


def test_probability_of_a_rate():
    # R 4.2.2: pgamma(6, 17.5, 2.5)
    assert judge(rate(17, 2.5), "<=", 6).probability == pytest.approx(0.2918690488366216)


def test_probability_of_a_change():
    # R 4.2.2: P(p1 - p2 >= .05) for Beta(56.5, 14.5) and Beta(48.5, 32.5) by
    # integrate(function(q) dbeta(q, 48.5, 32.5) * (1 - pbeta(q + .05, 56.5, 14.5)), 0, 1)
    got = judge(sample(56, 70), "increase_by", 0.05, baseline=sample(48, 80))
    assert got.probability == pytest.approx(0.9778429838588836, abs=1e-4)
    # integrate(function(r) dgamma(r, 31.5, 3) * pgamma(r, 17.5, 2.5), 0, Inf)
    got = judge(rate(17, 2.5), "trend_down", None, baseline=rate(31, 3))
    assert got.probability == pytest.approx(0.9197398941548085, abs=1e-4)


def test_probability_is_unknown_where_nothing_was_sampled():
    assert judge(Evidence(50, kind="reported"), ">=", 50).probability is None
    assert judge(sample(20, 30), "=", 0.5).probability is None


def test_change_against_an_exact_baseline_is_the_figure_against_a_number():
    baseline = Evidence(0.90, kind="reported")
    for passed in (185, 190, 199):
        change = judge(sample(passed, 200, family="wilson"), "trend_up", None, baseline=baseline)
        plain = judge(sample(passed, 200, family="wilson"), ">", 0.90)
        assert change.verdict == plain.verdict
        assert change.probability == pytest.approx(plain.probability)
        assert change.lower + 0.9 == pytest.approx(plain.lower)


def test_means_change_by_welch():
    # R 4.2.2: t.test(c(8, 9, 7, 10, 9), c(6, 7, 7, 5), conf.level = .9)$conf.int
    now = Evidence(8.6, n=5, se=0.5099019513592785, kind="mean")
    before = Evidence(6.25, n=4, se=0.47871355387816905, kind="mean")
    got = judge(now, "increase_by", 1, baseline=before)
    assert (got.lower, got.upper) == pytest.approx((1.023625269701463, 3.676374730298536))
    assert (got.verdict, got.method) == ("met", "welch")


def test_a_sample_that_does_not_vary_decides_nothing():
    got = judge(Evidence(90, n=3, se=0.0, kind="mean"), ">=", 80)
    assert (got.verdict, got.lower, got.upper) == (Verdict.UNDETERMINED, None, None)
    assert (got.probability, got.n_needed) == (None, None)


def test_sample_size_for_a_mean():
    # R 4.2.2: n <- 251:1000; n[which(81.2 - qt(.95, n - 1) * .9 * sqrt(250 / n) >= 80)[1]]
    assert judge(Evidence(81.2, n=250, se=0.9, kind="mean"), ">=", 80).n_needed == 383
    # 20 degrees of freedom grow with the sample: qt(.95, 20 * n / 250) instead
    assert judge(Evidence(81.2, n=250, se=0.9, df=20, kind="mean"), ">=", 80).n_needed == 404


def test_a_census_above_a_sampled_baseline():
    # The share now is .75 for certain; then it was 48 of 80. R 4.2.2: pbeta(.7, 48.5, 32.5)
    now = sample(75, 100, census=True)
    got = judge(now, "increase_by", 0.05, baseline=sample(48, 80))
    assert got.probability == pytest.approx(0.9722417484727766)
    assert got.n_needed is None


def test_the_edge_belongs_to_the_side_the_operator_says():
    edge = sample(5, 100, census=True)
    assert [judge(edge, op, 0.05).verdict for op in (">=", ">", "<=", "<")] == [
        "met",
        "not_met",
        "met",
        "not_met",
    ]


def test_a_bound_exactly_on_the_target_is_not_below_it():
    # One failure in one item: the upper bound is 1 - .05 = .95, by the definition of the interval.
    got = judge(sample(0, 1), ">=", 0.95)
    assert got.upper == pytest.approx(0.95, abs=1e-14)
    assert got.verdict == Verdict.UNDETERMINED
    assert fewest_failures(0.95, 1) is None
    assert judge(sample(0, 1), ">=", 0.92, alpha=0.08).verdict == Verdict.UNDETERMINED
