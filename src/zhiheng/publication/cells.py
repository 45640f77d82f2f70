"""The cells of a release: what each counts, and which of them add up to which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from zhiheng.publication.payloads import cell_key
from zhiheng.publication.suppression import Group, sensitive, suppressed


class Protection(StrEnum):
    """What a small count of an indicator would give away.

    PERSONS: people who answered or complained: the rows, those who said one thing and those who
    said the other. UNITS: firms, products, projects: the rows. OPEN: figures that a department
    reports as such; they count no cell of anybody.
    """

    PERSONS = "persons"
    UNITS = "units"
    OPEN = "open"


@dataclass(frozen=True)
class Cell:
    """One estimate as suppression sees it.

    Args:
        period: ``2026``, ``2026Q3`` or ``2026-09``.
        by: the breakdown as sorted (dimension, value) pairs.
        share: estimate of a proportion (0..1), else None.
        events: counted events of a rate, else None.
    """

    indicator: str
    region: str
    period: str
    by: tuple[tuple[str, str], ...]
    n: float
    share: float | None = None
    events: float | None = None

    @cached_property
    def key(self) -> str:
        return cell_key(self.indicator, self.region, self.period, dict(self.by))

    def counts(self, protection: Protection) -> tuple[float, ...]:
        """The counts that must not be small; none of an open figure."""
        if protection is Protection.OPEN:
            return ()
        if protection is Protection.UNITS:
            return (self.n,)
        share, events = self.share or 0.0, self.events or 0.0
        # A weighted share has no whole counts; rounded, it stands for the people behind it.
        ayes = round(share * self.n)
        noes = round(self.n) - ayes if self.share is not None else 0
        return (self.n, ayes, noes, events)


Above = Callable[[Cell], str | None]


def hidden_cells(
    cells: Iterable[Cell],
    protections: Mapping[str, Protection],
    above: Above,
    k: int,
) -> frozenset[str]:
    """Keys of the cells that a release must not show.

    Args:
        protections: by indicator.
        above: the key of the region above a cell's, as regions lay in the cell's period.
    """
    tables: dict[str, list[Cell]] = {}
    for cell in cells:
        tables.setdefault(cell.indicator, []).append(cell)
    found: set[str] = set()
    for indicator, table in tables.items():
        protection = protections[indicator]
        counts = {cell.key: cell.counts(protection) for cell in table}
        primary = {key for key, protected in counts.items() if sensitive(protected, k)}
        if primary:
            found |= suppressed(counts, primary, additive_groups(table, above), k)
    return frozenset(found)


def additive_groups(table: Sequence[Cell], above: Above) -> list[Group]:
    """Every relation "total = sum of parts" among the cells of one indicator.

    A region is the sum of the regions right below it, a quarter of its months, a year of its
    quarters (of its months only where the quarter is not among the cells, else that sum says
    nothing new), and a figure of its breakdown by any one dimension.
    """
    known = {(cell.region, cell.period, cell.by): cell.key for cell in table}
    parts: dict[tuple[str, str], list[str]] = {}
    for cell in table:
        region = above(cell)
        totals = [("region", (region, cell.period, cell.by))] if region else []
        longer = [(kind, (cell.region, period, cell.by)) for kind, period in _longer(cell.period)]
        totals += [each for each in longer if each[1] in known][:1]
        totals += [
            (f"by {name}", (cell.region, cell.period, tuple(p for p in cell.by if p[0] != name)))
            for name, _value in cell.by
        ]
        for kind, place in totals:
            if place in known:
                parts.setdefault((kind, known[place]), []).append(cell.key)
    return [Group(total, tuple(keys)) for (_kind, total), keys in parts.items()]


def _longer(period: str) -> list[tuple[str, str]]:
    """The longer periods that contain it, the shortest first, and the kind of sum each makes."""
    year = period[:4]
    if "Q" in period:
        return [("quarters", year)]
    if "-" in period:
        quarter = (int(period[5:]) + 2) // 3
        return [("months of a quarter", f"{year}Q{quarter}"), ("months", year)]
    return []
