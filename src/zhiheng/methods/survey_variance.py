"""Variance of weighted sums under a multi-stage design, for all domains in one pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.labels import Ints, Pairs, paired, summed
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_stages import WHOLE

# Squared deviations below this share of the squares are rounding: totals that are all equal.
DUST = 1e-26


@dataclass(frozen=True)
class Domains:
    """Which rows belong to which domain; a row belongs to one at most.

    Attributes:
        cell: of each row of the sample, 0..n_cells-1; -1: in none. Shape (rows,).
        n_cells: number of domains.
        member: rows in a domain, ascending.
        stages: members gathered by (domain, unit of the stage).
        strata: those gathered by (domain, stratum of the stage).
    """

    cell: Ints
    n_cells: int
    member: Ints
    stages: tuple[Pairs, ...]
    strata: tuple[Pairs, ...]

    def of_members(self, column: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        return column if self.member.size == self.cell.size else column[self.member]

    def per_cell(self, values: Array) -> Array:
        """Sums of the members' values, shape (n_cells,)."""
        return summed(np.asarray(self.of_members(self.cell)), values, self.n_cells)

    @property
    def count(self) -> Array:
        inside = self.of_members(self.cell)
        return np.bincount(inside, minlength=self.n_cells).astype(np.float64)


def domains(design: SurveyDesign, cell: npt.ArrayLike | None, n_cells: int = 1) -> Domains:
    """Gather the rows of every domain; None: the whole sample is one domain.

    Raises: MethodError ``survey.shape``, ``survey.cell``.
    """
    of_row = np.zeros(design.rows, np.int64) if cell is None else np.asarray(cell, dtype=np.int64)
    if of_row.shape != (design.rows,):
        raise MethodError(
            "survey.shape", f"cell has shape {of_row.shape}; allowed: ({design.rows},)"
        )
    if of_row.min() < -1 or of_row.max() >= n_cells:
        wrong = of_row[(of_row < -1) | (of_row >= n_cells)][0]
        raise MethodError("survey.cell", f"cell {wrong}; allowed: -1 (none) to {n_cells - 1}")
    member = np.flatnonzero(of_row >= 0)
    whole = member.size == of_row.size
    inside = of_row if whole else of_row[member]
    gathered = tuple(
        paired(inside, stage.unit if whole else stage.unit[member], len(stage.stratum))
        for stage in design.stages
    )
    strata = tuple(
        paired(pairs.cell, stage.stratum[pairs.unit], len(stage.drawn))
        for stage, pairs in zip(design.stages, gathered, strict=True)
    )
    return Domains(of_row, n_cells, member, gathered, strata)


def degrees_of_freedom(within: Domains) -> Array:
    """First-stage units that a domain has rows in, less their strata (R's degf of a subset)."""
    units, strata = (
        np.bincount(pairs.cell, minlength=within.n_cells)
        for pairs in (within.stages[0], within.strata[0])
    )
    return (units - strata).astype(np.float64)


def variance_of_sums(
    design: SurveyDesign, within: Domains, z: Array
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Variance of ``Σ z`` of every domain, and where the rule for lonely strata was used.

    Args:
        z: weighted (linearised) values of the domains' members, shape (members,). Rows outside a
            domain count as zeros, so that a domain keeps the whole design.

    Stage by stage ``Π(n/N) · Σ_h n/(n-1) · Σ (1 - n/N)·(T - T̄)²`` over the units' totals T. A
    calibrated design takes the residuals first, one domain after the other.

    Raises: MethodError ``survey.lonely``.
    """
    if not design.fitted:
        return _all_stages(design, within, z)
    variance, alone = np.zeros(within.n_cells), np.zeros(within.n_cells, dtype=np.bool_)
    whole = domains(design, None)
    starts = np.argsort(within.cell[within.member], kind="stable")
    bounds = np.r_[0, np.cumsum(within.count)].astype(np.int64)
    for cell in range(within.n_cells):
        mine = starts[bounds[cell] : bounds[cell + 1]]
        spread = np.zeros(design.rows)
        spread[within.member[mine]] = z[mine]
        for fitted in design.fitted:
            spread = fitted.residual(spread)
        found, used = _all_stages(design, whole, spread)
        variance[cell], alone[cell] = found[0], used[0]
    return variance, alone


def _all_stages(
    design: SurveyDesign, within: Domains, z: Array
) -> tuple[Array, npt.NDArray[np.bool_]]:
    variance, alone = np.zeros(within.n_cells), np.zeros(within.n_cells, dtype=np.bool_)
    for number in range(len(design.stages)):
        spread, lonely = _one_stage(design, within, number, within.stages[number].sums(z))
        variance += spread
        alone |= lonely
    return variance, alone


def _one_stage(
    design: SurveyDesign, within: Domains, number: int, total: Array
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """One stage's variance of every domain, from the totals of its units."""
    stage, rule, n_cells = design.stages[number], design.lonely, within.n_cells
    pairs, strata = within.stages[number], within.strata[number]
    drawn, left = stage.drawn[strata.unit], stage.left[pairs.unit]
    mean = strata.sums(total) / drawn
    squares = strata.sums(left * (total - mean[strata.number]) ** 2)
    # Units without a row in the domain are zeros: each is one mean away from the mean.
    undrawn = summed(stage.stratum, stage.left, len(stage.drawn))
    absent = drawn > np.bincount(strata.number)
    squares += np.where(absent, undrawn[strata.unit] - strata.sums(left), 0.0) * mean**2
    grand = strata.sums(left * total**2)
    squares = np.where(squares > DUST * grand, squares, 0.0)
    spread = stage.share[strata.unit] * drawn / np.maximum(drawn - 1, 1) * squares
    lonely = (drawn == 1) & (undrawn[strata.unit] >= WHOLE)
    if not lonely.any():
        return summed(strata.cell, spread, n_cells), np.zeros(n_cells, dtype=np.bool_)
    if rule == "fail":
        count = len(np.unique(strata.unit[lonely]))
        raise MethodError(
            "survey.lonely",
            f"{count} strata of stage {number + 1} have one unit only, so they have no variance of "
            "their own; join them with others or declare a rule: certainty, remove, adjust or "
            "average",
        )
    alone = np.bincount(strata.cell, lonely, n_cells) > 0
    if rule == "adjust":
        spread = np.where(lonely, stage.share[strata.unit] * grand, spread)
    found = summed(strata.cell, spread, n_cells)
    if rule == "average":
        held = np.bincount(strata.cell, minlength=n_cells)
        sound = np.bincount(strata.cell, ~lonely, n_cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.where(alone, found * held / sound, found)
    return found, alone
