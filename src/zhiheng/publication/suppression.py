"""Which cells of a table must stay back so that no small count can be read or worked out.

A cell is sensitive when one of its protected counts lies between 1 and k - 1. Hiding it alone
is not enough: where a total and its parts are published, one missing part is a subtraction. So
further cells are hidden until (1) the equations between the cells determine no hidden count, and
(2) what one total leaves open is never itself a small count. Primary and secondary suppression
as in Willenborg & de Waal, Elements of Statistical Disclosure Control (2001), ch. 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


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
    counts: Mapping[str, Sequence[float]],
    primary: Collection[str],
    groups: Sequence[Group],
    k: int,
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
    while exposed := _exposed(hidden, counts, groups, k):
        chosen = {_next(cell, hidden, counts, groups) for cell in sorted(exposed)} - {None}
        if not chosen:
            break
        hidden |= {cell for cell in chosen if cell is not None}
    return frozenset(hidden)


def determined(hidden: Collection[str], groups: Iterable[Group]) -> set[str]:
    """The hidden cells whose value follows from the shown ones, by exact elimination.

    In the reduced row echelon form of the equations over the hidden cells, a cell has one
    possible value exactly if a row holds nothing but that cell.
    """
    rows = []
    for group in groups:
        row = {group.total: Fraction(1)} if group.total in hidden else {}
        row.update({part: Fraction(-1) for part in group.parts if part in hidden})
        if row:
            rows.append(row)
    return {next(iter(row)) for row in _reduced(rows) if len(row) == 1}


def _exposed(
    hidden: set[str], counts: Mapping[str, Sequence[float]], groups: Sequence[Group], k: int
) -> set[str]:
    found = determined(hidden, groups)
    for group in groups:
        parts = [part for part in group.parts if part in hidden]
        if group.total not in hidden and parts:
            left_open = [sum(column) for column in zip(*(counts[p] for p in parts), strict=True)]
            if sensitive(left_open, k):
                found.update(parts)
    return found


def _next(
    cell: str, hidden: set[str], counts: Mapping[str, Sequence[float]], groups: Sequence[Group]
) -> str | None:
    """The smallest cell still shown beside ``cell``; a total only when no part is left.

    Where the whole group is hidden already, the search widens to the groups that touch it.
    """
    reached, grown = {cell}, True
    while grown:
        touching = [group for group in groups if reached & set(group.cells)]
        totals = {group.total for group in touching}
        shown = {c for group in touching for c in group.cells} - hidden
        if shown:
            # An empty cell protects nobody: hiding a zero leaves the other value as it was.
            return min(shown, key=lambda c: (counts[c][0] == 0, c in totals, counts[c][0], c))
        wider = reached.union(*(group.cells for group in touching)) if touching else reached
        grown, reached = wider != reached, wider
    return None


def _reduced(rows: list[dict[str, Fraction]]) -> list[dict[str, Fraction]]:
    """Reduced row echelon form of sparse rows, without its zero rows."""
    holders: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for cell in row:
            holders.setdefault(cell, set()).add(number)
    free = set(range(len(rows)))
    for column in sorted(holders):
        pivot = min(holders[column] & free, default=None)
        if pivot is None:
            continue
        free.remove(pivot)
        lead = rows[pivot][column]
        rows[pivot] = {cell: value / lead for cell, value in rows[pivot].items()}
        for other in holders[column] - {pivot}:
            factor = rows[other][column]
            for cell, value in rows[pivot].items():
                rest = rows[other].get(cell, Fraction(0)) - factor * value
                if rest:
                    rows[other][cell] = rest
                    holders[cell].add(other)
                else:
                    rows[other].pop(cell, None)
                    holders[cell].discard(other)
    return [row for row in rows if row]
