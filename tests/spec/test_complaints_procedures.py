"""The procedures of complaints and reports, walked through event by event (no record needed).

The last days are the vectors of the working-day calendar of 2026: day of receipt not counted, the
make-up Saturdays count, the holidays do not.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from zhiheng.complaints.guards import (
    anonymous,
    joint_complaint_is_sound,
    not_delegated_before,
    not_extended_before,
    under_own_name,
    verified,
)
from zhiheng.complaints.procedures import COMPLAINT, REPORT
from zhiheng.office.working_days import WorkingCalendar, published
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, Facts
from zhiheng.procedures.timeline import Entry, Standing, replay

CALENDAR = WorkingCalendar(published())


def walk(procedure: Procedure, *steps: tuple[str, str]) -> Standing:
    """The case after steps taken on days of 2026."""
    entries = [
        Entry(number, verb, _day(day), "clerk", "market", unit="market" if number == 1 else "")
        for number, (day, verb) in enumerate(steps, 1)
    ]
    return replay(procedure, entries, CALENDAR)


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("received", "due"), [("02-12", "02-28"), ("04-20", "04-29"), ("09-24", "10-12")]
)
def test_acceptance_is_due_seven_working_days_after_receipt(received, due) -> None:
    reading = walk(COMPLAINT, (received, OPENING)).readings["acceptance"]
    assert reading.due_on == _day(due)
    assert reading.confirmed == (_day(received) < date(2026, 4, 15))


def test_mediation_under_the_old_law_is_45_working_days() -> None:
    standing = walk(COMPLAINT, ("02-12", OPENING), ("02-12", "accept"))
    assert standing.due_on == _day("04-23")
    assert standing.readings["mediation"].confirmed


def test_mediation_under_the_new_law_is_60_days_and_said_to_be_unconfirmed() -> None:
    standing = walk(COMPLAINT, ("04-20", OPENING), ("04-20", "accept"))
    assert standing.due_on == _day("06-19")
    assert not standing.readings["mediation"].confirmed


def test_a_case_keeps_the_law_of_its_own_day_of_receipt() -> None:
    old = walk(COMPLAINT, ("04-14", OPENING), ("04-20", "accept"))
    new = walk(COMPLAINT, ("04-15", OPENING), ("04-20", "accept"))
    assert old.due_on == CALENDAR.after(_day("04-20"), 45).day
    assert new.due_on == _day("06-19")


def test_testing_stops_the_clock_of_mediation() -> None:
    steps = [("02-12", OPENING), ("02-12", "accept"), ("02-13", "send_to_test")]
    assert walk(COMPLAINT, *steps).state == "testing"
    assert walk(COMPLAINT, *steps).readings["mediation"].due_on is None
    back = walk(COMPLAINT, *steps, ("03-12", "test_back"))
    # The one working day from the 12th to the 13th is used; 44 begin anew after 12 March.
    assert back.due_on == CALENDAR.after(_day("03-12"), 44).day


def test_a_whole_mediation() -> None:
    standing = walk(
        COMPLAINT,
        ("03-02", OPENING),
        ("03-04", "accept"),
        ("03-05", "appoint"),
        ("03-20", "agree"),
        ("04-01", "rate"),
    )
    assert (standing.state, standing.closed_on) == ("agreed", _day("03-20"))
    assert standing.readings["mediation"].in_time


def test_the_parties_are_told_of_a_termination_within_seven_working_days() -> None:
    steps = [("03-02", OPENING), ("03-04", "accept"), ("06-17", "terminate")]
    reading = walk(COMPLAINT, *steps).readings["end_notice"]
    assert reading.due_on == CALENDAR.after(_day("06-17"), 7).day
    late = walk(COMPLAINT, *steps, ("07-10", "tell_end"))
    assert late.state == "terminated"
    assert not late.readings["end_notice"].in_time
    assert not late.readings["mediation"].in_time


def test_a_dispute_of_competence_has_its_own_clock() -> None:
    standing = walk(COMPLAINT, ("02-12", OPENING), ("02-12", "dispute"))
    assert standing.readings["dispute_term"].due_on == _day("02-28")
    assert standing.readings["acceptance"].due_on == _day("02-28")


def test_verification_of_a_report_and_its_extension() -> None:
    assert walk(REPORT, ("09-24", OPENING)).due_on == _day("10-22")
    longer = walk(REPORT, ("09-24", OPENING), ("10-09", "extend"))
    assert longer.due_on == CALENDAR.after(_day("09-24"), 30).day


def test_a_real_name_reporter_is_told_within_five_working_days() -> None:
    standing = walk(REPORT, ("06-01", OPENING), ("06-10", "verify"), ("06-17", "file"))
    assert standing.due_on == _day("06-25")
    assert (
        walk(REPORT, ("06-01", OPENING), ("06-17", "file"), ("06-25", "tell_filed"))
        .readings["decision_notice"]
        .in_time
    )


def _facts(received: str = "03-02", taken: tuple[str, ...] = (), **given: Any) -> Facts:
    day = _day(received)
    return Facts("received", "market", "", "990101", day, day, given, given, taken)


@pytest.mark.parametrize(
    ("persons", "representatives", "sound"),
    [(None, None, True), (1, 0, True), (1, 1, False), (2, 1, True), (9, 2, True), (9, 3, False),
     (3, 0, False)],
)  # fmt: skip
def test_joint_complaints_name_one_or_two_representatives(persons, representatives, sound) -> None:
    said = joint_complaint_is_sound(_facts(persons=persons, representatives=representatives))
    assert (said is None) == sound


def test_guards_say_what_stands_in_the_way() -> None:
    assert not_delegated_before(_facts()) is None
    assert "不得转委托" in (not_delegated_before(_facts(taken=("delegate",))) or "")
    assert "只能延长一次" in (not_extended_before(_facts(taken=("extend",))) or "")
    assert "核查记录" in (verified(_facts()) or "")
    assert verified(_facts(taken=("verify",))) is None
    assert under_own_name(_facts(real_name=True)) is None
    assert under_own_name(_facts()) is not None
    assert anonymous(_facts(real_name=True)) is not None


def test_free_texts_and_contacts_are_personal() -> None:
    personal = {n for p in (COMPLAINT, REPORT) for n, c in p.columns.items() if c.personal}
    assert personal == {
        "account", "claim", "complainant", "phone", "email", "terms", "supplement", "comment",
        "lead", "findings",
    }  # fmt: skip
