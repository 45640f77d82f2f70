"""Satisfaction indices held to section 2.6a of the project's method reference (worked by hand)."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zhiheng.methods.satisfaction import Scale, ScaleMethod, weighted_index

MEANS, WEIGHTS = [8.1, 7.6, 7.9], [0.40, 0.35, 0.25]


def test_weighted_index_of_the_standard():
    # (2.840 + 2.310 + 1.725) / 9 · 100
    assert_allclose(weighted_index(MEANS, WEIGHTS), 6.875 / 9 * 100, rtol=1e-12)
    assert round(float(weighted_index(MEANS, WEIGHTS)), 3) == 76.389


def test_weighted_index_of_local_surveys_is_higher():
    got = weighted_index(MEANS, WEIGHTS, Scale(1, 10, ScaleMethod.MULTIPLE))
    assert_allclose(got, 78.75, rtol=1e-12)


def test_weights_need_not_sum_to_one():
    assert_allclose(weighted_index(MEANS, [8, 7, 5]), weighted_index(MEANS, WEIGHTS), rtol=1e-12)


@pytest.mark.parametrize(
    ("points", "method", "answers", "indices"),
    [
        (5, "range", [1, 3, 4.2, 5], [0, 50, 80, 100]),
        (5, "multiple", [1, 3, 4.2, 5], [20, 60, 84, 100]),
        (10, "range", [1, 5.5, 10], [0, 50, 100]),
        (10, "multiple", [1, 5.5, 10], [10, 55, 100]),
        (7, "range", [1, 4, 7], [0, 50, 100]),
    ],
)
def test_single_question(points, method, answers, indices):
    # 5 points: (x - 1)/4 · 100; 10 points: (x - 1)/9 · 100; multiple: x/points · 100.
    assert_allclose(Scale(1, points, method).index(answers), indices, rtol=1e-12)


def test_a_scale_that_begins_at_zero():
    # (7 - 0)/10 · 100; the multiple conversion agrees where the worst answer is 0.
    assert_allclose(Scale(0, 10).index([0, 7, 10]), [0, 70, 100], rtol=1e-12)
    assert_allclose(Scale(0, 10, ScaleMethod.MULTIPLE).index(7), 70, rtol=1e-12)


def test_margin_of_an_index():
    # Section 2.6b: se of an index is s/√n of the answers, on the index scale.
    answers = np.array([7, 9, 8, 10, 6, 9, 8.0])
    indices = Scale().index(answers)
    se = answers.std(ddof=1) / np.sqrt(7)
    assert_allclose(indices.std(ddof=1) / np.sqrt(7), se * Scale().slope, rtol=1e-12)


def test_many_cells_and_a_missing_item():
    got = weighted_index([MEANS, [8.1, np.nan, 7.9]], WEIGHTS)
    assert_allclose(got, [76.38888888888889, np.nan])
