"""Indices whose item weights follow from a path model of the answers themselves.

The weights come from all answers of a calendar year at once; with them the index is an ordinary
mean of one number for each respondent, so that regions, sectors and quarters, their intervals and
their proofs follow from the same sums as every other mean. The weights are kept with each figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from zhiheng.indicators import rows
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.estimate import DIGITS, Estimate
from zhiheng.indicators.indices import PathIndex
from zhiheng.indicators.satisfaction.model_file import Model, shipped
from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls import Scheme
from zhiheng.methods.pls_analysis import analyse
from zhiheng.rules.parameters import Parameter, Trace

SCHEME = Scheme.CENTROID
_MOST_ROWS = 1_000_000
"""Answers of one year beyond which the weights come from that many, those filed first."""


@dataclass(frozen=True)
class Weights:
    """Of one construct in one year, by item: share in the index, and mean answer (for gaps)."""

    shares: Mapping[str, float]
    means: Mapping[str, float]
    respondents: int


@dataclass(frozen=True)
class Fitted:
    """An indicator that the cells can measure, and what is said with its figures."""

    indicator: Indicator
    path_index: PathIndex | None = None
    weights: Mapping[int, Weights] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """A path index without a year that it could be estimated from."""
        return self.path_index is not None and not self.weights

    def told(self, estimate: Estimate) -> Estimate:
        """The estimate with the model and the weights it rests on."""
        if self.path_index is None:
            return estimate
        used = self.weights[int(estimate.period[:4])]
        detail = {
            "path_model": self.path_index.model,
            "construct": self.path_index.construct,
            "scheme": str(SCHEME),
            "shares": dict(used.shares),
            "model_respondents": used.respondents,
        }
        method = f"{estimate.method}; path model={self.path_index.model}"
        return replace(estimate, method=method, detail={**estimate.detail, **detail})


def fitted(indicator: Indicator, engine: Engine, years: Iterable[int], trace: Trace) -> Fitted:
    """The indicator itself, or a path index turned into a mean of weighted answers.

    A year whose answers cannot be estimated (too few, an item nobody answered) gets no figure, and
    the trace says why; a year in which the model's questions were not asked has no evidence.
    """
    index = indicator.path_index
    if index is None:
        return Fitted(indicator)
    found: dict[int, Weights] = {}
    scales: dict[str, tuple[float, float]] = {}
    for year in sorted(years):
        model = shipped(index.model, date(year, 12, 31))
        scales = _scales(model, index)
        values = _answers(indicator, model, engine, year)
        others = [item not in scales for item in model.path_model.items]
        if np.isnan(values[:, others]).all():
            continue  # a survey that did not ask the model's questions
        try:
            found[year] = _weights(index, model, values)
        except MethodError as error:
            trace.add(_refused(indicator, year, error))
    mean = replace(indicator, path_index=None, value=_value(found, scales))
    return Fitted(mean, index, found)


def _answers(indicator: Indicator, model: Model, engine: Engine, year: int) -> Array:
    """The year's answers to the model's items, shape (respondents, items)."""
    items = list(model.path_model.items)
    t = rows.table(indicator.kind, date(year, 12, 31))
    t = t.filter(t.occurred_on.between(ibis.date(year, 1, 1), ibis.date(year, 12, 31)))
    if indicator.where is not None:
        t = t.filter(indicator.where(t).fill_null(False))
    found = engine.ask(t.order_by("row").limit(_MOST_ROWS).select(*items))
    values = found.to_numpy().astype(np.float64).reshape(-1, len(items))
    return np.asarray(values[~np.isnan(values).all(axis=1)])


def _weights(index: PathIndex, model: Model, values: Array) -> Weights:
    """Raises MethodError where the answers do not carry the model."""
    items = model.path_model.items
    assert model.scales is not None
    scale = (model.scales.lowest, model.scales.highest)
    found = analyse(values, model.path_model, scheme=SCHEME, scale=scale)
    assert found.indices is not None
    block = model.path_model.block(model.path_model.names.index(index.construct))
    # The engine adds in no fixed order; the digits beyond would differ from run to run.
    shares = {items[i]: _short(found.indices.shares[0, i]) for i in block}
    means = {items[i]: _short(found.moments.means[0, i]) for i in block}
    return Weights(shares, means, found.answers.n)


def _scales(model: Model, index: PathIndex) -> dict[str, tuple[float, float]]:
    assert model.scales is not None
    block = model.path_model.block(model.path_model.names.index(index.construct))
    low, high = model.scales
    return {model.path_model.items[i]: (float(low[i]), float(high[i])) for i in block}


def _value(found: Mapping[int, Weights], scales: Mapping[str, tuple[float, float]]) -> Any:
    """Each respondent's index; null where no item of the construct was answered."""

    def value(t: ir.Table) -> ir.Value:
        year = t.occurred_on.year()
        index: ir.Value = ibis.null("float64")
        for number, weights in found.items():
            index = ibis.ifelse(year == number, _respondent(t, weights, scales), index)
        answered = ibis.coalesce(*(t[item].cast("float64") for item in scales))
        return ibis.ifelse(answered.notnull(), index, ibis.null("float64"))

    return value


def _respondent(
    t: ir.Table, weights: Weights, scales: Mapping[str, tuple[float, float]]
) -> ir.Value:
    """``Σ share·(answer - lowest) / Σ share·(highest - lowest) · 100``; gaps filled by means."""
    reach = sum(weights.shares[item] * (high - low) for item, (low, high) in scales.items())
    parts = [
        (t[item].cast("float64").fill_null(weights.means[item]) - low)
        * (100 * weights.shares[item] / reach)
        for item, (low, _high) in scales.items()
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _refused(indicator: Indicator, year: int, error: MethodError) -> Parameter:
    return Parameter(
        name=f"unmeasured.{indicator.code}.{year}",
        value=error.code,
        valid_from=date(year, 1, 1),
        valid_to=date(year, 12, 31),
        source=error.message,
        confirmed=True,
    )


def _short(value: Any) -> float:
    return float(f"{float(value):.{DIGITS}g}")
