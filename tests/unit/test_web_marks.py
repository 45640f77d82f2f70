"""Small drawings inside pages: places on the line, and nothing the content policy would block."""

from __future__ import annotations

import re

import pytest

from zhiheng.documents.signs import SIGNS
from zhiheng.web.marks import interval_bar, verdict_shape


def test_estimate_interval_and_target_lie_where_the_scale_puts_them() -> None:
    bar = interval_bar(0.5, 0.25, 0.75, 1.0, "not_met", "50%", span=(0.0, 1.0))
    assert 'x="40.5"' in bar  # 6 + 0.25 * 138
    assert 'width="69.0"' in bar
    assert 'x1="144.0"' in bar


def test_a_single_value_still_has_a_scale() -> None:
    assert "NaN" not in interval_bar(3.0, None, None, None, "no_evidence", "3")


def test_a_label_cannot_break_out_of_its_attribute() -> None:
    assert 'aria-label="&lt;b&gt; &quot;x&quot;"' in interval_bar(
        1.0, None, None, None, "met", '<b> "x"'
    )


@pytest.mark.parametrize("code", list(SIGNS))
def test_no_drawing_carries_a_style(code: str) -> None:
    drawings = verdict_shape(code) + interval_bar(1.0, 0.5, 1.5, 1.2, code, "x")
    assert not re.search(r"\bstyle=|<style", drawings)


def test_every_verdict_has_a_shape_of_its_own() -> None:
    assert len({re.sub(r"#\w{6}", "", verdict_shape(code)) for code in SIGNS}) == len(SIGNS)
