"""What follows from judgements, oldest first, and where the reference then stands."""

import pytest

from zhiheng.subjects.judgements import Judged, Resolution, resolve

CODE, NAME = 7, None
"""A reference whose code names organisation 7, and one by name alone."""


def judge(*decisions):
    return [Judged(at, *decision) for at, decision in enumerate(decisions, start=1)]


@pytest.mark.parametrize(
    ("automatic", "decisions", "organisation", "state"),
    [
        (NAME, [], None, "review"),
        (CODE, [], 7, "resolved"),
        (NAME, [("same", 1)], 1, "resolved"),
        (NAME, [("new", 9)], 9, "resolved"),
        (NAME, [("different",)], None, "resolved"),
        (NAME, [("different", 1)], None, "review"),
        (NAME, [("same", 1), ("same", 2)], 2, "resolved"),
        (NAME, [("same", 1), ("different", 1)], None, "review"),
        (NAME, [("same", 1), ("different", 2)], 1, "resolved"),
        (CODE, [("same", 1)], 1, "resolved"),
        (CODE, [("different", 7)], None, "review"),
        (CODE, [("same", 1), ("undo", None, 1)], 7, "resolved"),
        (NAME, [("same", 1), ("undo", None, 1)], None, "review"),
        (NAME, [("same", 1), ("same", 2), ("undo", None, 2)], 1, "resolved"),
        (NAME, [("same", 1), ("same", 2), ("undo", None, 1)], 2, "resolved"),
        (NAME, [("different",), ("undo", None, 1), ("same", 3)], 3, "resolved"),
    ],
)
def test_where_a_reference_stands(automatic, decisions, organisation, state):
    found = resolve(judge(*decisions), automatic)
    assert (found.organisation, found.state) == (organisation, state)


def test_refused_organisations_are_kept_until_chosen_after_all_or_undone():
    refusing = [("different", 1), ("different", 2)]
    assert resolve(judge(*refusing), None).refused == {1, 2}
    assert resolve(judge(*refusing, ("same", 1)), None) == Resolution(1, "resolved", frozenset({2}))
    assert resolve(judge(*refusing, ("undo", None, 2)), None).refused == {1}


def test_order_of_arrival_does_not_matter():
    rows = judge(("same", 1), ("same", 2), ("undo", None, 2))
    assert resolve(reversed(rows), None) == resolve(rows, None)
