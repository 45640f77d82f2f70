"""Intervals for changes held to published and to R's numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zhiheng.methods.differences import mover, newcombe, rate_ratio, welch

# Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10 (95 %).
NEWCOMBE_1998 = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "expected"), NEWCOMBE_1998)
def test_newcombe_published_table(counts, expected):
    assert_allclose(newcombe(*counts), expected, rtol=0, atol=5e-5)


def test_newcombe_of_many_cells_at_once():
    counts = np.array([row for row, _ in NEWCOMBE_1998]).T
    expected = np.array([bounds for _, bounds in NEWCOMBE_1998])
    assert_allclose(np.stack(newcombe(*counts), axis=-1), expected, rtol=0, atol=5e-5)


def test_rate_ratio_equals_r_poisson_test():
    # R 4.2.2: poisson.test(c(17, 31), c(2.5, 3), conf.level = .9)$conf.int, then c(0, 31), c(9, 0)
    got = np.stack(rate_ratio([17, 0, 9], 2.5, [31, 31, 0], 3, level=0.9), axis=-1)
    expected = [
        (0.3784675046999429, 1.1195652068628070),
        (0, 0.1217519371765741),
        (3.038353178026977, np.inf),
    ]
    assert_allclose(got, expected, rtol=1e-9)


def test_welch_equals_r_t_test():
    # R 4.2.2: t.test(c(8, 9, 7, 10, 9), c(6, 7, 7, 5), conf.level = .9)$conf.int
    a, b = np.array([8, 9, 7, 10, 9.0]), np.array([6, 7, 7, 5.0])
    se = [x.std(ddof=1) / np.sqrt(len(x)) for x in (a, b)]
    got = welch(a.mean(), se[0], b.mean(), se[1], 4, 3, level=0.9)
    assert_allclose(got, (1.023625269701463, 3.676374730298536), rtol=1e-10)


def test_mover_with_an_exact_figure_only_shifts():
    assert_allclose(mover(0.9, (0.8, 0.95), 0.7, (0.7, 0.7)), (0.1, 0.25), rtol=1e-12)
