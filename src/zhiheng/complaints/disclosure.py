"""What may be shown of figures about persons: small counts and what reveals them stay back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.complaints.statistics import Figures, Share, with_shares
from zhiheng.publication.suppression import Group, sensitive, suppressed


@dataclass(frozen=True)
class Line:
    """The figures of one region; a name in ``hidden`` must not be shown."""

    region: str
    figures: Figures
    hidden: frozenset[str]


UNDECIDED = ""
"""The region of cases of which nobody has decided yet which region they belong to."""


def by_region(
    cases: pl.DataFrame, figures_of: Callable[[pl.DataFrame], Figures], total: str, k: int
) -> list[Line]:
    """A line for the whole and one for each region, small counts and what reveals them hidden.

    Args:
        total: the key that the first line bears; cases that lie there and no lower have a line of
            their own, `UNDECIDED`, for the others could else be taken from the whole.
        k: the smallest count that may be read; see `zhiheng.publication`.
    """
    place = pl.col("region").fill_null(UNDECIDED).replace({total: UNDECIDED})
    placed = cases.with_columns(place)
    found = {total: figures_of(placed)}
    for part in sorted(placed["region"].unique().to_list()):
        found[part] = figures_of(placed.filter(pl.col("region") == part))
    return lines_of(found, total, k)


def lines_of(found: Mapping[str, Figures], total: str, k: int) -> list[Line]:
    """Figures of a whole and of its regions, with what must not be shown of each.

    A region whose number of cases stays back shows no share either: of cases that are all
    decided, what a share is a share of is that number again.
    """
    parts = [key for key in found if key != total]
    group = [Group(total, tuple(parts))] if parts else []
    received = _hidden({key: (float(each.received),) for key, each in found.items()}, (), group, k)
    hidden = {key: {"received"} if key in received else set() for key in found}
    for name in found[total].shares():
        counts = {key: _counts(each.shares()[name]) for key, each in found.items()}
        for key in _hidden(counts, received, group, k):
            hidden[key].add(name)
    return [Line(key, each, frozenset(hidden[key])) for key, each in found.items()]


def _hidden(
    counts: Mapping[str, tuple[float, ...]], also: Collection[str], group: Sequence[Group], k: int
) -> Collection[str]:
    primary = {key for key, said in counts.items() if sensitive(said, k)} | set(also)
    return suppressed(counts, primary, group, k) if primary else ()


def _counts(share: Share) -> tuple[float, ...]:
    return (float(share.whole), float(share.part), float(share.whole - share.part))


REST = ""
"""The code of what a table of codes lays together."""


def pareto_of_persons(codes: Sequence[str], k: int) -> list[dict[str, Any]]:
    """As `pareto`, each use from a person: what is rarer than ``k`` is laid together as `REST`.

    So is one more code where the rest would otherwise be such a small count itself.
    """
    counted = pl.Series("code", codes, dtype=pl.String).value_counts()
    counts = {code: (float(count),) for code, count in counted.iter_rows()}
    group = [Group(REST, tuple(counts))]
    hidden = _hidden({REST: (float(len(codes)),), **counts}, (), group, k)
    if REST in hidden:
        return []
    together = pl.when(pl.col("code").is_in(list(hidden))).then(pl.lit(REST)).otherwise("code")
    return with_shares(counted.group_by(together.alias("code")).agg(pl.col("count").sum()))
