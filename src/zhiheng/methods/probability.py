"""How probable it is that a target is met, given the sample.

Jeffreys' posterior for proportions (Beta(x+½, n-x+½), at the effective size) and for rates of
counts (Gamma(x+½)); t or normal around the estimate for everything else. A change is the
difference of two independent posteriors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from zhiheng.methods.arguments import Array
from zhiheng.methods.bounds import degrees, effective_counts
from zhiheng.methods.vocabulary import Evidence

# Points of the grid over one posterior when two are subtracted: error below 1e-4.
GRID = 4000


class Posterior(NamedTuple):
    """Distribution of the true figure: ``below(value)`` and its inverse ``quantile(share)``."""

    below: Callable[[Array], Array]
    quantile: Callable[[Array], Array]


def posterior(evidence: Evidence, alpha: float) -> Posterior | None:
    """None where the sample carries no precision; `evidence` is sampled."""
    if evidence.kind == "proportion":
        x, n = effective_counts(evidence, 1 - 2 * alpha)
        a, b = x + 0.5, n - x + 0.5
        return Posterior(
            lambda value: np.asarray(special.betainc(a, b, np.clip(value, 0, 1))),
            lambda share: np.asarray(special.betaincinv(a, b, share)),
        )
    if evidence.interval_family == "garwood":
        a = (evidence.numerator or 0.0) + 0.5
        exposure = (evidence.denominator or 0.0) / evidence.per
        return Posterior(
            lambda value: np.asarray(special.gammainc(a, np.maximum(value, 0) * exposure)),
            lambda share: np.asarray(special.gammaincinv(a, share) / exposure),
        )
    return _around(evidence.estimate, evidence.se or 0.0, degrees(evidence))


def _around(centre: float, se: float, df: float | None) -> Posterior | None:
    if se == 0 or (df is not None and df <= 0):
        return None
    if df is None or math.isinf(df):
        return Posterior(
            lambda value: np.asarray(special.ndtr((value - centre) / se)),
            lambda share: np.asarray(centre + se * special.ndtri(share)),
        )
    return Posterior(
        lambda value: np.asarray(special.stdtr(df, (value - centre) / se)),
        lambda share: np.asarray(centre + se * special.stdtrit(df, share)),
    )


def probability_below(
    value: float, now: Evidence, before: Evidence | None, alpha: float
) -> float | None:
    """P(now < value), or with a baseline P(now - before < value); None where unknown."""
    current = None if now.exact else posterior(now, alpha)
    if before is None:
        return None if current is None else _at(current, value)
    earlier = None if before.exact else posterior(before, alpha)
    if before.exact:
        return None if current is None else _at(current, value + before.estimate)
    if now.exact:
        return None if earlier is None else 1 - _at(earlier, now.estimate - value)
    if current is None or earlier is None:
        return None
    share = (np.arange(GRID) + 0.5) / GRID
    return float(np.mean(current.below(earlier.quantile(share) + value)))


def _at(distribution: Posterior, value: float) -> float:
    return float(distribution.below(np.asarray(value, dtype=np.float64)))
