"""Units of targets: from a value as the plan writes it to the indicator's machine unit.

Everything the machine keeps of a ratio is the pure number (95 % is 0.95); every other figure
stays in the unit that its indicator declares.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Unit:
    """A unit of one dimension; ``size`` in the dimension's own base."""

    dimension: str
    size: Fraction


_COUNTED = (
    *("个", "项", "件", "家", "户", "部", "名", "人", "种", "次", "人次", "批", "批次", "起", "台"),
    *("所", "处", "座", "条", "张", "册", "篇", "份", "组", "头", "艘", "套", "套(间)"),
)
UNITS: dict[str, Unit] = {
    "%": Unit("ratio", Fraction(1, 100)),
    "‰": Unit("ratio", Fraction(1, 1000)),
    "个百分点": Unit("ratio", Fraction(1, 100)),
    "分": Unit("score", Fraction(1)),
    "元": Unit("money", Fraction(1)),
    "万元": Unit("money", Fraction(10_000)),
    "亿元": Unit("money", Fraction(100_000_000)),
    "分钟": Unit("time", Fraction(1)),
    "小时": Unit("time", Fraction(60)),
    "平方米": Unit("area", Fraction(1)),
    "公顷": Unit("area", Fraction(10_000)),
    "平方公里": Unit("area", Fraction(1_000_000)),
    "吨": Unit("mass", Fraction(1)),
    "万吨": Unit("mass", Fraction(10_000)),
    **{text: Unit("count", Fraction(1)) for text in _COUNTED},
}


def is_ratio(unit: str) -> bool:
    return unit in UNITS and UNITS[unit].dimension == "ratio"


def convertible(written: str, declared: str) -> bool:
    """True if a value in ``written`` can be said in ``declared``.

    A text without a unit means the indicator's own, unless that is a ratio: whether 95 stands
    for 95 % is for a person to say.
    """
    if written == declared:
        return True
    if written == "" or declared == "":
        return not is_ratio(written) and not is_ratio(declared)
    known = UNITS.get(written), UNITS.get(declared)
    return all(known) and known[0].dimension == known[1].dimension  # type: ignore[union-attr]


def to_machine(value: float, written: str, declared: str) -> float:
    """The machine value of ``value`` in ``written`` for an indicator declared in ``declared``.

    Reckoned on the decimal number that a person wrote, so that 57 % is 0.57 to the last digit.

    Raises:
        ValueError: the two units are not of one dimension.
    """
    if not convertible(written, declared):
        raise ValueError(f"a value in {written!r} cannot be said in {declared!r}")
    number = Fraction(str(float(value)))
    if is_ratio(written):
        return float(number * UNITS[written].size)
    if written == declared or "" in (written, declared):
        return float(number)
    return float(number * UNITS[written].size / UNITS[declared].size)


def allowed_for(declared: str) -> list[str]:
    """The units in which a target of this indicator may be written."""
    return [
        u
        for u in ([*UNITS, declared] if declared not in UNITS else UNITS)
        if convertible(u, declared)
    ]
