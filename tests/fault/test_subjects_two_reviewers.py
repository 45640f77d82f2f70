"""Two reviewers judge one reference at once: one judgement stands, the other person is told."""

from __future__ import annotations

import polars as pl
import pytest
from support.at_once import at_once

from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.home import Home
from zhiheng.rules.errors import ConflictError
from zhiheng.subjects import actions, queries
from zhiheng.subjects.models import Judgement
from zhiheng.subjects.references import reference_frame

SYSTEM = Actor.system()
ROUNDS, REVIEWERS = 6, 4


def reviewer(number: int) -> Actor:
    return Actor(f"reviewer-{number}", "zlb", ROLES["reviewer"], user_id=number)


def waiting(name: str) -> queries.ReviewItem:
    frame = pl.DataFrame({"subject_name": [name], "region": ["990101"]})
    actions.register_references(SYSTEM, reference_frame(frame), "scjg", 1)
    (item,) = (i for i in queries.review_list(SYSTEM, limit=500) if i.raw_name == name)
    return item


@pytest.mark.record
def test_of_judgements_at_once_one_stands_and_the_others_are_told(home: Home) -> None:
    for number in range(ROUNDS):
        item = waiting(f"晨光食品{number}店")
        outcomes = at_once(
            [
                lambda n=n, item=item: actions.decide(  # type: ignore[misc]
                    reviewer(n), item.id, "new" if n % 2 else "different", seen=item.seen
                )
                for n in range(REVIEWERS)
            ]
        )
        made = [one for one in outcomes if isinstance(one, Judgement)]
        refused = [one for one in outcomes if isinstance(one, ConflictError)]
        assert (len(made), len(refused)) == (1, REVIEWERS - 1)
        assert {error.code for error in refused} == {"judgement.meanwhile"}
        assert all(made[0].actor in str(error) for error in refused)
        assert list(Judgement.objects.filter(reference=item.id)) == made


@pytest.mark.record
def test_a_judgement_is_undone_once_however_many_ask(home: Home) -> None:
    item = waiting("晨光食品店")
    judged = actions.decide(SYSTEM, item.id, "new", seen=item.seen)
    undo = actions.undo
    outcomes = at_once([lambda n=n: undo(reviewer(n), judged.pk) for n in range(REVIEWERS)])  # type: ignore[misc]
    made = [one for one in outcomes if isinstance(one, Judgement)]
    assert len(made) == 1
    assert {e.code for e in outcomes if isinstance(e, ConflictError)} == {"judgement.undone"}
    (again,) = queries.review_list(SYSTEM)
    assert again.seen == made[0].pk
    with pytest.raises(ConflictError):
        actions.decide(reviewer(1), item.id, "new", seen=item.seen)
    assert actions.decide(reviewer(1), item.id, "new", seen=again.seen)


@pytest.mark.record
def test_whoever_says_nothing_of_what_they_saw_judges_what_stands(home: Home) -> None:
    item = waiting("晨光食品店")
    actions.decide(SYSTEM, item.id, "new")
    assert actions.decide(SYSTEM, item.id, "different").decision == "different"
