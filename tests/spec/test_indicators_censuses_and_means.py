"""Works, satisfaction, quality cost, penalties, inspections: a small table in, a figure out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.tiny_lake import measured


def figures(code: str, kind: str, *rows: dict[str, Any], **asked: Any) -> tuple[Any, ...] | None:
    found = measured(code, {kind: list(rows)}, **asked)
    return None if found is None else (found.numerator, found.denominator, found.method)


def project(first_time: bool, size: str = "small", grade: str | None = None) -> dict[str, Any]:
    return {"works": "building", "size": size, "first_time": first_time, "grade": grade}


def test_first_acceptance_counts_every_project() -> None:
    rows = [project(True), project(True), project(False, "large")]
    assert figures("first_acceptance_rate", "project_acceptance", *rows) == (2, 3, "census")


def test_large_projects_are_large_and_medium_ones() -> None:
    rows = [project(True, "large"), project(False, "medium"), project(True, "small")]
    found = figures("large_project_first_acceptance_rate", "project_acceptance", *rows)
    assert found == (1, 2, "census")


def test_excellence_is_judged_among_graded_projects() -> None:
    rows = [project(True, grade="excellent"), project(True, grade="pass"), project(True)]
    assert figures("excellent_project_rate", "project_acceptance", *rows) == (1, 2, "census")


def answer(overall: float, **said: Any) -> dict[str, Any]:
    return {"domain": "producer_service", "overall": overall, **said}


def test_satisfaction_is_the_mean_rescaled_to_a_hundred() -> None:
    # Methods 2.6: an item mean of 8.1 is (8.1 - 1) / 9 x 100 = 78.889.
    rows = [answer(8.2, cluster="a"), answer(8.0, cluster="b")]
    found = measured("producer_service_satisfaction", {"satisfaction_answer": rows})
    assert found is not None
    assert found.estimate == pytest.approx((8.1 - 1) / 9 * 100)
    assert found.detail["clusters"] == 2


def test_each_domain_has_its_own_satisfaction() -> None:
    rows = [answer(10), answer(1, domain="consumer_service")]
    evidence = {"satisfaction_answer": rows}
    producer = measured("producer_service_satisfaction", evidence)
    consumer = measured("consumer_service_satisfaction", evidence)
    assert producer is not None
    assert consumer is not None
    assert (producer.estimate, consumer.estimate) == (100, 0)


def test_a_single_cluster_has_no_degree_of_freedom_and_so_no_bounds() -> None:
    found = measured("producer_service_satisfaction", {"satisfaction_answer": [answer(8)]})
    assert found is not None
    assert (found.df, found.lower, found.upper) == (0, None, None)
    assert found.method.endswith("lonely=adjust used")


def test_an_interval_ends_where_the_figure_must() -> None:
    rows = [answer(10, cluster="a"), answer(7, cluster="b"), answer(10, cluster="c")]
    found = measured("producer_service_satisfaction", {"satisfaction_answer": rows})
    assert found is not None
    assert found.upper == 100
    assert 0 < found.lower < found.estimate
    assert "within=0..100" in found.method


def cost(internal: float, external: float, output: float, firm: str) -> dict[str, Any]:
    return {
        "internal_loss": internal,
        "external_loss": external,
        "output": output,
        "organisation": firm,
    }


def test_quality_loss_sums_before_it_divides() -> None:
    # Methods 2.4: 120 and 80 over 10,000 is 2.00 %; the mean of the two ratios would be 6 %.
    rows = [cost(120, 80, 10_000, "A"), cost(5, 5, 100, "B")]
    found = measured("quality_loss_rate", {"quality_cost": rows[:1]})
    assert found is not None
    assert found.estimate == pytest.approx(0.02)
    both = measured("quality_loss_rate", {"quality_cost": rows})
    assert both is not None
    assert both.estimate == pytest.approx(210 / 10_100)


def test_penalties_add_up_in_ten_thousands_and_a_warning_adds_nothing() -> None:
    rows = [{"amount": 15_000.0}, {"amount": None}]
    found = measured("penalty_total", {"penalty": rows})
    assert found is not None
    assert (found.estimate, found.denominator, found.n) == (1.5, None, 2)


def test_no_penalties_is_zero_only_where_somebody_said_so() -> None:
    assert measured("penalty_total", {"penalty": []}) is None
    said = {"since": date(2026, 1, 1), "occurred_on": date(2026, 12, 31)}
    found = measured("penalty_total", {"penalty": [said]})
    assert found is not None
    assert (found.estimate, found.n) == (0, 0)


def visit(result: str, **said: Any) -> dict[str, Any]:
    return {"result": result, **said}


def test_pass_with_conditions_is_no_compliance_and_exempt_visits_do_not_count() -> None:
    rows = [visit(r) for r in ("pass", "conditional", "fail", "exempt", "awaiting")]
    found = figures("establishment_compliance_rate", "establishment_inspection", *rows)
    assert found == (1, 3, "korn-graubard; capped at n; clusters=organisation; df=working")


def test_a_visit_with_a_critical_or_serious_finding_is_a_violation() -> None:
    rows = [
        visit("pass", critical=0, serious=0),
        visit("conditional", critical=1),
        visit("conditional", serious=2, critical=0),
        visit("pass"),
    ]
    found = figures("establishment_violation_rate", "establishment_inspection", *rows)
    assert found is not None
    assert found[:2] == (2, 3)
