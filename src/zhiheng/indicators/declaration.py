"""The machine of indicators: an indicator is declared once, and measuring, explaining and the
reference follow from it. A declaration that contradicts itself or its kind cannot be built.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

from zhiheng import __version__
from zhiheng.evidence.declaration import Kind, Type
from zhiheng.indicators.designs import (
    NO_TEXT,
    PERCENT,
    SIMPLE,
    Better,
    Degrees,
    Design,
    Estimator,
    Interval,
    Snapshot,
    Text,
    built,
    occurred_on,
)
from zhiheng.indicators.indices import CompositeOf, PathIndex
from zhiheng.indicators.tables import Expression, columns_read, sql

_CODE = re.compile(r"[a-z][a-z0-9_]{2,59}\Z")
_PARTS = (
    "success", "value", "denominator", "path_index", "snapshot", "holds", "exposure", "per",
    "composite",
)  # fmt: skip
_NEEDS: dict[str, tuple[frozenset[str], ...]] = {
    "proportion": (frozenset({"success"}), frozenset({"snapshot", "holds"})),
    "mean": (frozenset({"value"}), frozenset({"path_index"})),
    "ratio": (frozenset({"value", "denominator"}),),
    "total": (frozenset({"value"}),),
    "rate": (frozenset({"exposure", "per"}),),
    "composite": (frozenset({"composite"}),),
    "reported": (frozenset(),),
}


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator.

    Args:
        unit: ``%`` means that the estimate is a pure ratio, shown times 100.
        population: what the indicator speaks of, in words.
        where: the rows judged. ``sample``: the rows of the whole sample, of which those judged
            are a part; the variance needs both. None: the rows judged are the whole sample.
        success: of a proportion. ``value``: of a mean or total, numerator of a ratio.
        denominator: of a ratio.
        path_index: of a mean, instead of ``value``: answers weighted by a path model.
        composite: of a composite; ``kind`` is then that of its first part.
        snapshot: the population is the rows that stand at the period's end, not the rows that
            occurred in the period. ``holds``: success means that the row's organisation has a row
            standing in this other register.
        exposure: of a rate: the register whose standing rows are the denominator, ``per`` so many.
        occurred: the date that places a row in a period; a row without it belongs to none.
        breakdowns: columns of the kind by whose values the indicator is also measured.
        within: the least and the most that the figure can be; its interval ends there.
        minimum_n: with fewer rows the estimate is marked thin.
        source: the law, standard or document that defines it.
    """

    code: str
    zh: str
    en: str
    unit: str
    better: Better
    population: Text
    kind: Kind
    estimator: Estimator
    source: str
    where: Expression | None = None
    sample: Expression | None = None
    success: Expression | None = None
    value: Expression | None = None
    denominator: Expression | None = None
    path_index: PathIndex | None = None
    composite: CompositeOf | None = None
    snapshot: Snapshot | None = None
    holds: Snapshot | None = None
    exposure: Snapshot | None = None
    per: int | None = None
    design: Design = SIMPLE
    interval: Interval = "auto"
    within: tuple[float, float] | None = None
    breakdowns: tuple[str, ...] = ()
    occurred: Expression = occurred_on
    minimum_n: int = 30
    notes: Text = NO_TEXT

    def __post_init__(self) -> None:
        self._check_words()
        self._check_parts()
        self._check_expressions()

    def _refuse(self, why: str) -> ValueError:
        return ValueError(f"indicator {self.code}: {why}")

    def _check_words(self) -> None:
        if not _CODE.match(self.code):
            raise ValueError(
                f"indicator {self.code!r}: a code is 3 to 60 lower case letters, digits and _"
            )
        for name in ("zh", "en", "unit", "source"):
            if not getattr(self, name):
                raise self._refuse(f"{name} is empty")
        if not (self.population.zh and self.population.en):
            raise self._refuse("its population must be said in both languages")
        if self.within is not None and not self.within[0] < self.within[1]:
            raise self._refuse(f"within is {self.within}: the least must be below the most")
        if self.minimum_n < 1:
            raise self._refuse(f"minimum_n is {self.minimum_n}; at least 1 is needed")

    def _check_parts(self) -> None:
        given = frozenset(name for name in _PARTS if getattr(self, name) is not None)
        allowed = _NEEDS[self.estimator]
        if given not in allowed:
            wanted = " or ".join("+".join(sorted(need)) or "nothing" for need in allowed)
            raise self._refuse(
                f"a {self.estimator} is declared with {wanted}, not with "
                f"{'+'.join(sorted(given)) or 'nothing'}"
            )
        if self.snapshot is not None and (self.snapshot.kind is not self.kind or self.where):
            raise self._refuse("a snapshot is of the indicator's own kind and holds its filter")
        if self.unit == PERCENT and self.estimator not in {"proportion", "ratio", "reported"}:
            raise self._refuse(f"a {self.estimator} is not measured in %")
        if self.estimator == "proportion" and self.unit != PERCENT:
            raise self._refuse(f"a proportion is measured in %, not in {self.unit}")
        if self.estimator == "reported" and self.kind.code != "reported_figure":
            raise self._refuse("reported figures are read from the kind reported_figure")
        if self.estimator == "reported" and (self.where or self.occurred is not occurred_on):
            raise self._refuse("a reported figure is taken as said, without filter or other date")
        self._check_derived()
        if self.estimator in {"rate", "composite", "reported"} and self.design != Design():
            raise self._refuse(f"a {self.estimator} has no sampling design")
        if self.interval != "auto" and not (
            self.estimator == "proportion" and self.design.simple and self.snapshot is None
        ):
            raise self._refuse(f"{self.interval} is for proportions of a simple random sample")
        if self.snapshot is not None and not self.design.census:
            raise self._refuse("a register is a census: declare design=Design(census=True)")

    def _check_derived(self) -> None:
        """An index of a path model or of other indicators stands on what those declare."""
        derived = self.path_index or self.composite
        if derived is None:
            return
        if self.occurred is not occurred_on:
            raise self._refuse("an index belongs to the year in which its evidence occurred")
        if self.composite is not None and (self.where or self.sample or self.breakdowns):
            raise self._refuse("a composite has no filter and no breakdown but those of its parts")
        if (problem := derived.problem(self.kind)) is not None:
            raise self._refuse(problem)

    def _check_expressions(self) -> None:
        wanted = {
            "where": "boolean",
            "sample": "boolean",
            "success": "boolean",
            "value": "number",
            "denominator": "number",
            "occurred": "date",
        }
        for name, kind_of in wanted.items():
            if (expression := getattr(self, name)) is not None:
                built(f"indicator {self.code}", name, self.kind, expression, kind_of)
        for name, kind_of in {"weight": "number", "strata": "text", "population": "number"}.items():
            if (expression := getattr(self.design, name)) is not None:
                built(f"indicator {self.code}", name, self.kind, expression, kind_of)
        strata = self.design.strata
        if strata is not None and "organisation" in columns_read(self.kind, strata):
            raise self._refuse("strata cannot be told from the organisation, but from its row only")
        columns = {c.name: c for c in self.kind.plain_columns}
        if self.design.cluster == "sampling_point" and "cluster" not in columns:
            raise self._refuse(f"{self.kind.code} has no column cluster that names sampling points")
        for name in self.breakdowns:
            if name not in columns or columns[name].type not in {Type.CODE, Type.TEXT}:
                broken = ", ".join(
                    c.name for c in columns.values() if c.type in {Type.CODE, Type.TEXT}
                )
                raise self._refuse(f"cannot be broken down by {name!r}; allowed: {broken}")

    @property
    def scale(self) -> int:
        """Factor from the stored estimate to the declared unit."""
        return 100 if self.unit == PERCENT else 1

    @property
    def interval_method(self) -> str:
        """What ``auto`` stands for under this estimator and design."""
        if self.estimator == "reported":
            return "reported"
        if self.estimator == "composite":
            return "monte carlo"
        if self.design.census:
            return "census"
        if self.estimator == "rate":
            return "poisson"
        if self.estimator != "proportion":
            return "t"
        if self.interval != "auto":
            return self.interval
        return "wilson" if self.design.simple else "korn-graubard"

    @property
    def degrees(self) -> Degrees:
        """How degrees of freedom are counted: clusters less strata where rows are drawn singly;
        over clusters by Satterthwaite's formula, for t intervals from the strata's parts of the
        variance, for Korn and Graubard's from what their sizes make those parts to be."""
        if self.design.cluster is None or self.interval_method not in {"t", "korn-graubard"}:
            return "plain"
        return "satterthwaite" if self.interval_method == "t" else "working"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Every kind of evidence it reads, its own first."""
        others = [s.kind for s in (self.holds, self.exposure) if s is not None]
        if self.composite is not None:
            others += [kind for _code, part in self.composite.parts for kind in part.kinds]
        return tuple(dict.fromkeys([self.kind, *others]))

    @cached_property
    def conditions(self) -> dict[str, str]:
        """Each declared expression as SQL over the columns of its kind."""
        found: dict[str, str] = {}
        for name in ("sample", "where", "success", "value", "denominator", "occurred"):
            if (expression := getattr(self, name)) is not None:
                found[name] = sql(self.kind, expression)
        for name in ("weight", "strata", "population"):
            if (expression := getattr(self.design, name)) is not None:
                found[name] = sql(self.kind, expression)
        if self.path_index is not None:
            found["path_index"] = f"{self.path_index.model}: {self.path_index.construct}"
        if self.composite is not None:
            parts = (f"{code} = {part.code}" for code, part in self.composite.parts)
            found["composite"] = f"{self.composite.model}: {', '.join(parts)}"
        for name in ("snapshot", "holds", "exposure"):
            if (register := getattr(self, name)) is not None:
                for part in ("where", "begun", "ended"):
                    if (expression := getattr(register, part)) is not None:
                        found[f"{name}.{part}"] = sql(register.kind, expression)
        return found

    @cached_property
    def code_version(self) -> str:
        """Program version and a hash of the declaration with its expressions as SQL."""
        said = {
            f.name: str(getattr(self, f.name))
            for f in fields(self)
            if isinstance(getattr(self, f.name), str | int | tuple)
        }
        design = {
            "cluster": self.design.cluster,
            "census": self.design.census,
            "lonely": self.design.lonely,
        }
        kinds = [kind.code for kind in self.kinds]
        text = json.dumps([said, design, kinds, self.conditions], sort_keys=True)
        return f"{__version__}+{hashlib.sha256(text.encode()).hexdigest()[:12]}"

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def register(indicators: Iterable[Indicator]) -> dict[str, Indicator]:
    """The indicators by code; refuses two of one code or of one name."""
    found: dict[str, Indicator] = {}
    names: set[str] = set()
    for indicator in indicators:
        if indicator.code in found:
            raise ValueError(f"indicator {indicator.code} declared twice")
        for name in {indicator.zh, indicator.en}:
            if name in names:
                raise ValueError(f"indicator {indicator.code}: the name {name!r} is taken")
            names.add(name)
        found[indicator.code] = indicator
    return found
