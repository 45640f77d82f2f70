"""Which cells of one city and its districts stay back, k = 5."""

import pytest

from zhiheng.publication.suppression import Group, sensitive, suppressed


def counts_of(sizes):
    return {cell: (n,) for cell, n in sizes.items()}


@pytest.mark.parametrize(
    ("counts", "answer"),
    [([0], False), ([1], True), ([4], True), ([5], False), ([40, 3], True), ([40, None], False)],
)
def test_a_small_count_is_sensitive_and_zero_is_not(counts, answer):
    assert sensitive(counts, 5) is answer


@pytest.mark.parametrize(
    ("districts", "hidden"),
    [
        ({"a": 40, "b": 30, "c": 20}, ""),
        ({"a": 40, "b": 30, "c": 3}, "bc"),
        ({"a": 40, "b": 30, "c": 20, "d": 1}, "cd"),
        ({"a": 40, "b": 30, "c": 2, "d": 4}, "cd"),
        ({"a": 40, "b": 30, "c": 2, "d": 1}, "bcd"),
        ({"a": 40, "b": 30, "c": 3, "d": 0}, "bc"),
        ({"a": 40, "b": 3}, "ab"),
        ({"a": 4, "b": 0}, "aT"),
    ],
    ids=[
        "nothing small",
        "one small: the next smallest goes with it",
        "the next smallest, not the largest",
        "two small ones protect each other",
        "two small ones whose sum is small",
        "an empty district protects nobody",
        "of two districts both go",
        "a small total goes too",
    ],
)
def test_one_city(districts, hidden):
    sizes = {**districts, "T": sum(districts.values())}
    primary = {cell for cell, n in sizes.items() if sensitive([n], 5)}
    groups = [Group("T", tuple(districts))]
    assert "".join(
        sorted(suppressed(counts_of(sizes), primary, groups, 5), key=lambda c: (c == "T", c))
    ) == (hidden)


def test_square_of_two_by_two_hides_a_rectangle():
    sizes = {"a1": 3, "a2": 20, "b1": 30, "b2": 40, "a": 23, "b": 70, "1": 33, "2": 60, "T": 93}
    groups = [
        Group("a", ("a1", "a2")),
        Group("b", ("b1", "b2")),
        Group("1", ("a1", "b1")),
        Group("2", ("a2", "b2")),
        Group("T", ("a", "b")),
        Group("T", ("1", "2")),
    ]
    assert suppressed(counts_of(sizes), {"a1"}, groups, 5) == {"a1", "a2", "b1", "b2"}


def test_what_is_left_open_counts_for_every_protected_count():
    counts = {"T": (100, 40), "a": (20, 2), "b": (21, 2), "c": (22, 6), "d": (37, 30)}
    groups = [Group("T", ("a", "b", "c", "d"))]
    assert suppressed(counts, {"a", "b"}, groups, 5) == {"a", "b", "c"}


def test_companions_share_their_lines_instead_of_calling_for_more():
    """Ten districts by four quarters with both margins: a rectangle, not a chain, is hidden."""
    counts = {f"d{i}q{j}": (20 + i + 3 * j,) for i in range(1, 11) for j in range(1, 5)}
    counts["d4q2"] = (3,)
    groups = []
    for i in range(1, 11):
        parts = [f"d{i}q{j}" for j in range(1, 5)]
        counts[f"d{i}"] = (sum(counts[p][0] for p in parts),)
        groups.append(Group(f"d{i}", tuple(parts)))
    for j in range(1, 5):
        parts = [f"d{i}q{j}" for i in range(1, 11)]
        counts[f"q{j}"] = (sum(counts[p][0] for p in parts),)
        groups.append(Group(f"q{j}", tuple(parts)))
    assert suppressed(counts, {"d4q2"}, groups, 5) == {"d4q2", "d4q1", "d1q2", "d1q1"}
