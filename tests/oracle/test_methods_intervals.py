"""Intervals held to tables computed outside this code.

Sources, named at each table:
- "reference": the project's method reference, section 2.2, whose numbers were computed from the
  definitions with scipy.stats and not with this package;
- R 4.2.2, base and its package survey 4.1 from Debian: binom.test, qbeta, qt and poisson.test.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from zhiheng.methods.intervals import (
    clopper_pearson,
    effective_size,
    jeffreys,
    korn_graubard,
    korn_graubard_size,
    logit,
    poisson_rate,
    rao_scott_wilson,
    t_interval,
    wald,
    wilson,
)

# x, n, Wilson 95 %, Clopper-Pearson 95 %, one-sided 95 % Clopper-Pearson. Source: reference.
TABLE = [
    (187, 200, (0.891981, 0.961624), (0.891413, 0.964939), (0.898643, 0.961127)),
    (192, 200, (0.923068, 0.979594), (0.922708, 0.982575), (0.928986, 0.979943)),
    (57, 60, (0.862995, 0.982850), (0.860757, 0.989568), (0.875813, 0.986235)),
    (60, 60, (0.939828, 1), (0.940371, 1), (0.951297, 1)),
    (46, 50, (0.811618, 0.968450), (0.807657, 0.977772), (0.826209, 0.972212)),
    (0, 30, (0, 0.113513), (0, 0.115703), (0, 0.095034)),
    (940, 1000, (0.923529, 0.953104), (0.923440, 0.953905), (0.926151, 0.951876)),
]
X, N, WILSON, EXACT, ONE_SIDED = (
    np.array(column, dtype=float) for column in zip(*TABLE, strict=True)
)


def near(got, expected, digits=6):
    assert_allclose(np.stack(got, axis=-1), expected, rtol=0, atol=0.5000001 * 10.0**-digits)


def test_wilson_table():
    near(wilson(X, N), WILSON)


def test_clopper_pearson_table():
    near(clopper_pearson(X, N), EXACT)


def test_clopper_pearson_one_sided_table():
    lower, ones = clopper_pearson(X, N, side="lower")
    zeros, upper = clopper_pearson(X, N, side="upper")
    near((lower, upper), ONE_SIDED)
    assert (ones == 1).all()
    assert (zeros == 0).all()


def test_sixty_of_sixty_by_hand():
    # All passed: the lower bound solves p^60 = 0.05.
    assert_allclose(clopper_pearson(60, 60, side="lower")[0], 0.05 ** (1 / 60), rtol=1e-12)


def test_clopper_pearson_equals_r_binom_test():
    # R: binom.test(3, 200)$conf.int
    assert_allclose(
        clopper_pearson(3, 200), (0.003104107621553514, 0.043208281917712643), rtol=1e-9
    )


def test_jeffreys_equals_r_qbeta():
    # R: qbeta(c(.025, .975), 57.5, 3.5); qbeta(c(.025, .975), 60.5, .5)
    assert_allclose(jeffreys(57, 60), (0.8725543737714543, 0.9857187721602738), rtol=1e-9)
    assert_allclose(jeffreys(60, 60), (0.9591660771331015, 0.9999918501522101), rtol=1e-9)


def test_poisson_equals_r_poisson_test():
    # R: poisson.test(0)$conf.int; poisson.test(17, 2.5, conf.level = .9)$conf.int
    assert_allclose(poisson_rate(0)[1], 3.688879454113935, rtol=1e-9)
    assert_allclose(
        poisson_rate(17, 2.5, level=0.9), (4.332856142510394, 10.199692033142130), rtol=1e-9
    )


def test_t_interval_equals_r_qt():
    # R: 78.2 + c(-1, 1) * qt(.975, 41) * 1.3
    assert_allclose(t_interval(78.2, 1.3, 41), (75.57459673842621, 80.82540326157380), rtol=1e-10)


# The stratified vector of the reference: N=(1200,600,200), n=(60,40,40), passed=(58,37,34).
P, SE, ROWS, DF = 0.9425, 0.019035662, 140, 137


def test_effective_sizes_of_the_stratified_vector():
    assert_allclose(effective_size(P, SE, ROWS), 149.5592, atol=2e-3)
    assert_allclose(korn_graubard_size(P, SE, ROWS, DF, capped=False), 149.5208, atol=2e-3)
    assert_allclose(korn_graubard_size(P, SE, ROWS, DF), 140)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (lambda: korn_graubard(P, SE, ROWS, DF, capped=False), (0.892214, 0.973943)),
        (lambda: korn_graubard(P, SE, ROWS, DF), (0.890056, 0.974773)),
        (lambda: rao_scott_wilson(P, SE, ROWS), (0.892949, 0.969889)),
        (lambda: logit(P, SE, DF), (0.891114, 0.970440)),
        (lambda: wald(P, SE, DF), (0.904858, 0.980142)),
    ],
    ids=["korn-graubard", "korn-graubard capped", "rao-scott wilson", "logit", "wald"],
)
def test_intervals_of_the_stratified_vector(interval, expected):
    # Source: reference.
    assert_allclose(np.stack(interval()), expected, rtol=0, atol=1e-6)


def test_korn_graubard_and_logit_equal_r_svyciprop():
    # R survey 4.1 on apistrat (strata stype, weights pw, fpc): svyciprop(~I(awards == "Yes"), d,
    # method = "beta"), then "logit", "mean"; degf 197, se from svymean.
    p, se = 0.638936064050578, 0.0344059179972689
    assert_allclose(
        korn_graubard(p, se, 200, 197, capped=False),
        (0.567218701479749, 0.706354783014459),
        rtol=1e-9,
    )
    assert_allclose(logit(p, se, 197), (0.568721098868047, 0.703675779368256), rtol=1e-9)
    assert_allclose(wald(p, se, 197), (0.571084874530262, 0.706787253570895), rtol=1e-9)
