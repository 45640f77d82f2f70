"""Targets judged from an indicator's figures as the lake gives them.

The table "T = 95 %" comes from the methods reference, section 3 (computed there with
Clopper-Pearson one-sided bounds and Jeffreys' prior, independently of this program). The design
row is its stratified vector of section 2.2: N = (1200, 600, 200), n = (60, 40, 40),
pass = (58, 37, 34), p = .9425, se = .0190357, df = 137.
"""

from datetime import date

import pytest
from scipy.stats import beta

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Baseline, Scope, Target
from zhiheng.plans.verdicts import Figure, Measure, judged

AS_OF = date(2026, 1, 15)
RATE = Measure("%", "proportion")


def target(op=Operator.AT_LEAST, value=95.0, unit="%", **more):
    fields = {"deadline": 2025, "text": "合格率", "indicator": "pass_rate", **more}
    return Target(id="T01", scope=Scope("990100"), op=op, value=value, unit=unit, **fields)


def share(x, n, period="2025"):
    return Figure(period, x / n, n=n, numerator=x, denominator=n, method="wilson", id=7)


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper", "verdict", "probability"),
    [
        (60, 60, 0.9513, 1, "met", 0.9871),
        (192, 200, 0.9290, 0.9799, "undetermined", 0.7323),
        (57, 60, 0.8758, 0.9862, "undetermined", 0.4632),
        (187, 200, 0.8986, 0.9611, "undetermined", 0.1638),
        (940, 1000, 0.9262, 0.9519, "undetermined", None),
        (930, 1000, 0.9153, 0.9428, "not_met", None),
    ],
)
def test_a_simple_sample_against_95_per_cent(x, n, lower, upper, verdict, probability):
    found = judged(target(), RATE, {"2025": share(x, n)}, AS_OF)
    assert found.verdict == verdict
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=1e-4)
    if probability is not None:
        assert found.judgement.probability == pytest.approx(probability, abs=1e-4)
    assert found.value == 0.95


@pytest.mark.parametrize(("percent", "n"), [(90, 29), (92, 36), (95, 59), (96, 74), (98, 149)])
def test_the_smallest_sample_without_failures_that_shows_a_target_met(percent, n):
    """Planning table of the methods reference, section 3, column c = 0."""
    enough = judged(target(value=percent), RATE, {"2025": share(n, n)}, AS_OF)
    short = judged(target(value=percent), RATE, {"2025": share(n - 1, n - 1)}, AS_OF)
    assert (enough.verdict, short.verdict) == ("met", "undetermined")
    assert short.judgement.n_needed == n


def test_a_designed_sample_is_judged_by_its_standard_error():
    figure = Figure(
        "2025", 0.9425, se=0.0190357, n=140, numerator=1885, denominator=2000, df=137,
        method="korn-graubard; weighted; stratified",
    )  # fmt: skip
    found = judged(target(), RATE, {"2025": figure}, AS_OF)
    # n_eff = 149.5592 of the vector, capped at the 140 rows that were judged.
    assert found.lower == pytest.approx(beta.ppf(0.05, 0.9425 * 140, 0.0575 * 140 + 1), abs=1e-9)
    assert found.verdict == "undetermined"


@pytest.mark.parametrize(("estimate", "verdict"), [(0.95, "met"), (0.9499999, "not_met")])
def test_a_census_is_compared_exactly(estimate, verdict):
    figure = Figure("2025", estimate, n=400, method="census")
    found = judged(target(), RATE, {"2025": figure}, AS_OF)
    assert (found.verdict, found.lower, found.upper) == (verdict, None, None)


@pytest.mark.parametrize(("failed", "verdict"), [(0, "undetermined"), (1, "not_met")])
def test_all_of_a_sample_can_be_refuted_and_never_proven(failed, verdict):
    found = judged(target(Operator.EQUAL, 100.0), RATE, {"2025": share(60 - failed, 60)}, AS_OF)
    assert found.verdict == verdict


COUNT = Measure("项", "reported")


def reported(value, period="2025"):
    return Figure(period, value, n=1, numerator=value, method="reported; source=unit")


@pytest.mark.parametrize(
    ("op", "value", "more", "before", "now", "verdict"),
    [
        (Operator.AT_LEAST, 500.0, {}, None, 500, "met"),
        (Operator.ABOVE, 500.0, {}, None, 500, "not_met"),
        (Operator.AT_MOST, 500.0, {}, None, 501, "not_met"),
        (Operator.ABOUT, 500.0, {}, None, 475, "met"),
        (Operator.ABOUT, 500.0, {}, None, 474, "not_met"),
        (Operator.ABOUT, 500.0, {"tolerance": 30.0}, None, 470, "met"),
        (Operator.ABOUT, 500.0, {"value_max": 600.0}, None, 600, "met"),
        (Operator.ABOUT, 500.0, {"value_max": 600.0}, None, 499, "not_met"),
        (Operator.INCREASE_BY, 20.0, {"baseline": Baseline("2024")}, 100, 120, "met"),
        (Operator.INCREASE_BY, 20.0, {"baseline": Baseline("2024")}, 100, 119, "not_met"),
        (Operator.INCREASE_BY, 20.0, {"baseline": Baseline("2023", 100.0)}, None, 120, "met"),
        (Operator.INCREASE_BY, 20.0, {"baseline": Baseline("2023")}, 100, 120, "no_evidence"),
        (Operator.INCREASE_BY, 20.0, {"baseline": Baseline("2024"), "unit": "%"}, 50, 60, "met"),
        (
            Operator.INCREASE_BY,
            20.0,
            {"baseline": Baseline("2024"), "unit": "%"},
            50,
            59,
            "not_met",
        ),
        (Operator.DECREASE_BY, 20.0, {"baseline": Baseline("2024"), "unit": "%"}, 50, 40, "met"),
        (Operator.TREND_DOWN, None, {"baseline": Baseline("2024")}, 50, 49, "met"),
        (Operator.TREND_UP, None, {"baseline": Baseline("2024")}, 50, 50, "not_met"),
    ],
)
def test_reported_figures_are_compared_as_they_stand(op, value, more, before, now, verdict):
    series = {"2025": reported(now)} | ({"2024": reported(before, "2024")} if before else {})
    found = judged(target(op, value, **{"unit": "项", **more}), COUNT, series, AS_OF)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("op", "before", "now", "verdict"),
    [
        (Operator.TREND_UP, (900, 1000), (940, 1000), "met"),
        (Operator.TREND_UP, (900, 1000), (905, 1000), "undetermined"),
        (Operator.TREND_DOWN, (900, 1000), (940, 1000), "not_met"),
    ],
)
def test_a_trend_of_two_samples_needs_a_change_beyond_chance(op, before, now, verdict):
    series = {"2024": share(*before, "2024"), "2025": share(*now)}
    found = judged(target(op, None, baseline=Baseline("2024")), RATE, series, AS_OF)
    assert found.verdict == verdict
    assert found.baseline.period == "2024"
    # The figure keeps its own bounds; those of the change are the judgement's.
    assert found.lower < now[0] / now[1] < found.upper
    assert found.judgement.lower < (now[0] - before[0]) / 1000 < found.judgement.upper


def test_a_relative_change_of_two_samples_counts_the_baselines_error_too():
    series = {"2024": share(600, 1000, "2024"), "2025": share(700, 1000)}
    for percent, verdict in ((5.0, "met"), (15.0, "undetermined"), (30.0, "not_met")):
        found = judged(
            target(Operator.INCREASE_BY, percent, baseline=Baseline("2024")), RATE, series, AS_OF
        )
        assert found.verdict == verdict


def test_a_rate_is_judged_by_its_events():
    figure = Figure("2025", 25.0, n=50, numerator=50, denominator=20000, method="poisson")
    found = judged(
        target(Operator.AT_MOST, 40.0, "件/万户"), Measure("件/万户", "rate", 10000),
        {"2025": figure}, AS_OF,
    )  # fmt: skip
    assert found.verdict == "met"
    # Garwood: chi2(.95; 102)/2 = 63.287 events over 2 ten-thousands.
    assert found.upper == pytest.approx(31.6435, abs=1e-3)
