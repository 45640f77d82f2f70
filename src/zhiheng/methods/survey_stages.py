"""The stages of a sample: units, the strata they were drawn in, and the share left undrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.labels import Ints, nested, numbered

# Below this share left undrawn a stratum counts as taken whole.
WHOLE = 1e-7


@dataclass(frozen=True)
class Stage:
    """One stage of drawing.

    Attributes:
        unit: the unit of each row, 0..units-1, shape (rows,).
        stratum: the stratum in which each unit was drawn, shape (units,). Strata of a later stage
            lie within one unit of the stage before.
        drawn: units drawn in each stratum, shape (strata,).
        left: 1 - n/N for each unit, shape (units,); 1 where drawn with replacement.
        share: product of n/N over the earlier stages, shape (strata,).
    """

    unit: Ints
    stratum: Ints
    drawn: Array
    left: Array
    share: Array

    @property
    def lonely(self) -> Ints:
        """Strata of which one unit was drawn, and not all there is."""
        undrawn = self.stratum[self.left >= WHOLE]
        found = np.intersect1d(undrawn, np.flatnonzero(self.drawn == 1))
        return found[self.share[found] > 0]


def drawn_stages(
    rows: int,
    strata: npt.ArrayLike | None,
    clusters: Sequence[npt.ArrayLike],
    populations: Sequence[npt.ArrayLike],
    with_replacement: bool,
) -> tuple[tuple[Stage, ...], Array]:
    """The stages that add to the variance, and each row's chance of being drawn by them.

    Arguments and errors as in `survey_design.survey_design`.
    """
    if len(populations) > max(len(clusters), 1):
        raise MethodError(
            "survey.stages",
            f"{len(populations)} population columns for {max(len(clusters), 1)} stages; "
            "at most one for each stage",
        )
    sizes = [column_of(column, f"populations[{k}]", rows) for k, column in enumerate(populations)]
    units = [
        numbered(_shaped(c, f"clusters[{k}]", rows), f"clusters[{k}]")
        for k, c in enumerate(clusters)
    ]
    units = units or [(np.arange(rows), rows)]
    stratum, n_strata = (
        (np.zeros(rows, dtype=np.int64), 1)
        if strata is None
        else numbered(_shaped(strata, "strata", rows), "strata")
    )
    stages, fractions = _drawn(units, stratum, n_strata, _as_sizes(sizes))
    if with_replacement or not sizes:
        stages = [replace(stages[0], left=np.ones_like(stages[0].left))]
    chance = np.ones(rows)
    for fraction in fractions:
        chance = chance * fraction
    return _contributing(stages), chance


def _drawn(
    units: list[tuple[Ints, int]],
    stratum: Ints,
    n_strata: int,
    sizes: tuple[list[Array], bool],
) -> tuple[list[Stage], list[Array]]:
    """The stages, and for each row the fraction drawn at each stage that has a population."""
    columns, are_fractions = sizes
    rows = len(stratum)
    stages: list[Stage] = []
    fractions: list[Array] = []
    share = np.ones(rows)
    for k, (labels, n_labels) in enumerate(units):
        unit, n_units = nested(stratum, labels, n_labels)
        of_unit = np.empty(n_units, dtype=np.int64)
        of_unit[unit] = stratum
        drawn = np.bincount(of_unit, minlength=n_strata).astype(np.float64)
        left, of_stratum = np.zeros(n_units), np.empty(n_strata)
        of_stratum[stratum] = share
        if k < len(columns):
            fraction = _fraction(columns[k], are_fractions, drawn[stratum], unit, stratum, k)
            left[unit] = 1 - fraction
            fractions.append(fraction)
            share = share * fraction
        stages.append(Stage(unit, of_unit, drawn, left, of_stratum))
        stratum, n_strata = unit, n_units
    return stages, fractions


def _fraction(
    size: Array, is_fraction: bool, drawn: Array, unit: Ints, stratum: Ints, stage: int
) -> Array:
    """n/N of each row at one stage, after checking that it is one number where it must be."""
    within, what = (unit, "unit") if is_fraction else (stratum, "stratum")
    one = np.empty(int(within.max()) + 1)
    one[within] = size
    varying = np.flatnonzero(one[within] != size)
    if varying.size:
        at = int(varying[0])
        raise MethodError(
            "survey.population",
            f"populations[{stage}] is {size[at]:g} in row {at} and {one[within[at]]:g} elsewhere "
            f"in the same {what}; allowed: one value for each {what}",
        )
    if is_fraction:
        return size
    short = np.flatnonzero(size < drawn)
    if short.size:
        at = int(short[0])
        raise MethodError(
            "survey.population",
            f"populations[{stage}] is {size[at]:g} in row {at}, but {drawn[at]:g} units were drawn "
            "there; a population cannot be smaller than its sample",
        )
    return np.asarray(drawn / size, dtype=np.float64)


def _as_sizes(columns: list[Array]) -> tuple[list[Array], bool]:
    """The columns, and whether they are fractions: no value above 1."""
    for k, column in enumerate(columns):
        wrong = np.flatnonzero(~(column > 0))
        if wrong.size:
            at = int(wrong[0])
            raise MethodError(
                "survey.population",
                f"populations[{k}][{at}] is {column[at]:g}; allowed: sizes of at least 1, or "
                "fractions above 0 up to 1",
            )
    fractions = all(bool((column <= 1).all()) for column in columns)
    if not fractions:
        for k, column in enumerate(columns):
            small = np.flatnonzero(column < 1)
            if small.size:
                at = int(small[0])
                raise MethodError(
                    "survey.population",
                    f"populations[{k}][{at}] is {column[at]:g} among sizes above 1; give sizes "
                    "everywhere or fractions everywhere",
                )
    return columns, fractions


def _contributing(stages: list[Stage]) -> tuple[Stage, ...]:
    """The first stage, and later ones up to the last that leaves something undrawn."""
    used = [
        k
        for k, s in enumerate(stages)
        if k == 0 or ((s.left >= WHOLE) & (s.share[s.stratum] > 0)).any()
    ]
    return tuple(stages[k] for k in used)


def _shaped(column: npt.ArrayLike, name: str, rows: int) -> npt.NDArray[np.generic]:
    values = np.asarray(column)
    if values.shape != (rows,):
        raise MethodError("survey.shape", f"{name} has shape {values.shape}; allowed: ({rows},)")
    return values


def column_of(column: npt.ArrayLike, name: str, rows: int) -> Array:
    """The column as numbers. Raises MethodError ``survey.shape``."""
    return np.asarray(_shaped(column, name, rows), dtype=np.float64)
