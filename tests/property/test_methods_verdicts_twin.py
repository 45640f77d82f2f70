"""Planning and verdicts agree with each other, with brute force, and keep their error rate."""

from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.methods.planning import fewest_failures, smallest_sample
from zhiheng.methods.verdicts import Evidence, Verdict, judge


def sample(passed, n):
    return Evidence(passed / n, n=n, numerator=passed, denominator=n)


targets = st.sampled_from([0.6, 0.75, 0.9, 0.92, 0.95])


@settings(max_examples=40, deadline=None)
@given(targets, st.integers(0, 4))
def test_smallest_sample_is_where_the_verdict_turns(target, failures):
    n = smallest_sample(target, failures)
    assert judge(sample(n - failures, n), ">=", target).verdict == Verdict.MET
    smaller = n - 1
    if smaller > failures:
        assert judge(sample(smaller - failures, smaller), ">=", target).verdict != Verdict.MET


@settings(max_examples=40, deadline=None)
@given(targets, st.integers(1, 120))
def test_fewest_failures_is_where_the_verdict_turns(target, n):
    judged = [judge(sample(n - f, n), ">=", target).verdict for f in range(n + 1)]
    found = [f for f, verdict in enumerate(judged) if verdict == Verdict.NOT_MET]
    assert fewest_failures(target, n) == (found[0] if found else None)


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 400), st.floats(0, 1), targets)
def test_n_needed_is_the_first_size_that_decides(n, share, target):
    passed = round(n * share)
    got = judge(sample(passed, n), ">=", target)
    if got.verdict != Verdict.UNDETERMINED:
        assert got.n_needed is None
    elif got.n_needed is not None:
        size = got.n_needed
        assert size > n
        at, before = (Evidence(passed / n, n=m) for m in (size, size - 1))
        assert judge(at, ">=", target).verdict != Verdict.UNDETERMINED
        assert judge(before, ">=", target).verdict == Verdict.UNDETERMINED


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.floats(0, 1), targets)
def test_opposite_questions_have_opposite_answers(n, share, target):
    passed = round(n * share)
    at_least = judge(sample(passed, n), ">=", target)
    below = judge(sample(passed, n), "<", target)
    opposite = {"met": "not_met", "not_met": "met", "undetermined": "undetermined"}
    assert below.verdict == opposite[at_least.verdict]
    assert below.probability == pytest.approx(1 - at_least.probability)
    assert below.n_needed == at_least.n_needed


@pytest.mark.parametrize("n", [20, 60, 150])
@pytest.mark.parametrize("target", [0.8, 0.95])
def test_a_wrong_verdict_is_at_most_five_percent_likely(n, target):
    """Exact, by summing the binomial over every outcome with the truth at the target's edge."""
    verdicts = [judge(sample(x, n), ">=", target).verdict for x in range(n + 1)]
    chance = [comb(n, x) * target**x * (1 - target) ** (n - x) for x in range(n + 1)]
    for wrong in (Verdict.MET, Verdict.NOT_MET):
        likely = sum(c for c, verdict in zip(chance, verdicts, strict=True) if verdict == wrong)
        assert likely <= 0.05 + 1e-12
