"""Intervals of design-based proportions by the name an analyst gives them."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy.typing as npt

from zhiheng.methods import intervals
from zhiheng.methods.arguments import Bounds
from zhiheng.methods.errors import MethodError

Interval: TypeAlias = Literal["wald", "logit", "wilson", "beta", "beta_capped"]


def proportion_interval(
    kind: Interval,
    estimate: npt.ArrayLike,
    se: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> Bounds:
    """Two-sided interval of design-based proportions, arrays that broadcast.

    Args:
        kind: ``wald`` p ± t·se (R: svyciprop "mean"); ``logit`` (R: "logit"); ``wilson`` at the
            effective size; ``beta`` Korn-Graubard, not capped (R: "beta"); ``beta_capped``.
        n, df: rows and degrees of freedom of each.

    Raises: MethodError ``interval.kind``, and those of `intervals`.
    """
    match kind:
        case "wald":
            return intervals.wald(estimate, se, df, level=level)
        case "logit":
            return intervals.logit(estimate, se, df, level=level)
        case "wilson":
            return intervals.rao_scott_wilson(estimate, se, n, level=level)
        case "beta" | "beta_capped":
            capped = kind == "beta_capped"
            return intervals.korn_graubard(estimate, se, n, df, level=level, capped=capped)
    raise MethodError(
        "interval.kind", f"interval {kind!r}; allowed: wald, logit, wilson, beta, beta_capped"
    )
