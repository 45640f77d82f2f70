"""Which cells of a table must stay back so that no small count can be read or worked out.

A cell is sensitive when one of its protected counts lies between 1 and k - 1. Hiding it alone
is not enough: where a total and its parts are published, one missing part is a subtraction. So
further cells are hidden until (1) the equations between the cells determine no hidden count, and
(2) what one total leaves open is never itself a small count. Primary and secondary suppression
as in Willenborg & de Waal, Elements of Statistical Disclosure Control (2001), ch. 4.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhiheng.publication.equations import fixed

Counts = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Group:
    """An equation that readers know: the total is the sum of its parts."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.total, *self.parts)


def sensitive(counts: Iterable[float | None], k: int) -> bool:
    """True if a count is small but not zero; an unknown count (None) reveals nothing."""
    return any(count is not None and 0 < count < k for count in counts)


def suppressed(
    counts: Counts, primary: Collection[str], groups: Sequence[Group], k: int
) -> frozenset[str]:
    """The cells to hide: the primary ones and the cheapest others that protect them.

    Args:
        counts: what is protected of each cell, the rows behind it first (hiding a cell of few
            rows costs the reader least); cells of one group count alike.
        primary: the sensitive cells.
        groups: every additive relation among the cells.
        k: smallest count that may be read.
    """
    hidden = set(primary)
    around: dict[str, list[Group]] = {}
    for group in groups:
        for cell in group.cells:
            around.setdefault(cell, []).append(group)
    waiting = deque(groups)
    # A cell that was left open stays open however many more are hidden, so that later rounds ask
    # only about those that were not and about new ones.
    doubtful = set(hidden)
    while True:
        # Single lines first: they find nearly everything and cost little.
        while waiting:
            group = waiting.popleft()
            if _gives_away(group, hidden, counts, k):
                chosen = _cheapest(set(group.cells) - hidden, hidden, counts, around)
                hidden.add(chosen)
                doubtful.add(chosen)
                waiting.extend(around[chosen])
        told = determined(hidden, _connected(doubtful, hidden, around))
        doubtful = set(told)
        for cell in sorted(told):
            if shown := _near(cell, hidden, around):
                chosen = _cheapest(shown, hidden, counts, around)
                hidden.add(chosen)
                doubtful.add(chosen)
                waiting.extend(around[chosen])
        if not waiting:
            return frozenset(hidden)


def determined(hidden: Collection[str], groups: Iterable[Group]) -> set[str]:
    """The hidden cells whose value follows from the shown ones."""
    equations = []
    for group in groups:
        equation = {group.total: 1} if group.total in hidden else {}
        equation.update({part: -1 for part in group.parts if part in hidden})
        equations.append(equation)
    return fixed(equations)


def _connected(
    cells: Iterable[str], hidden: set[str], around: Mapping[str, Sequence[Group]]
) -> list[Group]:
    """Every equation that hangs together with one of ``cells`` by hidden cells."""
    reached, edge = set(cells), list(cells)
    found: dict[int, Group] = {}
    while edge:
        for group in around.get(edge.pop(), ()):
            if id(group) not in found:
                found[id(group)] = group
                fresh = [c for c in group.cells if c in hidden and c not in reached]
                reached.update(fresh)
                edge += fresh
    return list(found.values())


def _gives_away(group: Group, hidden: set[str], counts: Counts, k: int) -> bool:
    """True if this one sum tells a hidden count, or a small one of all that it leaves open."""
    lacking = [cell for cell in group.cells if cell in hidden]
    if len(lacking) == 1:
        return True
    if not lacking or group.total in hidden:
        return False
    left_open = [sum(column) for column in zip(*(counts[p] for p in lacking), strict=True)]
    return sensitive(left_open, k)


def _cheapest(
    shown: set[str], hidden: set[str], counts: Counts, around: Mapping[str, Sequence[Group]]
) -> str:
    """The cell whose loss costs least: a part rather than a total, a small one, and before that
    one whose other sums lack cells already, so that it needs no further companions.

    An empty cell protects nobody, for hiding a zero leaves the other value as it was.
    """

    def cost(cell: str) -> tuple[bool, bool, int, float, str]:
        sums = around[cell]
        total = any(group.total == cell and hidden & set(group.parts) for group in sums)
        untouched = sum(hidden.isdisjoint(group.cells) for group in sums)
        return counts[cell][0] == 0, total, untouched, counts[cell][0], cell

    return min(shown, key=cost)


def _near(cell: str, hidden: set[str], around: Mapping[str, Sequence[Group]]) -> set[str]:
    """The shown cells beside ``cell``, or beside those beside it where all of them are hidden."""
    reached, edge = {cell}, [cell]
    while edge:
        near = {c for each in edge for group in around.get(each, ()) for c in group.cells}
        if near - hidden:
            return near - hidden
        edge = sorted(near - reached)
        reached |= near
    return set()
