"""Figures that departments report: taken as said, never added up, never carried on."""

from __future__ import annotations

from datetime import date
from typing import Any

from support.tiny_lake import measured


def figure(value: float, day: date, **said: Any) -> dict[str, Any]:
    named = {"indicator": "reported_brands", "region": "990000"}
    return {**named, "value": value, "occurred_on": day, **said}


def test_the_latest_figure_of_the_period_counts_and_its_source_is_kept() -> None:
    rows = [
        figure(3, date(2026, 2, 28), source="quality-office"),
        figure(5, date(2026, 3, 31), source="statistics-office"),
        figure(9, date(2026, 6, 30)),
    ]
    found = measured("reported_brands", {"reported_figure": rows}, period="2026Q1")
    assert found is not None
    assert (found.estimate, found.lower, found.level, found.n) == (5, None, None, 1)
    assert found.method == "reported; source=statistics-office"
    assert found.detail["day"] == "2026-03-31"


def test_a_later_report_of_the_same_day_wins() -> None:
    rows = [figure(3, date(2026, 3, 31)), figure(4, date(2026, 3, 31))]
    found = measured("reported_brands", {"reported_figure": rows})
    assert found is not None
    assert found.estimate == 4


def test_a_period_without_a_report_has_no_figure() -> None:
    rows = [figure(3, date(2026, 2, 28))]
    assert measured("reported_brands", {"reported_figure": rows}, period="2026Q2") is None
    assert measured("reported_quality_awards", {"reported_figure": rows}) is None


def test_districts_figures_are_not_added_up_to_the_citys() -> None:
    rows = [figure(3, date(2026, 2, 28), region="990101")]
    assert measured("reported_brands", {"reported_figure": rows}) is None
    found = measured("reported_brands", {"reported_figure": rows}, region="990101")
    assert found is not None
    assert found.estimate == 3
