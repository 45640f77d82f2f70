"""Composites held to sections 2.1 and 2.3 to 2.5 of the method reference, and to theory."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zhiheng.methods.composite import Anchors, ratio_of_sums, simulate, weighted_sum
from zhiheng.methods.weighting import output_weighted_rate

LOW = np.array([60, 0, 0, 0, 70, 90, 0, 0, 0, 0, 0, 0], dtype=float)
HIGH = np.array([120, 60, 60, 5, 100, 100, 5, 5, 1, 40, 20, 50], dtype=float)
RISING = np.array([True, True, True, False] + [True] * 8)
ANCHORS = Anchors(LOW, HIGH, RISING)
MIDDLE = (LOW + HIGH) / 2


def test_twelve_indicators_at_the_middle():
    # Twelve inputs at the midpoint, equal weights: 80.000.
    assert weighted_sum(ANCHORS.scores(MIDDLE), np.ones(12)) == pytest.approx(80, abs=1e-12)


@pytest.mark.parametrize("at", [0, 3])
def test_one_indicator_at_its_best(at):
    # One indicator raised to its end: 80 + 20/12 = 81.667. For one where less is better, lowered.
    raised = MIDDLE.copy()
    raised[at] = HIGH[at] if RISING[at] else LOW[at]
    got = weighted_sum(ANCHORS.scores(raised), np.ones(12))
    assert round(float(got), 3) == 81.667


def test_beyond_the_ends_a_score_stays_within():
    scores = ANCHORS.scores([MIDDLE + 1000, MIDDLE - 1000])
    assert_allclose(scores[0], np.where(RISING, 100, 60))
    assert_allclose(scores[1], np.where(RISING, 60, 100))


def test_quality_loss_rate():
    # C_i 120, C_e 80, P 10 000 (万元): 1.20 % + 0.80 % = 2.00 %.
    got = ratio_of_sums([[120, 80]], [1, 1], [10_000])
    assert_allclose(got.parts * 100, [1.20, 0.80], rtol=1e-12)
    assert got.value * 100 == pytest.approx(2.00)


def test_a_regional_rate_is_not_the_mean_of_rates():
    # (120 + 10)/(10 000 + 100) = 1.287 %, not (1.2 + 10)/2 = 5.6 %.
    got = ratio_of_sums([[120], [10]], [1], [10_000, 100])
    assert got.value == pytest.approx(130 / 10_100)


def test_grade_rate():
    # (1.5·2000 + 1.0·5000 + 0.5·2500)/10 000 = 92.50 %.
    got = ratio_of_sums([[2000, 5000, 2500]], [1.5, 1.0, 0.5], [10_000])
    assert got.value * 100 == pytest.approx(92.50)
    assert ratio_of_sums([[100, 0, 0]], [1.5, 1, 0.5], [100]).value == pytest.approx(1.5)


def test_two_tiers_have_the_variance_of_stratified_samples():
    # Outputs 300/150/50, rates .96/.92/.88: .9400; variance Σ w²·p(1-p)/(n-1) by hand.
    got = output_weighted_rate([[96, 92, 88]], [[100, 100, 100]], [[300, 150, 50]])
    by_hand = (0.36 * 0.96 * 0.04 + 0.09 * 0.92 * 0.08 + 0.01 * 0.88 * 0.12) / 99
    assert got.overall == pytest.approx(0.94)
    assert got.se == pytest.approx(by_hand**0.5)


def test_simulation_agrees_with_the_variance_of_a_linear_sum():
    # Inside the anchors the index is linear: Var = Σ (w·40/(U-L))²·se².
    se = np.linspace(0.01, 0.05, 12) * (HIGH - LOW)
    got = simulate(MIDDLE, se, ANCHORS, np.ones(12), perturbation="none", draws=200_000)
    theory = np.sqrt(np.sum((40 / 12 * se / (HIGH - LOW)) ** 2))
    assert got.se == pytest.approx(theory, rel=0.01)
    assert got.by_inputs == pytest.approx(theory, rel=0.01)
    assert got.by_weights == pytest.approx(0, abs=1e-9)
    assert got.upper - got.lower == pytest.approx(2 * 1.96 * theory, rel=0.02)


def test_dirichlet_weights_have_their_known_variance():
    # Two components scored 100 and 60: index 60 + 40·w, w ~ Beta(c/2, c/2), Var = 1/(4(c+1)).
    anchors = Anchors(np.zeros(2), np.ones(2), np.array([True, True]))
    got = simulate([1, 0], [0, 0], anchors, [1, 1], spread=30, draws=200_000)
    assert got.se == pytest.approx(40 * np.sqrt(1 / (4 * 31)), rel=0.01)
    assert got.by_inputs == pytest.approx(0, abs=1e-9)


def test_uniform_weights():
    # w = a/(a+b), a and b uniform on .5 to 1.5: symmetric about 1/2, at most .75.
    anchors = Anchors(np.zeros(2), np.ones(2), np.array([True, True]))
    got = simulate([1, 0], [0, 0], anchors, [1, 1], perturbation="uniform", spread=0.5)
    assert got.mean == pytest.approx(80, abs=0.2)
    assert 70 <= got.lower < got.upper <= 90


def test_the_same_seed_gives_the_same_numbers():
    se = (HIGH - LOW) / 50
    assert simulate(MIDDLE, se, ANCHORS, np.ones(12)) == simulate(MIDDLE, se, ANCHORS, np.ones(12))
