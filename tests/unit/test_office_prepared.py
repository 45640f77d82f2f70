"""Statements made once say what the framework's own queries say, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from support.cases import declared, opened, settle

from zhiheng.office import prepared
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.procedures.models import Case, CaseClock, Event, KeptCourse, Unfiled


def plain(rows):
    """Objects as their fields say them."""
    return [
        {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for row in rows
    ]


@pytest.mark.record
def test_rows_written_and_read_are_those_of_the_framework(home: Home) -> None:
    with declared():
        settle()
        case, other = opened(), opened()
    event = Event(
        case=case, number=2, verb="note", day=date(2026, 5, 6), at=datetime.now(UTC),
        moment=datetime(2026, 5, 6, 2, tzinfo=UTC), by="lin", party="east",
        answers={"名": [1, None, "“x”"]},
    )  # fmt: skip
    prepared.insert(event)
    prepared.insert(Unfiled(event=event, procedure="permit"))
    assert event.pk == Event.objects.latest("id").pk
    assert Unfiled.objects.filter(event=event).exists()
    case.assignee, case.closed_on, case.title = "wu", date(2026, 5, 7), "not written"
    prepared.update(case, ("assignee", "closed_on"))
    assert Case.objects.get(id=case.pk).title == "许可"
    for model, by, value in (
        (Case, "id", case.pk),
        (Event, "case_id", case.pk),
        (CaseClock, "case_id", other.pk),
    ):
        expected = model.objects.filter(**{by: value}).order_by("id")
        assert plain(prepared.rows(model, by, value, order="id")) == plain(expected)
        assert expected.exists()
    assert prepared.rows(Case, "id", 10**9) == []
    newest = prepared.newest(AuditEntry)
    assert newest is not None
    assert plain([newest]) == plain([AuditEntry.objects.latest("id")])
    KeptCourse.objects.all().delete()
    assert prepared.newest(KeptCourse) is None
    with transaction.atomic():
        assert plain(prepared.rows(Case, "id", case.pk, locked=True)) == plain(
            Case.objects.filter(id=case.pk)
        )
