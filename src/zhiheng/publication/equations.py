"""Which unknowns of a system of sums are fixed by it, whatever the known numbers are.

An unknown is fixed exactly if it is zero in every solution of the homogeneous system, hence if it
is zero in one solution chosen at random. The arithmetic is that of the prime field of 2⁶¹ - 1
elements: whole numbers of one size, and no rounding. Two accidents could mislead it, each less
likely than one in 10¹⁵: a random solution that is zero where it need not be, and a determinant of
the system that the prime divides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from random import Random

PRIME = 2**61 - 1
Row = dict[str, int]


def fixed(equations: Iterable[Mapping[str, int]]) -> set[str]:
    """The unknowns that the equations fix; each maps unknowns to whole coefficients."""
    rows: list[Row] = [
        {cell: value % PRIME for cell, value in equation.items() if value % PRIME}
        for equation in equations
    ]
    unknowns = sorted({cell for row in rows for cell in row})
    # A fixed seed: the same table always gives the same answer.
    chance = Random(0)
    solution = {cell: chance.randrange(1, PRIME) for cell in unknowns}
    for pivot, row in reversed(_echelon(rows)):
        rest = sum(value * solution[cell] for cell, value in row.items() if cell != pivot)
        solution[pivot] = -rest * _inverse(row[pivot]) % PRIME
    return {cell for cell in unknowns if solution[cell] == 0}


def _inverse(value: int) -> int:
    # Nearly every coefficient of a sum is 1 or -1, each its own inverse.
    return value if value in (1, PRIME - 1) else pow(value, -1, PRIME)


def _echelon(rows: list[Row]) -> list[tuple[str, Row]]:
    """Pivots with their rows; a pivot occurs in no later row.

    The unknown that fewest rows hold comes first, in its shortest row, so that sums of sums stay
    as sparse as they are.
    """
    holders: dict[str, set[int]] = {}
    for number, row in enumerate(rows):
        for cell in row:
            holders.setdefault(cell, set()).add(number)
    waiting = [(len(of), cell) for cell, of in holders.items()]
    heapify(waiting)
    found: list[tuple[str, Row]] = []
    while waiting:
        count, pivot = heappop(waiting)
        if count == 0 or count != len(holders[pivot]):
            continue
        number = min(holders[pivot], key=lambda n: (len(rows[n]), n))
        found.append((pivot, rows[number]))
        touched = _retire(number, rows, holders)
        for other in sorted(holders[pivot]):
            touched |= _subtract(rows[other], rows[number], pivot, other, holders)
        for cell in touched:
            heappush(waiting, (len(holders[cell]), cell))
    return found


def _retire(number: int, rows: list[Row], holders: dict[str, set[int]]) -> set[str]:
    for cell in rows[number]:
        holders[cell].discard(number)
    return set(rows[number])


def _subtract(
    row: Row, from_row: Row, pivot: str, number: int, holders: dict[str, set[int]]
) -> set[str]:
    """Clear ``pivot`` from a row by a multiple of the pivot's row; returns what changed."""
    factor = row[pivot] * _inverse(from_row[pivot]) % PRIME
    changed: set[str] = set()
    for cell, value in from_row.items():
        rest = (row.get(cell, 0) - factor * value) % PRIME
        if rest and cell not in row:
            holders[cell].add(number)
            changed.add(cell)
        if rest:
            row[cell] = rest
        elif cell in row:
            del row[cell]
            holders[cell].discard(number)
            changed.add(cell)
    return changed
