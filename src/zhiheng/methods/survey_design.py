"""How a sample was drawn: stages, strata, populations, weights and their calibration.

A design is built once from columns and then serves any number of statistics. Stage by stage it
keeps what the variance of a multi-stage sample needs: which unit a row belongs to, the stratum the
unit was drawn in, how many were drawn there, and which share of the population was not drawn.

Source: Särndal, Swensson & Wretman, Model Assisted Survey Sampling (1992), ch. 3, 4 and 8; held to
R's `survey` package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.calibration import Adjustment, Fitted
from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey_stages import Stage, column_of, drawn_stages

Lonely: TypeAlias = Literal["fail", "certainty", "remove", "adjust", "average"]


@dataclass(frozen=True)
class SurveyDesign:
    """A sample's design; build it with `survey_design`.

    Attributes:
        weight: of each row, after calibration, shape (rows,).
        stages: only those that add to the variance, the first always.
        lonely: rule for a stratum of which one unit was drawn, see `survey_design`.
        adjustments: post-stratification, raking, calibration in the order they were made.
        fitted: what each of them did to the weights.
        base_weight: before calibration.
        weights_from: "given", "population" (of the stages' sizes) or "equal" (all 1).
    """

    weight: Array
    stages: tuple[Stage, ...]
    lonely: Lonely
    adjustments: tuple[Adjustment, ...]
    fitted: tuple[Fitted, ...]
    base_weight: Array
    weights_from: Literal["given", "population", "equal"]

    @property
    def rows(self) -> int:
        return len(self.weight)

    @property
    def units(self) -> int:
        return len(self.stages[0].stratum)

    @property
    def strata(self) -> int:
        return len(self.stages[0].drawn)

    def adjusted(self, adjustment: Adjustment) -> SurveyDesign:
        """The design with one more calibration of its weights."""
        fitted = adjustment(self.weight)
        return replace(
            self,
            weight=fitted.weight,
            adjustments=(*self.adjustments, adjustment),
            fitted=(*self.fitted, fitted),
        )


def survey_design(
    rows: int,
    *,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    clusters: Sequence[npt.ArrayLike] = (),
    populations: Sequence[npt.ArrayLike] = (),
    with_replacement: bool = False,
    lonely: Lonely = "fail",
) -> SurveyDesign:
    """Build a design from columns of shape (rows,).

    Args:
        weights: inverse inclusion probabilities, > 0. None: they follow from `populations`,
            ``Π N/n`` over the stages; without those all are 1.
        strata: labels of the first stage's strata; None: one stratum.
        clusters: labels of the units of each stage, read within the stratum and the unit of the
            stage before; none: each row was drawn by itself.
        populations: for each stage the units of the row's stratum (later: of its unit) in the
            population, or, where no value exceeds 1, the fraction drawn. Fractions may differ
            between units of a stratum: unequal probabilities without replacement, with Brewer's
            approximation ``Σ (1-π)·n/(n-1)·(z - z̄)²``. inf: with replacement. Stages without a
            population after one that has it were taken whole (R's rule).
        with_replacement: `populations` give weights only, no finite population correction.
        lonely: what a stratum of one unit contributes to the variance. ``fail``: an error;
            ``certainty`` and ``remove``: nothing; ``adjust``: its deviation from the grand mean of
            all strata; ``average``: the average of the strata that have a variance. A stratum taken
            whole (one drawn of one) is no lonely stratum: it contributes nothing under any rule.

    Raises: MethodError ``survey.empty`` (no rows), ``survey.shape``, ``survey.label``,
        ``survey.weight``, ``survey.population``, ``survey.stages``, ``survey.lonely``.
    """
    if rows < 1:
        raise MethodError("survey.empty", "a design of 0 rows; at least 1 is needed")
    if lonely not in get_args(Lonely):
        raise MethodError(
            "survey.lonely", f"lonely is {lonely!r}; allowed: {', '.join(get_args(Lonely))}"
        )
    stages, chance = drawn_stages(rows, strata, clusters, populations, with_replacement)
    given, source = _weights(weights, chance, rows)
    return SurveyDesign(given, stages, lonely, (), (), given, source)


def _weights(
    weights: npt.ArrayLike | None, chance: Array, rows: int
) -> tuple[Array, Literal["given", "population", "equal"]]:
    if weights is not None:
        given = column_of(weights, "weights", rows)
        wrong = np.flatnonzero(~((given > 0) & np.isfinite(given)))
        if wrong.size:
            at = int(wrong[0])
            raise MethodError(
                "survey.weight", f"weights[{at}] is {given[at]:g}; allowed: numbers above 0"
            )
        return given, "given"
    if (chance == 0).any():
        raise MethodError(
            "survey.weight",
            "a population is infinite, so no weight follows from it; give weights",
        )
    equal = bool((chance == 1).all())
    return 1 / chance, "equal" if equal else "population"
