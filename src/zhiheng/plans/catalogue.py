"""How the indicators that targets name are measured."""

from __future__ import annotations

from zhiheng.indicators.indicators import ALL
from zhiheng.plans.declaration import Target
from zhiheng.plans.verdicts import Measure
from zhiheng.web.language import in_language


def units() -> dict[str, str]:
    """Declared unit of every indicator of the catalogue."""
    return {code: indicator.unit for code, indicator in ALL.items()}


def measure_of(target: Target) -> Measure:
    """How the target's indicator measures.

    A metric without a declared indicator is what departments report under the proposed code, in
    the unit in which the target is written; points of a share are reported as the share.
    """
    declared = ALL.get(target.code)
    if declared is None:
        unit = "%" if target.unit == "个百分点" else target.unit
        return Measure("" if target.relative else unit, "reported")
    # A composite is judged by its standard error, as a mean is.
    kind = "mean" if declared.estimator == "composite" else declared.estimator
    return Measure(declared.unit, kind, declared.per)


def breakdown_words(target: Target) -> list[str]:
    """The values of the target's breakdown in the language of the reader."""
    return [breakdown_word(target.code, *pair) for pair in target.scope.by]


def breakdown_word(indicator: str, column: str, value: str) -> str:
    """A value of a breakdown as its code list names it, else the value itself."""
    declared = ALL.get(indicator)
    choices = declared.kind.column(column).choices if declared else ()
    return next((in_language(c.zh, c.en) for c in choices if c.code == value), value)
