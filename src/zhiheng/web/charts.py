"""Figures: one set of numbers as a still drawing, as data for the live chart, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from zhiheng.documents import charts
from zhiheng.methods.rounding import rounded_outward
from zhiheng.office.words import _


@dataclass(frozen=True)
class Point:
    """One estimate in its natural unit (percent 0-100); None where it or a bound is missing.

    ``here`` marks the one that the page is about, ``link`` leads to its own page.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    verdict: str = "no_evidence"
    link: str = ""
    here: bool = False


@dataclass(frozen=True)
class Figure:
    """What the figure template shows; ``data`` goes to the live chart."""

    name: str
    title: str
    drawing: SafeString
    data: dict[str, Any]

    @property
    def data_name(self) -> str:
        """Identity of the script element that carries the data."""
        return f"{self.name}-data"


def trend(
    name: str,
    title: str,
    points: Sequence[Point],
    unit: str,
    target: charts.Target | None = None,
) -> Figure:
    """Estimates over periods with their intervals, and the target as a line."""
    still = charts.trend(
        [charts.TrendPoint(p.label, p.value, p.low, p.high) for p in points],
        title=title,
        unit=unit,
        target=target,
    )
    return Figure(name, title, mark_safe(still), _data("trend", points, unit, target))


def comparison(
    name: str,
    title: str,
    points: Sequence[Point],
    unit: str,
    target: charts.Target | None = None,
) -> Figure:
    """Estimates of several regions side by side, each a dot on its interval."""
    still = charts.forest(
        [charts.ForestRow(p.label, p.value, p.low, p.high, p.verdict) for p in points],
        title=title,
        unit=unit,
        target=target,
    )
    return Figure(name, title, mark_safe(still), _data("comparison", points, unit, target))


def _data(
    kind: str, points: Sequence[Point], unit: str, target: charts.Target | None
) -> dict[str, Any]:
    values = [abs(p.value) for p in points if p.value is not None]
    digits = 1 if unit == "%" or max(values, default=0) < 1000 else 0
    return {
        "type": kind,
        "unit": unit,
        "digits": digits,
        "points": [
            {
                "label": p.label,
                "value": p.value,
                "low": p.low,
                "high": p.high,
                "interval": _between(p, digits, unit),
                "self": p.here,
                "href": p.link,
            }
            for p in points
        ],
        "target": {"value": target.value, "label": target.label} if target else None,
        "words": {"estimate": _("估计值"), "interval": _("95% 置信区间")},
    }


def _between(point: Point, digits: int, unit: str) -> str:
    if point.low is None or point.high is None:
        return ""
    ends = rounded_outward(point.low, point.high, digits=digits)
    return " – ".join(f"{end}{unit}" for end in ends)
