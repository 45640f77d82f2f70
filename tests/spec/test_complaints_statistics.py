"""Figures of complaint handling on tables small enough to count by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from zhiheng.complaints.statistics import (
    CASES,
    Share,
    by_region,
    figures,
    league,
    pareto,
    per_10k,
    window,
)

TODAY = date(2026, 6, 30)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(f"2026-{text}") if text else None


def _cases(*rows: dict) -> pl.DataFrame:
    blank = dict.fromkeys(CASES)
    made = [
        blank | {"case": str(n), "region": "east", "received_on": _day("03-01")} | row
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame(made, schema=CASES)


def _accepted(due: str | None, ended: str | None, outcome: str | None = None, **other) -> dict:
    return {
        "accept_due": _day("03-10"),
        "decided_on": _day("03-05"),
        "accepted": True,
        "mediation_due": _day(due),
        "ended_on": _day(ended),
        "outcome": outcome,
        **other,
    }


def test_open_and_late_is_late_and_open_and_not_due_is_left_out() -> None:
    cases = _cases(
        _accepted("05-10", "05-10", "agreement"),
        _accepted("05-10", "05-11", "terminated"),
        _accepted("05-10", None),
        _accepted("07-10", None),
        _accepted("06-30", None),
    )
    assert figures(cases, TODAY).ended_in_time == Share(1, 3)
    assert figures(cases, date(2026, 7, 1)).ended_in_time == Share(1, 4)


def test_what_happened_later_is_not_known_yet() -> None:
    cases = _cases(_accepted("05-10", "05-20", "agreement", recovered=100.0, rating=5))
    before, after = figures(cases, date(2026, 5, 10)), figures(cases, date(2026, 5, 20))
    assert (before.ended_in_time, before.mediated, before.recovered) == (
        Share(0, 0),
        Share(0, 0),
        0,
    )
    assert (after.ended_in_time, after.mediated, after.recovered) == (Share(0, 1), Share(1, 1), 100)
    assert figures(cases, date(2026, 5, 11)).ended_in_time == Share(0, 1)
    assert figures(cases, date(2026, 2, 1)).received == 0


def test_acceptance_in_time_counts_refusals_too() -> None:
    refused = {"accept_due": _day("03-10"), "decided_on": _day("03-11"), "accepted": False}
    cases = _cases(_accepted(None, None), refused, {"accept_due": _day("03-10")})
    assert figures(cases, TODAY).accepted_in_time == Share(1, 3)


def test_withdrawn_cases_are_no_failed_mediation() -> None:
    cases = _cases(
        _accepted("05-10", "05-01", "agreement"),
        _accepted("05-10", "05-01", "terminated"),
        _accepted("05-10", "05-01", "withdrawn"),
        _accepted("07-10", None),
    )
    assert figures(cases, TODAY).mediated == Share(1, 2)


def test_repeats_ratings_and_rates() -> None:
    cases = _cases({"repeated": True}, {"rating": 4}, {"rating": 3}, {})
    found = figures(cases, TODAY)
    assert (found.repeated, found.satisfied) == (Share(1, 4), Share(1, 2))
    assert found.ended_in_time.value is None
    assert per_10k(50, 20_000) == pytest.approx(25)
    assert per_10k(50, 0) is None


def test_small_counts_and_what_reveals_them_are_hidden() -> None:
    rows = [{"region": "east"}] * 20 + [{"region": "west"}] * 30 + [{"region": "north"}] * 3
    lines = {line.region: line for line in by_region(_cases(*rows), TODAY, "city", k=5)}
    assert "received" in lines["north"].hidden
    assert "received" in lines["east"].hidden
    assert "received" not in lines["west"].hidden
    assert "received" not in lines["city"].hidden
    assert lines["city"].figures.received == 53


def test_league_has_a_fixed_window_and_a_least_number() -> None:
    assert window(date(2026, 3, 15), 12) == (date(2025, 3, 1), date(2026, 2, 28))
    settled = _accepted("05-10", "05-01", "agreement", organisation="good")
    failed = _accepted("05-10", "05-01", "terminated", organisation="bad")
    outside = settled | {"received_on": date(2025, 5, 31), "organisation": "old"}
    few = settled | {"organisation": "few"}
    cases = _cases(*[settled] * 40, *[failed] * 40, *[outside] * 40, *[few] * 29)
    found = league(cases, TODAY, months=12, least=30)
    assert [(each.organisation, each.rank, each.best, each.worst) for each in found] == [
        ("good", 1, 1, 1),
        ("bad", 2, 2, 2),
    ]
    assert league(_cases(), TODAY, months=12, least=30) == []


def test_ranks_that_chance_leaves_open_are_shown() -> None:
    rows = []
    for name, agreed in (("a", 20), ("b", 21)):
        rows += [_accepted("05-10", "05-01", "agreement", organisation=name)] * agreed
        rows += [_accepted("05-10", "05-01", "terminated", organisation=name)] * (40 - agreed)
    found = league(_cases(*rows), TODAY, months=12, least=30)
    assert [(each.organisation, each.best, each.worst) for each in found] == [
        ("b", 1, 2),
        ("a", 1, 2),
    ]


def test_pareto_adds_up() -> None:
    lines = pareto(["A9", "B84", "A9", "C1"])
    assert [(line["code"], line["count"]) for line in lines] == [("A9", 2), ("B84", 1), ("C1", 1)]
    assert lines[-1]["cumulative"] == pytest.approx(1)
    assert pareto([]) == []


@pytest.mark.parametrize("days", range(3))
def test_a_limit_that_ends_today_is_not_late(days: int) -> None:
    due = TODAY + timedelta(days=days)
    cases = _cases(_accepted(None, None) | {"mediation_due": due})
    assert figures(cases, TODAY).ended_in_time == Share(0, 0)
