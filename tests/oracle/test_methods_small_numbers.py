"""Small areas, forecasts, relative targets, guard bands, funnels: held to numbers made elsewhere.

R's metafor (Viechtbauer; random-effects models by restricted maximum likelihood) stands for
Fay-Herriot, VGAM (Yee) for the beta-binomial, R's own lm for the line; the binomial is scipy's.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats
from support import r_survey

from zhiheng.methods.forecasts import forecast
from zhiheng.methods.guard_bands import Conformity, conformance_probability, judge_measured
from zhiheng.methods.league import Place, funnel_limits, funnel_places, joint_level, rank_ranges
from zhiheng.methods.planning import sample_for_power
from zhiheng.methods.relative import judge_relative, mover_ratio
from zhiheng.methods.small_areas import beta_binomial, fay_herriot
from zhiheng.methods.vocabulary import Evidence, Verdict

pytestmark = pytest.mark.r

CHANCE = np.random.default_rng(20260401)
AREAS = 14
ERRORS = CHANCE.uniform(0.5, 3, AREAS)
WEALTH = CHANCE.normal(0, 1, AREAS)
FIGURES = 80 + 2 * WEALTH + CHANCE.normal(0, 2, AREAS) + CHANCE.normal(0, ERRORS)
SIZES = CHANCE.integers(8, 90, AREAS)
PASSED = CHANCE.binomial(SIZES, np.clip(CHANCE.normal(0.9, 0.06, AREAS), 0, 1))
YEARS = np.array([2019.0, 2020, 2021, 2023, 2024, 2025])
SHARES = np.array([0.912, 0.918, 0.931, 0.936, 0.934, 0.949])
SES = np.array([0.010, 0.008, 0.009, 0.007, 0.012, 0.006])


@pytest.fixture(scope="module")
def r(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    folder: Path = tmp_path_factory.mktemp("r")
    areas = pl.DataFrame({"y": FIGURES, "v": ERRORS**2, "z": WEALTH, "x": PASSED, "n": SIZES})
    years = pl.DataFrame({"t": YEARS, "p": SHARES, "w": SES**-2 / np.mean(SES**-2)})
    exact = "method = 'REML', control = list(threshold = 1e-14, maxiter = 10000)"
    setup = f"""
suppressMessages({{library(metafor); library(VGAM)}})
plain <- rma(y, v, data = areas, {exact})
with_z <- rma(y, v, mods = ~ z, data = areas, {exact})
bb <- vglm(cbind(x, n - x) ~ 1, betabinomial(zero = 2), data = areas,
           epsilon = 1e-13, maxit = 500)
line <- lm(p ~ t, data = years)
weighted <- lm(p ~ t, data = years, weights = w)
new <- data.frame(t = 2028)
"""
    calls = {
        "plain": "c(plain$tau2, blup(plain)$pred, blup(plain)$se)",
        "with_z": "c(with_z$tau2, blup(with_z)$pred, blup(with_z)$se)",
        "bb": "Coef(bb)",
        "line": "c(predict(line, new, interval = 'prediction', level = .9), coef(line)[2])",
        "weighted": "predict(weighted, new, interval = 'prediction', weights = 1)",
    }
    return r_survey.answers(folder, {"areas": areas, "years": years}, setup, calls)


@pytest.mark.parametrize(("name", "covariate"), [("plain", None), ("with_z", WEALTH)])
def test_fay_herriot_is_the_random_effects_model(r, name, covariate):
    ours = fay_herriot(FIGURES, ERRORS, covariate)
    variance, predicted, root = r[name][0], r[name][1 : AREAS + 1], r[name][AREAS + 1 :]
    assert ours.between**2 == pytest.approx(variance, rel=1e-6)
    assert ours.estimate == pytest.approx(predicted, rel=1e-8)
    # metafor takes the variance between areas as known; Datta and Lahiri's term for that it is not:
    known = variance + ERRORS**2
    unknown = ERRORS**4 / known**3 * 2 / np.sum(known**-2.0)
    assert ours.se**2 == pytest.approx(root**2 + 2 * unknown, rel=1e-6)


def test_fay_herriot_without_any_difference_between_areas():
    ours = fay_herriot([80.0, 80.1, 79.9, 80.0], [2.0, 2.0, 2.0, 2.0])
    assert ours.between == 0
    assert ours.weight == pytest.approx(0)
    assert ours.estimate == pytest.approx(80.0)


def test_beta_binomial_is_vgams(r):
    share, rho = r["bb"]
    ours = beta_binomial(PASSED, SIZES)
    precision = 1 / rho - 1
    assert ours.model[0] == pytest.approx(share, abs=1e-6)
    assert ours.between == pytest.approx(math.sqrt(share * (1 - share) * rho), rel=1e-4)
    expected = (PASSED + share * precision) / (SIZES + precision)
    assert ours.estimate == pytest.approx(expected, abs=1e-6)
    last = stats.beta(PASSED[0] + share * precision, SIZES[0] - PASSED[0] + (1 - share) * precision)
    assert ours.lower[0] == pytest.approx(last.ppf(0.025), abs=1e-5)
    assert ours.se[0] == pytest.approx(last.std(), abs=1e-5)


def test_beta_binomial_where_areas_differ_by_chance_alone():
    ours = beta_binomial([9, 9, 9, 9], [10, 10, 10, 10])
    assert ours.between == 0
    assert ours.estimate == pytest.approx(0.9)
    assert beta_binomial([5, 7, 3], [5, 7, 3]).estimate == pytest.approx(1.0)


def test_the_line_is_lms(r):
    ours = forecast(YEARS, SHARES, 2028, level=0.9)
    assert [ours.estimate, ours.lower, ours.upper, ours.slope] == pytest.approx(r["line"], rel=1e-9)
    ours = forecast(YEARS, SHARES, 2028, ses=SES)
    assert [ours.estimate, ours.lower, ours.upper] == pytest.approx(r["weighted"], rel=1e-9)
    below = stats.t(ours.df).cdf((0.96 - ours.estimate) / ours.se)
    assert ours.probability(">=", 0.96) == pytest.approx(1 - below)


def test_a_perfect_line_is_certain():
    ours = forecast([1, 2, 3], [0.1, 0.2, 0.3], 4)
    assert (ours.estimate, ours.se) == (pytest.approx(0.4), 0)
    assert ours.probability(">=", 0.35) == 1
    assert ours.probability("<", 0.35) == 0


def test_the_ratio_of_two_figures_is_where_the_contrast_is_nought():
    """Donner and Zou's bound r is where the MOVER bound of first - r·second is 0."""
    first, one, second, two = 0.08, (0.05, 0.12), 0.2, (0.15, 0.27)
    lower, upper = mover_ratio(first, one, second, two)
    low = first - lower * second - math.hypot(first - one[0], lower * (two[1] - second))
    high = first - upper * second + math.hypot(one[1] - first, upper * (second - two[0]))
    assert (low, high) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))


def test_fieller_is_the_ratio_of_symmetric_bounds():
    """With symmetric bounds the ratio is Fieller's theorem (1954), solved as its quadratic."""
    a, b, half_a, half_b = 30.0, 60.0, 8.0, 9.0
    roots = np.roots([b**2 - half_b**2, -2 * a * b, a**2 - half_a**2])
    lower, upper = mover_ratio(a, (a - half_a, a + half_a), b, (b - half_b, b + half_b))
    assert (float(lower), float(upper)) == pytest.approx(tuple(sorted(roots)))


def rate(events: int, exposure: float) -> Evidence:
    return Evidence(events / exposure, kind="rate", numerator=events, denominator=exposure, n=None)


def test_half_of_the_national_mean():
    nation = Evidence(0.02, kind="rate", census=True)
    assert judge_relative(rate(2, 1000), "<=", 0.5, nation).verdict is Verdict.MET
    assert judge_relative(rate(8, 1000), "<=", 0.5, nation).verdict is Verdict.UNDETERMINED
    assert judge_relative(rate(30, 1000), "<=", 0.5, nation).verdict is Verdict.NOT_MET
    exact = judge_relative(Evidence(0.01, kind="rate", census=True), "<=", 0.5, nation)
    assert (exact.verdict, exact.method) == (Verdict.MET, "exact")


def test_conformance_probability_and_guard_bands():
    """At the guarded limit the risk is exactly the one that was asked for (JCGM 106, 8.3.2)."""
    unit = 0.3
    found = judge_measured(9.2, unit, None, 10.0, risk=0.05)
    assert found.guard == pytest.approx(unit * stats.norm.ppf(0.95))
    assert conformance_probability(10 - found.guard, unit, None, 10.0) == pytest.approx(0.95)
    assert found.conformity is Conformity.PASS
    kinds = [judge_measured(y, unit, None, 10.0).conformity for y in (9.9, 10.1, 10.6)]
    assert kinds == [Conformity.CONDITIONAL_PASS, Conformity.CONDITIONAL_FAIL, Conformity.FAIL]
    both = conformance_probability(5.0, 1.0, 4.0, 7.0)
    assert both == pytest.approx(stats.norm.cdf(2) - stats.norm.cdf(-1))


def test_funnel_limits_leave_the_tails_outside():
    lower, upper = funnel_limits([20, 100, 1000], 0.9, 0.95)
    assert np.all(lower < 0.9)
    assert np.all(upper[1:] > 0.9)
    for size, low in zip((100, 1000), lower[1:], strict=True):
        count = math.floor(low * size)
        assert stats.binom.cdf(count, size, 0.9) <= 0.025 <= stats.binom.cdf(count + 1, size, 0.9)
    # Large samples: the normal limits 0.9 ± z·sqrt(0.09/n).
    lower, upper = funnel_limits([10**7], 0.9, 0.998)
    z = stats.norm.ppf(0.999) * math.sqrt(0.09 / 10**7)
    assert [lower[0], upper[0]] == pytest.approx([0.9 - z, 0.9 + z], abs=3e-7)


def test_places_in_the_funnel():
    places = funnel_places([70, 83, 90, 96, 100], [100] * 5, 0.9)
    assert places == [
        Place.BELOW_ALARM,
        Place.BELOW_WARNING,
        Place.INSIDE,
        Place.ABOVE_WARNING,
        Place.ABOVE_ALARM,
    ]


def test_ranks_that_the_intervals_leave_open():
    ranks = rank_ranges([0.9, 0.8, 0.7, 0.7], [0.85, 0.75, 0.6, 0.65], [0.95, 0.86, 0.76, 0.74])
    assert ranks.rank.tolist() == [1, 2, 3, 3]
    assert ranks.best.tolist() == [1, 1, 2, 3]
    assert ranks.worst.tolist() == [2, 3, 4, 4]
    down = rank_ranges([3, 2], [2.5, 1.5], [3.5, 2.2], higher_is_better=False)
    assert (down.rank.tolist(), down.best.tolist()) == ([2, 1], [2, 1])
    assert joint_level(2, 0.9025) == pytest.approx(0.95)


@pytest.mark.parametrize(("target", "truth", "power"), [(0.95, 0.98, 0.8), (0.9, 0.95, 0.9)])
def test_sample_for_power_is_the_smallest(target, truth, power):
    """Held to the binomial summed outcome by outcome."""
    plan = sample_for_power(target, truth, power)

    def chance(n: int) -> float:
        critical = -1
        while stats.binom.cdf(critical + 1, n, 1 - target) <= 0.05:
            critical += 1
        return float(stats.binom.cdf(critical, n, 1 - truth)) if critical >= 0 else 0.0

    assert chance(plan.size) >= power
    assert plan.power == pytest.approx(chance(plan.size))
    assert all(chance(n) < power for n in range(1, plan.size))
    assert stats.binom.cdf(plan.failures, plan.size, 1 - target) <= 0.05
