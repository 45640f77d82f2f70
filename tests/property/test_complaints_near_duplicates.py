"""Clusters of near-duplicate messages, held to a slow twin that compares every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.complaints.near_duplicates import (
    PIECE,
    clusters,
    likeness,
    marks,
    normalise,
)

LEAST = 0.7


def _twin(texts: list[str], least: float) -> list[list[int]]:
    """Every pair is compared, and pairs are joined until nothing changes."""
    normal = [normalise(text) for text in texts]
    group = list(range(len(texts)))
    for a, b in combinations(range(len(texts)), 2):
        if normal[a] == normal[b] or _jaccard(normal[a], normal[b]) >= least:
            old, new = group[b], group[a]
            group = [new if each == old else each for each in group]
    members = [[i for i, each in enumerate(group) if each == name] for name in set(group)]
    return sorted(found for found in members if len(found) > 1)


def _jaccard(one: str, other: str) -> float:
    a, b = ({text[i : i + PIECE] for i in range(len(text) - PIECE + 1)} for text in (one, other))
    return len(a & b) / len(a | b) if a and b else 0.0


def _made(seed: int, sources: int, copies: int) -> list[str]:
    """Texts of their own, and copies of them with a few characters changed."""
    rng = np.random.default_rng(seed)
    texts = []
    for _source in range(sources):
        letters = rng.integers(0x4E00, 0x5E00, rng.integers(30, 120))
        for _copy in range(rng.integers(1, copies + 1)):
            changed = letters.copy()
            changed[rng.integers(0, len(letters), rng.integers(0, 2))] = 0x4E00
            texts.append("".join(map(chr, changed)))
    return [texts[i] for i in rng.permutation(len(texts))]


@given(st.integers(0, 10_000))
def test_the_same_clusters_as_comparing_every_pair(seed: int) -> None:
    texts = _made(seed, sources=8, copies=4)
    assert clusters(texts, LEAST) == _twin(texts, LEAST)


@given(st.lists(st.text("退款酱油坏 !Aa", max_size=6), max_size=12))
def test_short_and_empty_texts(texts: list[str]) -> None:
    for cluster in clusters(texts, 1.0):
        assert len({frozenset(_of(texts[i])) for i in cluster}) == 1
    assert {i for found in clusters(texts, 1.0) for i in found} >= {
        i
        for i, text in enumerate(texts)
        if [normalise(t) for t in texts].count(normalise(text)) > 1
    }


def _of(text: str) -> set[str]:
    normal = normalise(text)
    return {normal[i : i + PIECE] for i in range(len(normal) - PIECE + 1)} or {normal}


def test_a_thousand_equal_messages_are_one_cluster() -> None:
    found = clusters(["商家拒绝退款，态度恶劣" + "!" * (i % 3) for i in range(1000)], LEAST)
    assert found == [list(range(1000))]


def test_likeness_is_the_jaccard_index() -> None:
    assert likeness("abcd", "abce") == pytest.approx(1 / 3)
    assert likeness("A b，c！", "abc") == 1.0
    assert likeness("ab", "cd") == 0.0


@pytest.mark.parametrize("least", [0, -0.1, 1.01])
def test_an_impossible_threshold_is_refused(least: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        clusters([], least)


def test_marks_find_nearly_all_that_are_alike_and_hardly_others() -> None:
    rng = np.random.default_rng(5)
    letters = [chr(0x4E00 + n) for n in range(400)]

    def share(changed: int) -> float:
        """How often two texts of 80 letters of which so many differ share a mark."""
        hits = 0
        for _pair in range(60):
            one = list(rng.choice(letters, 80))
            other = list(one)
            for at in rng.choice(80, changed, replace=False):
                other[at] = "改"
            hits += bool(set(marks("".join(one))) & set(marks("".join(other))))
        return hits / 60

    assert share(0) == 1
    assert share(3) > 0.95
    assert share(40) < 0.1
    assert all(0 <= mark < 2**63 for mark in marks("酱油"))
    assert marks("酱油，发霉！") == marks("酱油发霉")
