"""What cases leave: a row per case superseded at every step, and how often limits were kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import timezone
from support import ledger_rows
from support.cases import EAST, SYSTEM, declared, opened, person, settle

from zhiheng.evidence.lake import connect
from zhiheng.evidence.verification import verify
from zhiheng.indicators.actions import measure
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.home import Home
from zhiheng.procedures import actions, filing
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Unfiled

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


def rows(kind: str = "permit") -> list[dict[str, object]]:
    return [row.said for row in ledger_rows.rows(kind=kind)]


@pytest.mark.record
def test_each_step_supersedes_the_row_before(home: Home) -> None:
    case = opened(person("lin"))
    actions.take_step(person("lin"), case.pk, "accept")
    assert filing.file_evidence(SYSTEM) == 2
    actions.take_step(person("zhou"), case.pk, "grant", {"grade": 3})
    assert filing.file_evidence(SYSTEM) == 1
    said = rows()
    assert [(row["$id"], row["state"], row["steps"]) for row in said] == [
        (number_of(case), "received", 1),
        (number_of(case), "examined", 2),
        (number_of(case), "granted", 3),
    ]
    assert said[2]["grade"] == 3
    assert (said[0]["$supersedes"], bool(said[1]["$supersedes"])) == (None, True)
    assert "wang@" not in str(said)
    assert not Unfiled.objects.exists()
    assert connect(home).con.execute("SELECT count(*), max(state) FROM permit").fetchall() == [
        (1, "granted")
    ]
    assert verify().first_bad is None


def test_filing_again_what_a_killed_worker_had_filed_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = opened()
    actions.take_step(person("lin"), case.pk, "accept")
    marks = list(Unfiled.objects.values_list("event_id", "procedure"))
    filing.file_evidence(SYSTEM)
    Unfiled.objects.bulk_create(Unfiled(event_id=e, procedure=p) for e, p in marks)
    before = len(rows())
    assert filing.file_evidence(SYSTEM) == 0
    assert len(rows()) == before
    assert not Unfiled.objects.exists()


def test_open_and_late_counts_as_late_and_open_not_yet_due_does_not_count() -> None:
    """The acceptance limit is seven working days; who was received long ago is late."""
    today = TODAY()
    long_ago = today - timedelta(days=60)
    kept = [opened(day=long_ago, key=f"kept{n}") for n in range(3)]
    for case in kept:
        actions.take_step(person("lin"), case.pk, "accept", day=long_ago + timedelta(days=1))
    late = opened(day=long_ago)
    actions.take_step(person("lin"), late.pk, "accept", day=today)
    opened(day=long_ago)
    opened(day=today)
    withdrawn = opened(person("lin"), day=long_ago)
    actions.take_step(person("lin"), withdrawn.pk, "withdraw", day=long_ago + timedelta(days=1))
    filing.file_evidence(SYSTEM)
    measure(SYSTEM, ["permit_acceptance_in_time"])
    due = date.fromordinal(kept[0].clocks.get(code="acceptance").due_on.toordinal())
    found = EstimateRow.objects.get(
        indicator="permit_acceptance_in_time", region=EAST, period=str(due.year), by="{}"
    )
    assert (found.numerator, found.denominator) == (3, 5)


def test_a_corrected_day_of_receipt_supersedes_the_row_under_the_same_number() -> None:
    case = opened(day=TODAY() - timedelta(days=3))
    filing.file_evidence(SYSTEM)
    number = number_of(case)
    last_year = TODAY() - timedelta(days=400)
    actions.correct(SYSTEM, case.pk, 1, "收到日期填错", day=last_year)
    filing.file_evidence(SYSTEM)
    before, after = rows()
    assert (before["$id"], after["$id"]) == (number, number)
    assert after["$day"] == last_year.isoformat()
    assert after["$supersedes"]
