"""Which figure a target is judged by, on which day, and what the verdict keeps."""

from datetime import date

import pytest

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Scope, Target
from zhiheng.plans.verdicts import Figure, Measure, due_period, judged

RATE = Measure("%", "proportion")
SERIES = {
    period: Figure(period, 0.99, n=2000, numerator=1980, denominator=2000, method="wilson")
    for period in ("2023", "2024", "2025", "2025Q3", "2025-09", "2026")
}


def target(deadline, **more):
    fields = {"op": Operator.AT_LEAST, "value": 95.0, "indicator": "pass_rate", **more}
    return Target(
        id="T01", scope=Scope("990100"), unit="%", deadline=deadline, text="合格率", **fields
    )


@pytest.mark.parametrize(
    ("deadline", "as_of", "period", "verdict"),
    [
        (2025, date(2025, 12, 30), "2025", "not_due"),
        (2025, date(2025, 12, 31), "2025", "met"),
        (2025, date(2030, 1, 1), "2025", "met"),
        (2022, date(2026, 1, 1), None, "no_evidence"),
        (2027, date(2026, 6, 1), "2026", "not_due"),
        (2027, date(2024, 6, 1), "2024", "not_due"),
        (2027, date(2020, 6, 1), None, "not_due"),
        (date(2025, 9, 30), date(2025, 9, 30), "2025Q3", "met"),
        (date(2025, 10, 15), date(2025, 10, 15), "2025-09", "met"),
        (None, date(2026, 6, 1), "2025", "met"),
        (None, date(2023, 6, 1), None, "no_evidence"),
    ],
)
def test_the_deadline_and_the_day_choose_the_figure(deadline, as_of, period, verdict):
    found = judged(target(deadline), RATE, SERIES, as_of)
    assert (found.figure.period if found.figure else None, found.verdict) == (period, verdict)


@pytest.mark.parametrize(
    ("deadline", "period"),
    [
        (2025, "2025"),
        (date(2025, 12, 31), "2025"),
        (date(2025, 6, 30), "2025Q2"),
        (date(2025, 5, 31), "2025-05"),
        (date(2025, 1, 15), "2024-12"),
    ],
)
def test_a_deadline_names_the_longest_period_that_ends_on_it(deadline, period):
    assert str(due_period(target(deadline))) == period


def test_a_damaged_target_is_never_judged_and_still_shows_its_figure():
    found = judged(target(2025, value=None, damaged=True), RATE, SERIES, date(2026, 1, 1))
    assert (found.verdict, found.value, found.figure.period) == ("damaged", None, "2025")
    assert found.judgement.probability is None


def test_the_verdict_keeps_the_rules_it_used():
    about = target(2025, op=Operator.ABOUT)
    names = [
        [rule["name"] for rule in judged(t, RATE, SERIES, date(2026, 1, 1)).rules]
        for t in (target(2025), about)
    ]
    assert names == [["verdict.error"], ["verdict.error", "verdict.about_share"]]
