"""Tree hashing of RFC 6962 (SHA-256): leaves, roots, and paths that prove membership.

A row's leaf is ``SHA-256(0x00 || salt || canonical bytes)`` with a random 16-byte salt kept
beside the row, so that a short row cannot be guessed from a neighbour's proof. Inner nodes are
``SHA-256(0x01 || left || right)``; a tree of n leaves splits at the largest power of two below n.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256

SALT_BYTES = 16
LEAF_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def new_salts(count: int) -> list[bytes]:
    """``count`` independent random salts."""
    pool = os.urandom(SALT_BYTES * count)
    return [pool[i : i + SALT_BYTES] for i in range(0, len(pool), SALT_BYTES)]


def leaf_hash(data: bytes, salt: bytes = b"") -> bytes:
    return sha256(b"\x00" + salt + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _level_above(nodes: Sequence[bytes]) -> list[bytes]:
    """Pairs hashed together; an odd last node moves up as it is, which is RFC 6962's split."""
    paired = [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(nodes[::2], nodes[1::2], strict=False)
    ]
    if len(nodes) % 2:
        paired.append(nodes[-1])
    return paired


def root(leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash of the leaves; of none, the hash of the empty string."""
    if not leaves:
        return EMPTY_ROOT
    nodes: Sequence[bytes] = leaves
    while len(nodes) > 1:
        nodes = _level_above(nodes)
    return nodes[0]


class GrowingTree:
    """The root after each of many leaves; keeps only the roots of full subtrees."""

    def __init__(self) -> None:
        self._size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node, size = leaf, self._size
        while size % 2:
            node = node_hash(self._full.pop(), node)
            size //= 2
        self._full.append(node)
        self._size += 1

    def root(self) -> bytes:
        if not self._full:
            return EMPTY_ROOT
        node = self._full[-1]
        for left in reversed(self._full[:-1]):
            node = node_hash(left, node)
        return node


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The siblings, lowest first, that lead from leaf ``index`` to the root.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    path: list[bytes] = []
    nodes: Sequence[bytes] = leaves
    while len(nodes) > 1:
        sibling = index ^ 1
        if sibling < len(nodes):
            path.append(nodes[sibling])
        nodes = _level_above(nodes)
        index //= 2
    return path
