"""From a value as a plan writes it to the indicator's machine unit."""

import pytest

from zhiheng.plans.units import allowed_for, convertible, to_machine


@pytest.mark.parametrize(
    ("value", "written", "declared", "machine"),
    [
        (95, "%", "%", 0.95),
        (57, "%", "%", 0.57),
        (3, "‰", "%", 0.003),
        (1, "个百分点", "%", 0.01),
        (80, "", "分", 80),
        (80, "分", "分", 80),
        (500, "项", "项", 500),
        (500, "家", "户", 500),
        (3, "亿元", "万元", 30000),
        (6, "分钟", "小时", 0.1),
        (5000, "公顷", "平方米", 5e7),
        (2.5, "件/万户", "件/万户", 2.5),
    ],
)
def test_a_written_value_becomes_the_machine_value(value, written, declared, machine):
    assert to_machine(value, written, declared) == machine


@pytest.mark.parametrize(
    ("written", "declared"),
    [("", "%"), ("%", ""), ("%", "项"), ("家", "万元"), ("件/万户", "项"), ("分", "项")],
)
def test_units_of_two_dimensions_do_not_mix(written, declared):
    assert not convertible(written, declared)
    with pytest.raises(ValueError, match="cannot be said"):
        to_machine(1, written, declared)


def test_the_allowed_units_of_an_indicator_are_those_of_its_dimension():
    assert allowed_for("%") == ["%", "‰", "个百分点"]
    assert "项" in allowed_for("家")
    assert allowed_for("件/万户") == ["件/万户"]
