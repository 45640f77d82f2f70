"""Many hashes at once are the hashes one by one, and what is packed comes out again."""

from __future__ import annotations

import contextlib
import os
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.evidence import hashing, packs, proofs
from zhiheng.evidence.proofs import LEAF_BYTES

texts = st.lists(st.binary(max_size=60), min_size=1, max_size=40)


@given(texts, st.binary(min_size=16 * 40, max_size=16 * 40))
def test_leaves_are_those_of_hashlib(rows: list[bytes], pool: bytes) -> None:
    salts = [pool[i * 16 : i * 16 + 16] for i in range(len(rows))]
    one_by_one = b"".join(
        sha256(b"\x00" + salt + text).digest() for text, salt in zip(rows, salts, strict=True)
    )
    assert hashing.leaves(pl.Series(rows, dtype=pl.Binary), b"".join(salts)) == one_by_one


@given(st.integers(1, 70), st.sampled_from([1, 2, 8, 16]))
def test_roots_are_those_of_the_slow_tree(count: int, size: int) -> None:
    nodes = [os.urandom(LEAF_BYTES) for _node in range(count)]
    assert hashing.root(b"".join(nodes)) == proofs.root(nodes)
    found = hashing.roots(b"".join(nodes), size)
    assert found == [proofs.root(nodes[i : i + size]) for i in range(0, count, size)]
    assert hashing.root(b"".join(found)) == proofs.root(nodes)


@given(texts)
def test_what_is_packed_comes_out_again(rows: list[bytes]) -> None:
    (body,) = packs.bodies(pl.Series(rows, dtype=pl.Binary))
    held = packs.contents(len(rows), body, b"s" * 16 * len(rows), b"l" * 32 * len(rows))
    assert [held.text(place) for place in range(len(held))] == rows
    assert held.texts().to_list() == rows


@given(texts, st.data())
def test_wrong_bytes_are_unreadable_or_have_another_digest(
    rows: list[bytes], data: st.DataObject
) -> None:
    (body,) = packs.bodies(pl.Series(rows, dtype=pl.Binary))
    place = data.draw(st.integers(0, len(body) - 1))
    wrong = body[:place] + bytes([body[place] ^ data.draw(st.integers(1, 255))]) + body[place + 1 :]
    assert packs.digest((1, 2, 3), (wrong,)) != packs.digest((1, 2, 3), (body,))
    with contextlib.suppress(packs.Unreadable):
        packs.unpacked(wrong, len(rows))


@pytest.mark.parametrize("body", [b"", b"1234567", b"\xff" * 40, b"\x10" + b"\x00" * 7 + b"junk"])
def test_what_is_no_pack_is_refused(body: bytes) -> None:
    with pytest.raises(packs.Unreadable):
        packs.unpacked(body, 3)
