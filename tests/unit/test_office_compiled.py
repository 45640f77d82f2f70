"""A query written once answers as the framework's own does, and each actor by its own statement."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from django.db import connection
from django.db.models import QuerySet

from zhiheng.office.actors import Actor
from zhiheng.office.compiled import compiled, first
from zhiheng.office.home import Home
from zhiheng.office.models import Party
from zhiheng.subjects import actions, queries
from zhiheng.subjects.models import Organisation
from zhiheng.subjects.queries.scope import organisations_visible_to
from zhiheng.subjects.references import reference_frame

SYSTEM = Actor.system()
CODES = {"east": "91350100M000100Y43", "west": "91330100799655058B"}


def party(key: str, region: str | None) -> Party:
    return Party.objects.create(key=key, kind="unit", name=f"{key} 局", region=region)


@compiled
def of_region(actor: Actor, *, region: str, after: int) -> QuerySet[Party]:
    rows = Party.objects.filter(region=region, id__gt=after)
    return rows.filter(key__in=sorted(actor.rights)).order_by("id")


@compiled
def keys_like(*, part: str) -> QuerySet[Any, str]:
    return Party.objects.filter(key__contains=part).values_list("key", flat=True)


def reader(*rights: str) -> Actor:
    return Actor("r", "u", frozenset(rights), user_id=1)


@pytest.mark.record
def test_it_answers_as_the_query_itself(home: Home) -> None:
    one, two, other = party("a", "east"), party("b", "east"), party("c", "west")
    both = reader("a", "b", "c")
    assert of_region(both, region="east", after=0) == [one, two]
    assert of_region(both, region="east", after=one.pk) == [two]
    assert of_region(both, region="west", after=0) == [other]
    assert of_region(both, region="west", after=0)[0].name == "c 局"
    assert first(of_region(both, region="nowhere", after=0)) is None


@pytest.mark.record
def test_what_was_written_for_one_actor_answers_no_other(home: Home) -> None:
    one, two = party("a", "east"), party("b", "east")
    assert of_region(reader("a"), region="east", after=0) == [one]
    assert of_region(reader("b"), region="east", after=0) == [two]
    assert of_region(reader(), region="east", after=0) == []
    assert of_region(replace(reader("a"), name="another"), region="east", after=0) == [one]


@pytest.mark.record
def test_scope_holds_where_neighbours_ask_in_turn(home: Home) -> None:
    codes, regions = list(CODES.values()), list(CODES)
    rows = {"subject_code": codes, "subject_name": ["甲店", "乙店"], "region": regions}
    actions.register_references(SYSTEM, reference_frame(pl.DataFrame(rows)), "scjg", 1)
    for _turn in range(2):
        for region in CODES:
            actor = Actor("n", "u", frozenset({"evidence.read"}), 1, region, frozenset({region}))
            asked = organisations_visible_to(actor).order_by("id")
            plain = list(asked.values_list("id", flat=True))
            assert [one.id for one in queries.organisations(actor)] == plain
            assert len(plain) == 1
            for number in Organisation.objects.values_list("id", flat=True):
                if number in plain:
                    assert queries.organisation(actor, number).region == region
                else:
                    with pytest.raises(Exception, match=str(number)):
                        queries.organisation(actor, number)


def test_a_value_inside_a_pattern_is_no_pattern(home: Home) -> None:
    party("ab_c", None)
    party("abxc", None)
    with pytest.raises(TypeError, match="part"):
        keys_like(part="b_c")


def test_a_value_that_is_not_asked_for_is_refused(home: Home) -> None:
    @compiled
    def careless(*, number: int, forgotten: int) -> QuerySet[Party]:
        return Party.objects.filter(id=number)

    with pytest.raises(TypeError, match="forgotten"):
        careless(number=1, forgotten=2)


def test_threads_ask_on_connections_of_their_own(home: Home) -> None:
    party("a", "east")
    both = reader("a")
    assert len(of_region(both, region="east", after=0)) == 1
    found: list[tuple[int, int]] = []

    def ask() -> None:
        rows = of_region(both, region="east", after=0)
        found.append((len(rows), id(connection.connection)))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    ((count, other),) = found
    assert count == 1
    assert other != id(connection.connection)
