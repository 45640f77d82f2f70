"""Complaints: what is late, what does not count, and silence against nothing to report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.tiny_lake import measured

DUE = date(2026, 3, 20)
REACH = {"state": "duplicate", "topic": "other", "occurred_on": date(2026, 4, 30)}
"""A last row that says how far the evidence reaches, and counts nowhere."""


def complaint(state: str, due: date | None = DUE, closed: date | None = None) -> dict[str, Any]:
    return {"state": state, "due_on": due, "closed_on": closed, "topic": "product"}


def in_time(*rows: dict[str, Any], period: str = "2026Q1") -> tuple[float, float | None] | None:
    found = measured("complaints_in_time_rate", {"complaint": [*rows, REACH]}, period=period)
    return None if found is None else (found.numerator, found.denominator)


def test_closed_on_the_due_day_is_in_time_and_a_day_later_is_not() -> None:
    assert in_time(complaint("closed", closed=DUE)) == (1, 1)
    assert in_time(complaint("closed", closed=date(2026, 3, 21))) == (0, 1)


def test_open_after_the_due_day_is_late() -> None:
    assert in_time(complaint("open")) == (0, 1)


def test_open_and_not_yet_due_does_not_count() -> None:
    assert in_time(complaint("open", due=date(2026, 5, 20)), period="2026Q2") is None


def test_withdrawn_and_duplicate_complaints_do_not_count() -> None:
    assert in_time(complaint("withdrawn"), complaint("duplicate")) is None


def test_a_complaint_belongs_to_the_period_in_which_it_fell_due() -> None:
    rows = [complaint("closed", due=date(2026, 4, 2), closed=date(2026, 3, 1))]
    assert in_time(*rows, period="2026Q1") is None
    assert in_time(*rows, period="2026Q2") == (1, 1)


def test_a_complaint_without_a_due_day_belongs_to_none() -> None:
    assert in_time(complaint("closed", due=None, closed=DUE)) is None


def test_the_handling_rate_is_a_census_without_an_interval() -> None:
    found = measured("complaints_in_time_rate", {"complaint": [complaint("open"), REACH]})
    assert found is not None
    assert (found.se, found.lower, found.upper, found.level) == (None, None, None, None)
    assert found.method == "census"


def register(key: str, **said: Any) -> dict[str, Any]:
    began = date(2020, 1, 1)
    return {"organisation": key, "category": "sole_trader", "occurred_on": began, **said}


def test_complaints_per_10k_divides_by_what_is_registered_at_the_periods_end() -> None:
    evidence = {
        "complaint": [complaint("open"), complaint("withdrawn"), complaint("duplicate"), REACH],
        "organisation_register": [
            *(register(str(i)) for i in range(5)),
            register("ended in time", ended_on=date(2026, 3, 31)),
            register("ended after", ended_on=date(2026, 4, 1)),
            register("came after", occurred_on=date(2026, 4, 1)),
        ],
    }
    rate = measured("complaints_per_10k", evidence, period="2026Q1")
    assert rate is not None
    assert (rate.numerator, rate.denominator) == (2, 6)
    assert rate.estimate == pytest.approx(10_000 * 2 / 6)
    # Exact Poisson bounds for 2 events (Garwood 1936): 0.242209 and 7.224688.
    assert rate.lower == pytest.approx(0.242209 * 10_000 / 6, rel=1e-5)
    assert rate.upper == pytest.approx(7.224688 * 10_000 / 6, rel=1e-5)


def test_silence_gives_no_figure_but_nothing_to_report_gives_zero() -> None:
    registered = [register("A", region="990102"), register("B", region="990101")]
    silent = {"complaint": [complaint("open")], "organisation_register": registered}
    assert measured("complaints_per_10k", silent, region="990102") is None

    said = {"since": date(2026, 1, 1), "occurred_on": date(2026, 12, 31), "region": "990102"}
    spoken = {"complaint": [complaint("open"), said], "organisation_register": registered}
    for period in ("2026", "2026Q2", "2026-07"):
        zero = measured("complaints_per_10k", spoken, region="990102", period=period)
        assert zero is not None
        assert (zero.estimate, zero.numerator, zero.n, zero.lower) == (0, 0, 0, 0)
    assert measured("complaints_per_10k", spoken, region="990102", period="2025") is None


def test_a_region_without_registered_organisations_has_no_rate() -> None:
    assert measured("complaints_per_10k", {"complaint": [complaint("open")]}) is None
