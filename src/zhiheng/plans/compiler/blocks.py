"""From lines to blocks: paragraphs, joined where a line was broken, and rows of tables."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from zhiheng.plans.compiler.markers import Marker, inline_openings, marker_at

_ENDS = "。;；:：！？!|」』"
_CARRIES = ",、(《“"
_CANNOT_BEGIN = re.compile(r"[,，。;；、%)》”]|以[上下内]|个百分点")


@dataclass(frozen=True)
class Block:
    """A paragraph or a table row: its place in the text, and the numbering that opens it."""

    start: int
    end: int
    marker: Marker | None
    row: bool = False
    body: int = 0
    """Offset after the numbering."""
    paragraph: int = 0
    """Number of the line it stands in; parts of one line share it."""


def blocks(canon: str) -> list[Block]:
    """All blocks of the canonical text in order; blank lines end a block and are left out."""
    found: list[Block] = []
    for number, (start, end) in enumerate(_joined(_lines(canon))):
        line = canon[start:end]
        if "|" in line:
            opening = _box(line)
            stop = end if opening is None else start + len(line.rstrip(" |"))
            body = start + (len(opening.text) if opening else 0)
            found.append(Block(start, stop, opening, opening is None, body, number))
            continue
        cuts = [0, *(cut for cut in inline_openings(line) if cut > 0), len(line)]
        for left, right in itertools.pairwise(cuts):
            part = line[left:right]
            begin = start + left + len(part) - len(part.lstrip())
            stop = start + left + len(part.rstrip())
            if begin < stop:
                marker = marker_at(canon[begin:stop])
                body = begin + (len(marker.text) if marker else 0)
                found.append(Block(begin, stop, marker, False, body, number))
    return found


def _box(line: str) -> Marker | None:
    """The numbering of a box whose title stands alone in the first row of its table."""
    marker = marker_at(line)
    alone = "|" not in line.rstrip(" |")
    return marker if alone and marker is not None and marker.kind == "box" else None


def _lines(canon: str) -> list[tuple[int, int, str]]:
    """(start, end, text) of every line, without blanks at its ends; empty lines keep a place."""
    found = []
    offset = 0
    for line in canon.split("\n"):
        text = line.strip()
        start = offset + len(line) - len(line.lstrip()) if text else offset
        found.append((start, start + len(text), text))
        offset += len(line) + 1
    return found


def _joined(lines: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Lines that go on in the next one are taken together.

    A line goes on if it ends in a comma, fills the page's width, or is running text (it has a
    comma and opens no part) that no full stop ends.
    """
    width = _wrap_width(lines)
    found: list[tuple[int, int]] = []
    goes_on = running = False
    for i, (start, end, text) in enumerate(lines):
        if not text:
            following = next((t for _s, _e, t in lines[i + 1 : i + 3] if t), "")
            goes_on = goes_on and width > 0 and bool(following)
            continue
        numbered = marker_at(text) is not None
        continues = goes_on or _CANNOT_BEGIN.match(text) is not None
        if found and continues and "|" not in text and not numbered:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
            running = False
        running = running or ("," in text and not numbered)
        full = width > 0 and len(text) >= width - 3
        unfinished = text[-1] not in _ENDS and (full or running)
        goes_on = "|" not in text and (text[-1] in _CARRIES or unfinished)
    return found


def _wrap_width(lines: list[tuple[int, int, str]]) -> int:
    """The line length at which a page broke its lines, 0 where lines are paragraphs."""
    lengths = sorted(len(text) for _s, _e, text in lines if len(text) >= 12)
    if len(lengths) < 6:
        return 0
    widest = lengths[int(len(lengths) * 0.9)]
    near = sum(1 for length in lengths if widest - 3 <= length <= widest + 3)
    return widest if near >= len(lengths) * 0.4 and widest <= 80 else 0
