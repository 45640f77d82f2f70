"""The fast tree against RFC 6962's recursive definition, and the stand-alone verifier."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.evidence import proofs
from zhiheng.evidence.standalone_verifier import root_from_path

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined_root(leaves[:k]) + defined_root(leaves[k:])).digest()


@given(LEAVES)
def test_root_follows_the_definition(leaves: list[bytes]) -> None:
    assert proofs.root(leaves) == defined_root(leaves)


@given(LEAVES, st.data())
def test_every_path_leads_to_the_root_and_no_other_leaf_does(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = proofs.inclusion_path(leaves, index)
    expected = proofs.root(leaves)
    other = sha256(leaves[index]).digest()
    assert root_from_path(leaves[index], index, len(leaves), path) == expected
    assert root_from_path(other, index, len(leaves), path) != expected


@given(LEAVES, st.data())
def test_a_path_that_does_not_fit_the_size_leads_nowhere(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = proofs.inclusion_path(leaves, index)
    longer = [*path, b"\x00" * 32]
    assert root_from_path(leaves[index], index, len(leaves), longer) is None
    if path:
        assert root_from_path(leaves[index], index, len(leaves), path[:-1]) is None


def test_a_leaf_that_is_not_there_has_no_path() -> None:
    with pytest.raises(IndexError):
        proofs.inclusion_path([b"\x00" * 32], 1)


@given(LEAVES)
def test_a_tree_that_grows_has_the_same_root(leaves: list[bytes]) -> None:
    growing = proofs.GrowingTree()
    for count, leaf in enumerate(leaves, start=1):
        growing.add(leaf)
        assert growing.root() == proofs.root(leaves[:count])


def test_trees_of_nothing_are_empty() -> None:
    assert proofs.GrowingTree().root() == proofs.EMPTY_ROOT
