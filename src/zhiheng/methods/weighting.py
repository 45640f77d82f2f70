"""Pass rate of manufactured products, weighted in two tiers by industrial output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError


@dataclass(frozen=True)
class OutputWeighted:
    """Pass rates weighted by output.

    Attributes:
        overall: ``Σ_r share_r·regions_r``.
        regions: ``Σ_j (output_rj/output_r)·passed_rj/tested_rj``, shape (regions,).
        shares: each region's share of all output, shape (regions,).
        collapsed: industries were pooled by the declared rule.
        se, regions_se: standard errors for samples drawn singly within each cell, the outputs
            taken as known: ``√(Σ share²·p(1-p)/(n-1))``.
    """

    overall: float
    regions: Array
    shares: Array
    collapsed: bool
    se: float
    regions_se: Array


def output_weighted_rate(
    passed: npt.ArrayLike,
    tested: npt.ArrayLike,
    output: npt.ArrayLike,
    *,
    collapse: Sequence[int] | None = None,
) -> OutputWeighted:
    """Region rates over industries, then the overall rate over regions, by share of output.

    Args:
        passed, tested: samples found good and samples judged, shape (regions, industries).
        output: gross industrial output of the same cells, any one currency and year (publish
            which year), 0 or more.
        collapse: declared rule for cells without samples, one group number for each industry:
            industries of a group are pooled in every region (samples and output) before weighting.
            Without it a cell that has output but no samples is refused, never dropped.

    Source: the two-tier weighting of the national statistic 制造业产品质量合格率, as explained by
    the Jiangsu quality association (jsqa.org, no. 8476).

    Raises: MethodError ``weighting.shape``, ``weighting.count``, ``weighting.output``,
        ``weighting.empty``.
    """
    good, judged, produced = _tables(passed, tested, output)
    groups = np.arange(produced.shape[1]) if collapse is None else np.asarray(collapse)
    if groups.shape != (produced.shape[1],):
        raise MethodError(
            "weighting.shape",
            f"collapse has {groups.size} group numbers for {produced.shape[1]} industries",
        )
    members = (groups[:, None] == np.unique(groups)[None, :]).astype(np.float64)
    good, judged, produced = good @ members, judged @ members, produced @ members
    _refuse_empty(judged, produced, np.unique(groups))
    rates = np.divide(good, judged, out=np.zeros_like(good), where=judged > 0)
    by_region = produced.sum(axis=1)
    regions = (produced * rates).sum(axis=1) / by_region
    shares = by_region / by_region.sum()
    within = produced / by_region[:, None]
    noise = (within**2 * rates * (1 - rates) / np.maximum(judged - 1, 1)).sum(axis=1)
    return OutputWeighted(
        overall=float(shares @ regions),
        regions=regions,
        shares=shares,
        collapsed=collapse is not None,
        se=float(np.sqrt(shares**2 @ noise)),
        regions_se=np.sqrt(noise),
    )


def _tables(
    passed: npt.ArrayLike, tested: npt.ArrayLike, output: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    good, judged, produced = floats(passed), floats(tested), floats(output)
    if not (good.ndim == 2 and good.shape == judged.shape == produced.shape):
        raise MethodError(
            "weighting.shape",
            f"passed {good.shape}, tested {judged.shape}, output {produced.shape}; allowed: one "
            "common shape (regions, industries)",
        )
    wrong = np.argwhere(~((good >= 0) & (good <= judged) & np.isfinite(judged)))
    if wrong.size:
        r, j = wrong[0]
        raise MethodError(
            "weighting.count",
            f"{good[r, j]} passed of {judged[r, j]} tested in region {r}, industry {j}; allowed: "
            "0 <= passed <= tested",
        )
    if not (np.isfinite(produced).all() and (produced >= 0).all()):
        r, j = np.argwhere(~(np.isfinite(produced) & (produced >= 0)))[0]
        raise MethodError(
            "weighting.output",
            f"output {produced[r, j]} in region {r}, industry {j}; allowed: 0 or more",
        )
    idle = np.flatnonzero(produced.sum(axis=1) == 0)
    if idle.size or not produced.size:
        raise MethodError(
            "weighting.output",
            f"regions {idle.tolist()} have no output; leave them out",
            regions=idle.tolist(),
        )
    return good, judged, produced


def _refuse_empty(judged: Array, produced: Array, groups: npt.NDArray[np.int64]) -> None:
    empty = np.argwhere((judged == 0) & (produced > 0))
    if empty.size:
        cells = ", ".join(f"region {r} industry {groups[j]}" for r, j in empty[:5])
        raise MethodError(
            "weighting.empty",
            f"{len(empty)} cells have output but no samples ({cells}); declare `collapse` to pool "
            "industries",
            cells=[(int(r), int(groups[j])) for r, j in empty],
        )
