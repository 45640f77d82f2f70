"""A quarter given out anew after a withdrawal: what may stand in it beside the edition before.

Whoever kept the withdrawn edition can take one from the other. So a figure that was hidden stays
hidden, and a figure of which any cell moved by less than ``k`` cases stays back as a whole: hiding
the one cell alone would be in vain, for the sums give it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

TOPICS, RANKING = "topics", "ranking"
_TOGETHER = (frozenset({"received", "repeated", TOPICS}),)
"""Figures that count the same cases: one gives back the other."""

Payload = Mapping[str, Any]


def beside(payload: Payload, earlier: Sequence[Payload], k: int) -> dict[str, Any]:
    """The payload as it may leave beside the editions that readers had before.

    ``withheld`` names the figures that stay back as a whole.
    """
    found: dict[str, Any] = {**payload, "withheld": []}
    for before in earlier:
        moved = {name for name in _figures(payload) if _moved_little(name, payload, before, k)}
        for group in _TOGETHER:
            moved |= group if moved & group else frozenset()
        found["regions"] = [_line(line, before, moved) for line in found["regions"]]
        found |= {name: [] for name in (TOPICS, RANKING) if name in moved}
        found["withheld"] = sorted({*found["withheld"], *moved})
    return found


def _figures(payload: Payload) -> list[str]:
    return [*(name for name in payload["regions"][0] if name != "region"), TOPICS, RANKING]


def _moved_little(name: str, now: Payload, before: Payload, k: int) -> bool:
    """Whether any count of a figure moved by some cases, but fewer than ``k``."""
    ours, theirs = _counts(name, now), _counts(name, before)
    if name in {TOPICS, RANKING} and set(ours) != set(theirs):
        return True
    both = set(ours) & set(theirs)
    pairs = (pair for key in both for pair in zip(ours[key], theirs[key], strict=True))
    return any(0 < abs(a - b) < k for a, b in pairs)


def _counts(name: str, payload: Payload) -> dict[str, tuple[int, ...]]:
    """The counts that a figure shows, by cell."""
    if name == TOPICS:
        return {each["code"]: (each["count"],) for each in payload[TOPICS]}
    if name == RANKING:
        return {each["organisation"]: _of_share(each) for each in payload[RANKING]}
    cells = {line["region"]: line.get(name) for line in payload["regions"]}
    return {
        key: _of_share(cell) if isinstance(cell, Mapping) else (cell,)
        for key, cell in cells.items()
        if cell is not None
    }


def _of_share(share: Mapping[str, int]) -> tuple[int, int, int]:
    return share["part"], share["whole"], share["whole"] - share["part"]


def _line(line: Mapping[str, Any], before: Payload, moved: set[str]) -> dict[str, Any]:
    """A region's line without what moved a little, and without what was hidden before."""
    shown: Mapping[str, Any] = next(
        (old for old in before["regions"] if old["region"] == line["region"]), {}
    )
    return {
        name: cell
        if name == "region" or (name not in moved and shown.get(name) is not None)
        else None
        for name, cell in line.items()
    }
