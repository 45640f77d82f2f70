"""Indices of 0 to 100 from a path model: a construct's mean on the scale of its items.

The weights of standardised items are brought back to the items' own units, so that the index is a
weighted mean of answers and can be checked by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls_model import PathModel


@dataclass(frozen=True)
class Indices:
    """One row for each sample.

    Attributes:
        index: 0 to 100, shape (r, constructs).
        shares: of each item in its construct's index, adding up to 1, shape (r, items).
        se: of the index for answers drawn singly, the shares taken as known, shape (r, constructs).
    """

    index: Array
    shares: Array
    se: Array


def indices(
    means: Array,
    covariances: Array,
    weights: Array,
    n: int,
    model: PathModel,
    lowest: npt.ArrayLike,
    highest: npt.ArrayLike,
    *,
    raw: bool = False,
) -> Indices:
    """``Σ w_k·(ȳ_k - lowest_k) / Σ w_k·(highest_k - lowest_k) · 100`` for every construct.

    w are the outer weights, of standardised items divided by the items' standard deviations.

    Args:
        means, covariances: of the items, shapes (r, items) and (r, items, items).
        weights: outer weights as `pls.fit` gives them, shape (r, items).
        n: respondents.
        lowest, highest: of the items' scale, one number or shape (items,).

    Source: Fornell et al., The American Customer Satisfaction Index, Journal of Marketing 60
    (1996); GB/T 19038-2009.

    Raises: MethodError ``pls.scale``.
    """
    least, most = (np.broadcast_to(floats(v), weights.shape[1:]) for v in (lowest, highest))
    if not (np.isfinite(least).all() and np.isfinite(most).all() and (least < most).all()):
        raise MethodError(
            "pls.scale",
            f"a scale from {lowest!r} to {highest!r}; the highest must exceed the lowest",
        )
    members = model.membership
    spread = np.ones_like(means) if raw else np.sqrt(np.einsum("rii->ri", covariances))
    with np.errstate(divide="ignore", invalid="ignore"):
        own = weights / spread
        reach = (own * (most - least)) @ members
        index = 100 * ((own * (means - least)) @ members) / reach
        points = 100 * own / (reach @ members.T)
        shares = own / (own @ members @ members.T)
    across = points[:, :, None] * members
    se = np.sqrt((across * (covariances @ across)).sum(axis=1) / n)
    return Indices(index, shares, se)
