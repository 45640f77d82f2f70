"""The tree of clauses: every numbered or titled part with a stable id, and what lies in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zhiheng.plans.compiler.blocks import Block
from zhiheng.plans.compiler.model import Clause

_TITLE_LENGTH = 40
_SENTENCE_END = re.compile(r"[。;；！]")
_HEADING_SIGNS = re.compile(r"[。;；！!,，|]")
_NO_HEADING = re.compile(r"\d\s*[%％]|^\d{4}年\d{1,2}月|[)）〕]\s*$|号$|[?？:：]$")
_HEADING_LEVEL = 3.5
_LABEL_LEVEL = 8.5


@dataclass
class Node:
    """A clause while the tree grows; level 0 is the widest."""

    id: str
    level: float
    number: str
    title: str
    start: int
    end: int
    parent: Node | None
    kind: str
    children: dict[str, int] = field(default_factory=dict)

    @property
    def path(self) -> list[Node]:
        """From this clause outwards."""
        return [self, *(self.parent.path if self.parent else ())]


@dataclass(frozen=True)
class Place:
    """A block and the innermost clause it stands in."""

    block: Block
    node: Node | None
    heading: bool
    """True where the block is nothing but the title of its clause."""


def arrange(canon: str, blocks: list[Block], head_end: int) -> tuple[list[Node], list[Place]]:
    """The clauses in order, and each block with the clause it belongs to.

    Args:
        head_end: blocks before this offset are the document's head and open no clause.
    """
    nodes: list[Node] = []
    places: list[Place] = []
    root = Node("", -1, "", "", 0, len(canon), None, "document")
    current = root
    numbered = any(b.marker and b.marker.level in (4, 5) for b in blocks)
    seen: dict[str, int] = {}
    for i, block in enumerate(blocks):
        text = canon[block.start : block.end]
        marker = block.marker
        level: float | None = marker.level if marker else None
        if level is None and block.start >= head_end and not block.row:
            following = blocks[i + 1] if i + 1 < len(blocks) else None
            if _is_heading(text, following):
                level = _LABEL_LEVEL if numbered else _HEADING_LEVEL
        if level is None or block.row:
            if current.kind == "box" and not block.row and current.end > current.start:
                current = current.parent or root
            current.end = max(current.end, block.end)
            places.append(Place(block, current if current is not root else None, False))
            continue
        while current.level >= level and current.parent is not None:
            current = current.parent
        title, whole = _title(canon, block)
        kind = marker.kind if marker else "heading"
        step = _step(current, marker.step if marker else "h", marker.ordinal if marker else 0)
        path = f"{current.id}.{step}" if current.id else step
        seen[path] = seen.get(path, 0) + 1
        if seen[path] > 1:
            path = f"{path}-{seen[path]}"
        number = marker.text if marker else ""
        node = Node(path, level, number, title, block.start, block.end, current, kind)
        nodes.append(node)
        current = node
        places.append(Place(block, node, whole))
    for node in reversed(nodes):
        if node.parent is not None and node.parent is not root:
            node.parent.end = max(node.parent.end, node.end)
    return nodes, places


def as_clauses(nodes: list[Node]) -> tuple[Clause, ...]:
    return tuple(Clause(n.id, n.number, n.title, n.start, n.end) for n in nodes)


def _step(parent: Node, prefix: str, ordinal: int) -> str:
    if ordinal:
        return f"{prefix}{ordinal}"
    parent.children[prefix] = parent.children.get(prefix, 0) + 1
    return f"{prefix}{parent.children[prefix]}"


def _title(canon: str, block: Block) -> tuple[str, bool]:
    """The title of the part that a block opens, and whether the block is nothing else."""
    text = canon[block.body : block.end].strip(" :：#")
    gap = re.search(r" {2,}", text)
    if gap and gap.start() <= _TITLE_LENGTH and not _SENTENCE_END.search(text[: gap.start()]):
        return text[: gap.start()], False
    end = _SENTENCE_END.search(text)
    if end is None and len(text) <= _TITLE_LENGTH:
        colon = text.find(":")
        if 0 < colon <= 16:
            return text[:colon], False
        return text, "," not in text
    first = text[: end.start()] if end else text
    colon = first.find(":")
    if 0 < colon <= 16:
        first = first[:colon]
    return (first if len(first) <= _TITLE_LENGTH else ""), False


def _is_heading(text: str, following: Block | None) -> bool:
    """A short line of words before a longer one: a title without a number."""
    bare = text.strip(" #")
    if not 2 <= len(bare) <= 30 or following is None or following.row:
        return False
    if _HEADING_SIGNS.search(bare) or _NO_HEADING.search(bare):
        return False
    if text.startswith("#"):
        return True
    return following.end - following.start > len(bare) and "  " not in bare and " " not in bare
