"""What an indicator is declared with: text, sampling design, register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import ibis.expr.types as ir

from zhiheng.evidence.declaration import Kind
from zhiheng.indicators.tables import Expression, build
from zhiheng.methods.survey_design import Lonely

Estimator = Literal["proportion", "mean", "ratio", "total", "rate", "composite", "reported"]

Better = Literal["higher", "lower", "none"]

Cluster = Literal["organisation", "sampling_point"]

Interval = Literal["auto", "clopper-pearson"]

Degrees = Literal["plain", "satterthwaite", "working"]

PERCENT = "%"


class Text(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language == "en" else self.zh


NO_TEXT = Text("", "")


def occurred_on(t: ir.Table) -> ir.Value:
    return t.occurred_on


@dataclass(frozen=True)
class Design:
    """How the rows were drawn.

    Args:
        weight: inverse inclusion probability; a row without one counts once.
        strata: label of the stratum; null is a stratum of its own.
        cluster: first-stage unit: the organisation, or the sampling point where a row names one.
            A row that names neither is a cluster by itself. None: rows were drawn singly.
        population: clusters of the row's stratum in the population (finite population).
        census: every unit is in the record; there is nothing to estimate and no interval.
        lonely: what a stratum with one cluster adds to the variance.
    """

    weight: Expression | None = None
    strata: Expression | None = None
    cluster: Cluster | None = None
    population: Expression | None = None
    census: bool = False
    lonely: Lonely = "adjust"

    def __post_init__(self) -> None:
        if self.census and not self._plain:
            raise ValueError("a census has no weights, strata, clusters or finite population")

    @property
    def _plain(self) -> bool:
        return not (self.weight or self.strata or self.cluster or self.population)

    @property
    def simple(self) -> bool:
        """Rows drawn singly with equal chances: counts say everything."""
        return self._plain and not self.census


SIMPLE = Design()


@dataclass(frozen=True)
class Snapshot:
    """The rows of a register that stand on a day: begun on or before it and not yet ended.

    Args:
        ended: first day on which the row no longer stands; null: it still stands.
        where: which of the kind's rows belong to the register meant.
    """

    kind: Kind
    ended: Expression
    begun: Expression = occurred_on
    where: Expression | None = None

    def __post_init__(self) -> None:
        for name, wanted in (("ended", "date"), ("begun", "date"), ("where", "boolean")):
            if (expression := getattr(self, name)) is not None:
                built(f"snapshot of {self.kind.code}", name, self.kind, expression, wanted)


def built(whose: str, part: str, kind: Kind, expression: Expression, wanted: str) -> ir.Value:
    try:
        return build(kind, expression, wanted)
    except ValueError as error:
        raise ValueError(f"{whose}: {part} {error}") from error
