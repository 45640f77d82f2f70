"""The index of words against a dictionary, whichever way it is read and however it was merged."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiheng.evidence import postings, word_index
from zhiheng.evidence.models import PostingBlock, PostingSegment
from zhiheng.evidence.stored_batches import check_index
from zhiheng.office.home import Home

_words = st.sampled_from([f"#{i}" for i in range(12)] + [f"uscc:{i}" for i in range(6)])
_batches = st.lists(
    st.lists(st.tuples(_words, st.integers(0, 2)), min_size=1, max_size=9), min_size=1, max_size=30
)


@pytest.mark.record
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(_batches, st.sets(_words, min_size=1, max_size=4), st.booleans())
def test_words_are_found_as_in_a_dictionary(
    home: Home, batches: list[list[tuple[str, int]]], asked: set[str], seeking: bool
) -> None:
    PostingBlock.objects.all().delete()
    PostingSegment.objects.all().delete()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postings, "BLOCK", 2)
        patched.setattr(word_index, "_SEEK", 0 if seeking else 1 << 40)
        known: dict[str, set[int]] = {}
        for batch, said in enumerate(batches):
            packs = [(batch << 24) + pack * 1024 for _word, pack in said]
            for (word, _pack), pack in zip(said, packs, strict=True):
                known.setdefault(word, set()).add(pack)
            word_index.add(batch, [_part([word for word, _pack in said], packs)])
            word_index.keep(batch)
        expected = set().union(*(known.get(word, set()) for word in asked))
        assert word_index.packs_mentioning(asked) == expected
        assert word_index.mentioned(asked) == asked & known.keys()
    assert PostingSegment.objects.count() < 8 * 3


def _part(words: list[str], packs: list[int]) -> postings.Postings:
    pairs = pl.DataFrame({"word": words, "pack": packs}).unique()
    hashes = postings.hashed(pairs["word"])
    return postings.by_pack(postings.Postings(hashes, pairs["pack"].to_numpy()))


@pytest.mark.record
def test_a_dropped_batch_leaves_no_words(home: Home) -> None:
    word_index.add(1, [_part(["#A"], [1 << 24])])
    word_index.add(2, [_part(["#A"], [2 << 24])])
    word_index.drop(1)
    assert word_index.packs_mentioning(["#A"]) == {2 << 24}
    assert PostingBlock.objects.count() == 1


@pytest.mark.record
def test_words_as_far_apart_as_can_be_are_in_order(home: Home) -> None:
    words = np.array([-(1 << 63), (1 << 63) - 1])
    word_index.add(1, [postings.Postings(words, np.array([1 << 24, 1 << 24]))])
    word_index.keep(1)
    check_index(set())


def test_nothing_is_found_where_there_is_nothing(home: Home) -> None:
    assert word_index.packs_mentioning(["#A"]) == set()
    assert word_index.packs_mentioning([]) == set()
    assert word_index.mentioned(["#A"]) == set()
