"""The slow, obvious twin of the survey estimators: one figure of one domain, row by row.

It walks cluster by cluster, and within them unit by unit, as the textbook does, and shares no
arithmetic with the fast paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey import ROUNDING, CellSums, Floats
from zhiheng.methods.survey_design import Lonely


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
        unit: labels of the units drawn within clusters; None: the clusters were taken whole.
        units_of_cluster: units of the row's cluster in the population.
    """

    rows: int
    weight: npt.ArrayLike | None = None
    stratum: npt.ArrayLike | None = None
    cluster: npt.ArrayLike | None = None
    population: npt.ArrayLike | None = None
    unit: npt.ArrayLike | None = None
    units_of_cluster: npt.ArrayLike | None = None

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

    def population_clusters(self, rows: list[int]) -> float:
        """Population clusters of the stratum of `rows`; inf: no correction."""
        return np.inf if self.population is None else float(np.asarray(self.population)[rows[0]])

    def units(self, rows: list[int]) -> dict[object, list[int]]:
        """Row numbers of one cluster by unit."""
        tree: dict[object, list[int]] = {}
        for row in rows:
            tree.setdefault(np.asarray(self.unit).tolist()[row], []).append(row)
        return tree


def ratio_from_rows(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    design: Design,
    *,
    domain: npt.ArrayLike | None = None,
    lonely: Lonely = "adjust",
) -> ArrayEstimate:
    """Σwy/Σwx over the rows of `domain` (bool mask; None: all); x = 1 gives a mean."""
    inside = _mask(domain, design.rows)
    weight = design.weights()
    top, base = _column(y, "y", inside), _column(x, "x", inside)
    denominator = float(np.sum(weight * base))
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
    """Σwy over the rows of `domain`."""
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
        size = design.population_clusters(rows)
        entries.append([position, a.sum(), b.sum(), a @ a, a @ b, b @ b, len(clusters), size])
    table = np.array(entries, dtype=np.float64).reshape(-1, 8)
    stratum, *columns = table.T
    a, b, aa, ab, bb, m, m_pop = columns
    number, cell = stratum.astype(np.int64), np.zeros(len(table), dtype=np.int64)
    return CellSums(cell, number, a, b, aa, ab, bb, m, m_pop, 1)


def _variance(
    z: Floats, occupied: npt.NDArray[np.bool_], design: Design, lonely: Lonely
) -> tuple[float, int, bool]:
    """Variance of Σz, degrees of freedom (clusters of the strata), and whether a rule was used.

    Strata without an occupied row hold nothing of the domain and take no part.
    """
    first: list[float | None] = []
    second: list[float | None] = []
    df, alone = 0, False
    for clusters in design.strata().values():
        rows = [row for members in clusters.values() for row in members]
        if not occupied[rows].any():
            continue
        size = design.population_clusters(rows)
        df += len(clusters) - 1
        totals = [float(z[members].sum()) for members in clusters.values()]
        first.append(_between(totals, size, lonely))
        alone |= len(clusters) == 1 and size > 1
        if design.unit is None or np.isinf(size):
            continue
        for members in clusters.values():
            if not occupied[members].any():
                continue
            units = design.units(members)
            held = float(np.asarray(design.units_of_cluster)[members[0]])
            within = [float(z[rows].sum()) for rows in units.values()]
            found = _between(within, held, lonely)
            second.append(None if found is None else found * len(clusters) / size)
            alone |= len(units) == 1 and held > 1
    return _added(first) + _added(second), df, alone


def _between(totals: list[float], population: float, lonely: Lonely) -> float | None:
    """One stratum's variance; None: not known, to be the average of the others."""
    n = len(totals)
    left = 1 - n / population
    if n > 1:
        mean = sum(totals) / n
        return left * n / (n - 1) * sum((total - mean) ** 2 for total in totals)
    if left <= 0 or lonely in ("certainty", "remove"):
        return 0.0
    if lonely == "fail":
        raise MethodError("survey.lonely", "a stratum of one")
    return left * totals[0] ** 2 if lonely == "adjust" else None


def _added(found: list[float | None]) -> float:
    known = [value for value in found if value is not None]
    if found and not known:
        return float("nan")
    return sum(known) * len(found) / len(known) if found else 0.0


def _mask(domain: npt.ArrayLike | None, rows: int) -> npt.NDArray[np.bool_]:
    if domain is None:
        return np.ones(rows, dtype=np.bool_)
    mask = np.asarray(domain, dtype=np.bool_)
    return mask


def _column(value: npt.ArrayLike, name: str, inside: npt.NDArray[np.bool_]) -> Floats:
    """The column with 0 outside the domain."""
    column = np.asarray(value, dtype=np.float64)
    if column.ndim == 0:
        column = np.full(inside.shape, float(column))
    return np.where(inside, column, 0.0)
