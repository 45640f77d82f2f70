"""Rows written by statements made once are those of the framework, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.cases import declared, opened, settle

from zhiheng.office import writing
from zhiheng.office.home import Home
from zhiheng.procedures.models import Case, Event, Unfiled


def plain(rows):
    """Objects as their fields say them."""
    return [
        {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for row in rows
    ]


@pytest.mark.record
def test_rows_written_are_those_of_the_framework(home: Home) -> None:
    with declared():
        settle()
        case = opened()
    event = Event(
        case=case, number=2, verb="note", day=date(2026, 5, 6), at=datetime.now(UTC),
        moment=datetime(2026, 5, 6, 2, tzinfo=UTC), by="lin", party="east",
        answers={"名": [1, None, "“x”"]},
    )  # fmt: skip
    writing.insert(event)
    writing.insert(Unfiled(event=event, procedure="permit"))
    assert plain([event]) == plain([Event.objects.latest("id")])
    assert Unfiled.objects.filter(event=event).exists()
    case.assignee, case.closed_on, case.title = "wu", date(2026, 5, 7), "not written"
    writing.update(case, ("assignee", "closed_on"))
    assert Case.objects.get(id=case.pk).title == "许可"
