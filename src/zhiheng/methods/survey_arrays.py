"""The slow, obvious twin of `survey`: one ratio of one domain, straight from rows.

It serves analysts who hold rows instead of sums, and the tests, which make both agree. It walks
cluster by cluster as the textbook does and shares no arithmetic with the fast path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey import ROUNDING, CellSums, Floats, Lonely


@dataclass(frozen=True)
class ArrayEstimate:
    """A ratio (or mean, proportion, total) of one domain.

    Attributes:
        estimate, se, df: as in `survey.RatioEstimates`.
        deff: variance over that of a simple random sample (with replacement) of the same n; None
            for totals and where the residuals do not vary.
        n_eff: size of the simple random sample that is as exact; None as above.
        n: rows in the domain.
        lonely: the rule for strata of one cluster was used.
    """

    estimate: float
    se: float
    df: int
    deff: float | None
    n_eff: float | None
    n: int
    lonely: bool


@dataclass(frozen=True)
class Design:
    """How the rows were drawn. Arrays of shape (rows,); None means: not so.

    Attributes:
        weight: inverse inclusion probabilities, > 0; None: all 1.
        stratum: labels; None: one stratum.
        cluster: labels of first-stage clusters, read within their stratum; None: each row.
        population: clusters of the row's stratum in the population (inf: drawn with replacement);
            None: no correction.

    Raises: MethodError ``survey.shape``, ``survey.weight``, ``survey.population``.
    """

    rows: int
    weight: npt.ArrayLike | None = None
    stratum: npt.ArrayLike | None = None
    cluster: npt.ArrayLike | None = None
    population: npt.ArrayLike | None = None

    def __post_init__(self) -> None:
        for name in ("weight", "stratum", "cluster", "population"):
            value = getattr(self, name)
            if value is not None and np.shape(value) != (self.rows,):
                raise MethodError(
                    "survey.shape", f"{name} has shape {np.shape(value)}; allowed: ({self.rows},)"
                )
        if self.weight is not None:
            weight = np.asarray(self.weight, dtype=np.float64)
            wrong = np.flatnonzero(~((weight > 0) & np.isfinite(weight)))
            if wrong.size:
                at = int(wrong[0])
                raise MethodError(
                    "survey.weight", f"weight[{at}] is {weight[at]}; allowed: numbers above 0"
                )

    def weights(self) -> Floats:
        if self.weight is None:
            return np.ones(self.rows)
        return np.asarray(self.weight, dtype=np.float64)

    def strata(self) -> dict[object, dict[object, list[int]]]:
        """Row numbers by stratum and cluster."""
        tree: dict[object, dict[object, list[int]]] = {}
        strata = [0] * self.rows if self.stratum is None else np.asarray(self.stratum).tolist()
        clusters = (
            list(range(self.rows)) if self.cluster is None else np.asarray(self.cluster).tolist()
        )
        for row in range(self.rows):
            tree.setdefault(strata[row], {}).setdefault(clusters[row], []).append(row)
        return tree

    def population_clusters(self, rows: list[int], m: int) -> float:
        """Population clusters of the stratum of `rows` with `m` sampled; inf: no correction."""
        if self.population is None:
            return np.inf
        sizes = {float(v) for v in np.asarray(self.population, dtype=np.float64)[rows]}
        if len(sizes) > 1 or not min(sizes) >= m:
            raise MethodError(
                "survey.population",
                f"population sizes {sorted(sizes)} in one stratum of {m} clusters; "
                "allowed: one size, at least the clusters sampled",
            )
        return sizes.pop()


def ratio_from_rows(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    design: Design,
    *,
    domain: npt.ArrayLike | None = None,
    lonely: Lonely = "adjust",
) -> ArrayEstimate:
    """Σwy/Σwx over the rows of `domain` (bool mask; None: all); x = 1 gives a mean.

    Raises: MethodError ``survey.shape``, ``survey.value``, ``survey.empty`` (no denominator),
        ``survey.lonely``, ``survey.population``.
    """
    inside = _mask(domain, design.rows)
    weight = design.weights()
    top, base = _column(y, "y", inside), _column(x, "x", inside)
    denominator = float(np.sum(weight * base))
    if denominator == 0:
        raise MethodError("survey.empty", "the denominator of the domain is 0; it has no ratio")
    ratio = float(np.sum(weight * top)) / denominator
    residual = top - ratio * base
    # What is left of equal ratios is rounding; it must not pass for a tiny variance.
    residual[np.abs(residual) <= ROUNDING * (np.abs(top) + np.abs(ratio * base))] = 0.0
    variance, df, alone = _variance(
        weight * residual / denominator, (top != 0) | (base != 0), design, lonely
    )
    n = int(inside.sum())
    share = weight * inside / np.sum(weight[inside])
    unit = float(np.sum(share * residual**2)) / float(np.sum(share * base)) ** 2
    known = variance > 0 and unit > 0 and n > 1
    return ArrayEstimate(
        estimate=ratio,
        se=float(np.sqrt(variance)),
        df=df,
        deff=variance * (n - 1) / unit if known else None,
        n_eff=unit / variance if known else None,
        n=n,
        lonely=alone,
    )


def total_from_rows(
    y: npt.ArrayLike,
    design: Design,
    *,
    domain: npt.ArrayLike | None = None,
    lonely: Lonely = "adjust",
) -> ArrayEstimate:
    """Σwy over the rows of `domain`. Raises as `ratio_from_rows`."""
    inside = _mask(domain, design.rows)
    values = design.weights() * _column(y, "y", inside)
    variance, df, alone = _variance(values, inside, design, lonely)
    return ArrayEstimate(
        float(values.sum()), float(np.sqrt(variance)), df, None, None, int(inside.sum()), alone
    )


def sums_from_rows(
    y: npt.ArrayLike, x: npt.ArrayLike, design: Design, *, domain: npt.ArrayLike | None = None
) -> CellSums:
    """The sums of one domain as the fast path wants them (cell 0), strata without rows left out."""
    inside = _mask(domain, design.rows)
    wy = design.weights() * _column(y, "y", inside)
    wx = design.weights() * _column(x, "x", inside)
    entries: list[list[float]] = []
    for position, clusters in enumerate(design.strata().values()):
        rows = [row for members in clusters.values() for row in members]
        if not inside[rows].any():
            continue
        a = np.array([wy[members].sum() for members in clusters.values()])
        b = np.array([wx[members].sum() for members in clusters.values()])
        size = design.population_clusters(rows, len(clusters))
        entries.append([position, a.sum(), b.sum(), a @ a, a @ b, b @ b, len(clusters), size])
    table = np.array(entries, dtype=np.float64).reshape(-1, 8)
    stratum, *columns = table.T
    a, b, aa, ab, bb, m, m_pop = columns
    number, cell = stratum.astype(np.int64), np.zeros(len(table), dtype=np.int64)
    return CellSums(cell, number, a, b, aa, ab, bb, m, m_pop, 1)


def _variance(
    z: Floats, occupied: npt.NDArray[np.bool_], design: Design, lonely: Lonely
) -> tuple[float, int, bool]:
    """Between-cluster variance of Σz, degrees of freedom, and whether the lonely rule was used.

    Strata without an occupied row hold nothing of the domain and take no part.
    """
    if lonely not in ("adjust", "certainty", "refuse"):
        raise MethodError(
            "survey.lonely", f"lonely is {lonely!r}; allowed: adjust, certainty, refuse"
        )
    variance, df, alone = 0.0, 0, False
    for label, clusters in design.strata().items():
        rows = [row for members in clusters.values() for row in members]
        if not occupied[rows].any():
            continue
        m = len(clusters)
        left = 1 - m / design.population_clusters(rows, m)
        totals = np.array([z[members].sum() for members in clusters.values()])
        if m > 1:
            variance += left * m / (m - 1) * float(np.sum((totals - totals.mean()) ** 2))
            df += m - 1
        elif left > 0:
            alone = True
            if lonely == "refuse":
                raise MethodError(
                    "survey.lonely",
                    f"stratum {label!r} has one cluster only; join it with another stratum or "
                    "declare the rule adjust or certainty",
                )
            if lonely == "adjust":
                variance += left * float(totals[0] ** 2)
    return variance, df, alone


def _mask(domain: npt.ArrayLike | None, rows: int) -> npt.NDArray[np.bool_]:
    if domain is None:
        return np.ones(rows, dtype=np.bool_)
    mask = np.asarray(domain, dtype=np.bool_)
    if mask.shape != (rows,):
        raise MethodError("survey.shape", f"domain has shape {mask.shape}; allowed: ({rows},)")
    return mask


def _column(value: npt.ArrayLike, name: str, inside: npt.NDArray[np.bool_]) -> Floats:
    """The column with 0 outside the domain."""
    column = np.asarray(value, dtype=np.float64)
    if column.ndim == 0:
        column = np.full(inside.shape, float(column))
    if column.shape != inside.shape:
        raise MethodError(
            "survey.shape", f"{name} has shape {column.shape}; allowed: {inside.shape}"
        )
    wrong = np.flatnonzero(inside & ~np.isfinite(column))
    if wrong.size:
        at = int(wrong[0])
        raise MethodError(
            "survey.value", f"{name}[{at}] is {column[at]}; leave the row out of the domain instead"
        )
    return np.where(inside, column, 0.0)
