"""The region tree is read once and again only after regions were loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.queries import region_tree
from zhiheng.office.regions import RegionVersion

CITY = RegionVersion("9901", "衡川市", "city")
DAY = date(2026, 1, 1)


@pytest.mark.record
def test_a_tree_is_kept_until_regions_are_loaded(home: Home) -> None:
    load_regions(Actor.system(), [CITY])
    first = region_tree()
    with CaptureQueriesContext(connection) as asked:
        assert region_tree() is first
    assert not any("office_region" in query["sql"] for query in asked)
    load_regions(Actor.system(), [replace(CITY, name="新衡川市")])
    assert region_tree().as_of(DAY).name("9901") == "新衡川市"


@pytest.mark.record
def test_the_mark_of_the_tree_is_found_by_an_index(home: Home) -> None:
    load_regions(Actor.system(), [CITY])
    with CaptureQueriesContext(connection) as asked:
        region_tree()
    query = asked[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {query}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        plan = str(cursor.fetchall())
    assert "audit_by_verb" in plan
