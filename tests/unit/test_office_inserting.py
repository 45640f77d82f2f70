"""Rows in bulk, and the pace at which they go in."""

from __future__ import annotations

import time

import pytest
from django.db import connection

from zhiheng.office import pacing
from zhiheng.office.home import Home
from zhiheng.office.inserting import insert_missing
from zhiheng.office.pacing import paced
from zhiheng.subjects.models import Organisation, Scheme


@pytest.mark.record
def test_a_row_that_is_there_stays_and_the_others_come(home: Home) -> None:
    columns = ("origin", "uscc", "name", "normal", "key")
    insert_missing("subjects_organisation", columns, [("a:1", None, "甲", "甲", "甲")])
    again = [("a:1", None, "乙", "乙", "乙"), ("a:2", None, "制表\t换行\n反\\斜", "丙", "丙")]
    insert_missing("subjects_organisation", columns, again)
    insert_missing("subjects_organisation", columns, [])
    names = dict(Organisation.objects.values_list("origin", "name"))
    assert names == {"a:1": "甲", "a:2": "制表\t换行\n反\\斜"}
    assert set(Organisation.objects.values_list("kind", "industry", "address")) == {("", "", "")}


@pytest.mark.record
def test_several_tables_may_be_filled_in_one_transaction(home: Home) -> None:
    for name in ("one", "two", "one"):
        insert_missing("subjects_scheme", ("name",), [(name,)])
    assert set(Scheme.objects.values_list("name", flat=True)) == {"one", "two"}


def test_slices_shrink_where_they_take_long_and_leave_a_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rests: list[float] = []
    monkeypatch.setattr(time, "sleep", rests.append)
    clock = iter([0.0, 2.0, 2.0, 2.125, 2.125, 2.13])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    slices = [(part.start, part.stop) for part in paced(3_000)]
    assert slices == [(0, 2_000), (2_000, 2_500), (2_500, 3_300)]
    assert rests == ([pacing.PAUSE] * 2 if connection.vendor == "sqlite" else [])
