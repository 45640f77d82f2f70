"""What stands beside a target says of it what the verdict says; other intervals round outward."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.web.numbers import amount, interval, points

MEETS = {
    ">=": lambda x, t: x >= t,
    ">": lambda x, t: x > t,
    "<=": lambda x, t: x <= t,
    "<": lambda x, t: x < t,
}


@pytest.mark.parametrize("op", MEETS)
@given(
    value=st.floats(0, 1, allow_subnormal=False),
    target=st.integers(0, 10_000).map(lambda n: n / 10_000),
)
def test_what_is_shown_meets_the_target_where_the_figure_does(
    op: str, value: float, target: float
) -> None:
    shown = amount(value, "%", op=op, target=target).removesuffix("%")
    # A target is written in decimals: 0.9525 means 9525/10000 and not the double next to it.
    wanted = Fraction(repr(target)) * 100
    assert MEETS[op](Fraction(shown), wanted) == MEETS[op](Fraction(repr(value)) * 100, wanted)


def test_both_ends_beside_a_target_are_rounded_against_it() -> None:
    assert interval(0.94961, 0.95999, "%", op=">=", target=0.95) == "94.9% – 95.9%"
    assert interval(0.0401, 0.04961, "%", op="<", target=0.05) == "4.1% – 4.97%"


def test_an_interval_by_itself_holds_what_was_found() -> None:
    assert interval(0.94961, 0.95941, "%") == "94.9% – 96.0%"
    assert interval(12_345.678, 23_456.111, "万元") == "12,345.67 万元 – 23,456.12 万元"
    assert interval(None, 0.5, "%") == ""


def test_a_change_is_rounded_against_the_wish() -> None:
    assert points(0.01999, "%", op="increase_by") == "+1.9 个百分点"
    assert points(-0.01999, "%", op="decrease_by") == "-1.9 个百分点"
    assert points(0.01999, "%") == "+2.0 个百分点"
