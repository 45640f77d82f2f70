"""Comparing units without making the luck of small numbers a rank: funnels and ranges of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.arguments import Array, Bounds, counts, floats, refuse
from zhiheng.methods.errors import MethodError

WARNING, ALARM = 0.95, 0.998
"""Levels of the two pairs of funnel limits (Spiegelhalter 2005: about 2 and 3 standard errors)."""


class Place(StrEnum):
    """Where a unit lies in the funnel around the reference share."""

    BELOW_ALARM = "below_alarm"
    BELOW_WARNING = "below_warning"
    INSIDE = "inside"
    ABOVE_WARNING = "above_warning"
    ABOVE_ALARM = "above_alarm"


def funnel_limits(n: npt.ArrayLike, reference: float, level: float) -> Bounds:
    """Limits within which chance alone keeps a share of `n` around `reference`.

    Exact binomial, interpolated: with r the smallest count whose cumulative probability reaches
    the tail p, ``limit = (r - w)/n``, ``w = (F(r) - p)/(F(r) - F(r-1))``, kept within 0 and 1.

    Source: Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202, appendix A.1.1.

    Raises: MethodError ``funnel.reference``, ``interval.level``, ``interval.count`` (n below 1).
    """
    if not 0 < reference < 1:
        raise MethodError(
            "funnel.reference", f"reference is {reference!r}; allowed: a share between 0 and 1"
        )
    if not 0 < level < 1:
        raise MethodError("interval.level", f"level is {level!r}; allowed: between 0 and 1")
    size = floats(n)
    refuse(~(size >= 1), size, "interval.count", "n must be 1 or more")
    size = np.floor(size)
    return _limit(size, reference, (1 - level) / 2), _limit(size, reference, (1 + level) / 2)


def _limit(size: Array, reference: float, share: float) -> Array:
    count = np.ceil(special.bdtrik(share, size, reference))
    # The inverse is a real number, off by rounding where it should be whole.
    count = np.where(_up_to(count - 1, size, reference) >= share, count - 1, count)
    reached, before = (_up_to(k, size, reference) for k in (count, count - 1))
    return np.clip((count - (reached - share) / (reached - before)) / size, 0.0, 1.0)


def _up_to(count: Array, size: Array, reference: float) -> Array:
    """P(X ≤ count) of a binomial; 0 below 0."""
    whole = special.bdtr(np.maximum(count, 0), size.astype(np.int64), reference)
    return np.where(count < 0, 0.0, whole)


def funnel_places(x: npt.ArrayLike, n: npt.ArrayLike, reference: float) -> list[Place]:
    """Where each unit's share x/n lies; raises as `funnel_limits`."""
    successes, size = counts(x, n)
    share = successes / size
    warning, alarm = (funnel_limits(size, reference, level) for level in (WARNING, ALARM))
    return [
        Place.BELOW_ALARM
        if p < alarm[0][i]
        else Place.ABOVE_ALARM
        if p > alarm[1][i]
        else Place.BELOW_WARNING
        if p < warning[0][i]
        else Place.ABOVE_WARNING
        if p > warning[1][i]
        else Place.INSIDE
        for i, p in enumerate(share)
    ]


@dataclass(frozen=True)
class Ranks:
    """Rank of each unit, 1 the best, and the ranks that the data do not rule out."""

    rank: npt.NDArray[np.int64]
    best: npt.NDArray[np.int64]
    worst: npt.NDArray[np.int64]


def joint_level(units: int, level: float) -> float:
    """Level of each of `units` independent intervals that hold jointly at `level`: Šidák's."""
    if units < 1:
        raise MethodError("rank.count", f"{units} units; at least 1 is needed")
    return float(level ** (1 / units))


def rank_ranges(
    estimate: npt.ArrayLike,
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
    *,
    higher_is_better: bool = True,
) -> Ranks:
    """The ranks that intervals leave open, without any simulation.

    A unit is surely better than another where its interval lies wholly beyond the other's. Its
    best rank is 1 + the number of units surely better, its worst the number of units less those
    surely worse. Where the intervals hold jointly at a level (see `joint_level`), so do all the
    ranges. Units with the same figure share the better rank.

    Source: Klein, Wright & Wieczorek, J. Roy. Stat. Soc. A 183 (2020) 589-606.

    Raises: MethodError ``rank.values`` (an interval that does not hold its figure).
    """
    middle, low, high = floats(estimate), floats(lower), floats(upper)
    if not np.all((low <= middle) & (middle <= high)):
        raise MethodError("rank.values", "an interval does not hold its own figure")
    if not higher_is_better:
        middle, low, high = -middle, -high, -low
    order = np.sort(middle)
    ahead = len(order) - np.searchsorted(order, middle, side="right")
    surely_better = len(low) - np.searchsorted(np.sort(low), high, side="right")
    surely_worse = np.searchsorted(np.sort(high), low, side="left")
    return Ranks(ahead + 1, surely_better + 1, len(low) - surely_worse)
