"""Postings: hashes of words beside the packs that have them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.evidence import postings
from zhiheng.evidence.postings import Postings


def test_hashes_are_those_of_the_reference() -> None:
    """xxHash64 with seed 0, from the sanity checks of the reference implementation's users:
    https://github.com/Cyan4973/xxHash (empty input) and Apache's and Go's ports ("abc")."""
    found = postings.hashed(pl.Series(["", "abc"])).view(np.uint64).tolist()
    assert found == [0xEF46DB3751D8E999, 0x44BC2CF5AD770999]


def test_a_row_is_found_by_its_number_and_its_subject() -> None:
    found = postings.postings_of(
        pl.Series([0, 0, 1024]), pl.Series(["A", "B", "A"]), pl.Series(["uscc:1", None, "uscc:1"])
    )
    names = {
        int(h): w for w in ("#A", "#B", "uscc:1") for h in postings.hashed(pl.Series([w])).tolist()
    }
    said = {(names[word], pack) for word, pack in _pairs(found)}
    assert said == {("#A", 0), ("#B", 0), ("uscc:1", 0), ("#A", 1024), ("uscc:1", 1024)}
    assert len(found) == 5


@given(st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=6))
def test_rising_words_are_told_however_far_apart(words: list[int]) -> None:
    assert postings.rising(np.array(words, dtype=np.int64)) == (words == sorted(words))


_some = st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3)), max_size=80, unique=True)


@given(_some)
def test_an_index_is_cut_and_put_together_again(pairs: list[tuple[int, int]]) -> None:
    index = postings.joined([_made(pairs)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postings, "BLOCK", 4)
        cut = list(postings.blocks(index))
    parts = [postings.of_block(words, packs) for _first, words, packs in cut]
    assert [pair for part in parts for pair in _pairs(part)] == sorted(pairs)
    assert [first for first, _words, _packs in cut] == [part.words[0] for part in parts]
    words = [set(part.words.tolist()) for part in parts]
    assert sum(map(len, words)) == len({word for word, _pack in pairs})


@given(_some, _some)
def test_digests_of_packs_do_not_depend_on_the_order(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    found = postings.digests(postings.by_pack(_made(one)))
    again = postings.digests(postings.by_pack(postings.joined([_made(one[::-1])])))
    assert found == again
    other_found = postings.digests(postings.by_pack(_made(other)))
    assert (found == other_found) == (set(one) == set(other))


@pytest.mark.parametrize(("words", "packs"), [(b"1", b"1"), (b"", b"12345678"), (b"1" * 9,) * 2])
def test_what_is_no_block_is_refused(words: bytes, packs: bytes) -> None:
    with pytest.raises(postings.Unreadable):
        postings.of_block(words, packs)


def _made(pairs: list[tuple[int, int]]) -> Postings:
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Postings(both[:, 0].copy(), both[:, 1].copy())


def _pairs(found: Postings) -> list[tuple[int, int]]:
    return list(zip(found.words.tolist(), found.packs.tolist(), strict=True))
