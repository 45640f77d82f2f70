"""Why a figure is what it is: population, filter, sums, steps, ledger, and the rows behind it."""

from __future__ import annotations

import inspect
from typing import Any

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.indicators import path_indices, queries, rows
from zhiheng.indicators.cells import Cells, Level
from zhiheng.indicators.composed import composed
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.derivation import steps
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.estimate import Estimate, estimates
from zhiheng.indicators.lookup import known_indicator
from zhiheng.indicators.models import EstimateRow
from zhiheng.indicators.periods import Period
from zhiheng.indicators.pinned import pinned_lake
from zhiheng.indicators.reported import reported
from zhiheng.indicators.rollup import Places
from zhiheng.office.actors import Actor
from zhiheng.office.queries import region_tree
from zhiheng.rules.parameters import Trace


def explain(actor: Actor, row: EstimateRow, language: str = "zh") -> dict[str, Any]:
    """The derivation of a stored estimate, recomputed from today's lake.

    ``agrees`` is true where the recomputation gives the stored figure, false where it does not,
    because evidence came after ``ledger.log_size`` (``ledger.now`` says so) or the declaration
    changed (``measured.code_version``).

    Raises:
        UsageError: the actor may not see the estimate.
    """
    queries.estimate(actor, row.id)
    indicator = known_indicator(row.indicator)
    stored = queries.estimate_of(row)
    head, engine = pinned_lake()
    again, sums = _again(indicator, stored, engine)
    return {
        "estimate": queries.as_json(row),
        "unit": indicator.unit,
        "name": indicator.title(language),
        "population": indicator.population.said(language),
        "notes": indicator.notes.said(language),
        "source": indicator.source,
        "reads": [kind.code for kind in indicator.kinds],
        "declared": declared(indicator),
        "conditions": indicator.conditions,
        "design": stored.method,
        "detail": stored.detail,
        "sums": sums,
        "steps": steps(indicator, stored, sums),
        "ledger": {
            "log_size": row.part.log_size,
            "root": row.part.root,
            "now": {"log_size": head.size, "root": head.root},
        },
        "measured": {
            "by": row.part.actor,
            "at": row.part.created_at.isoformat(),
            "code_version": row.part.code_version,
            "rules": row.part.rules,
        },
        "recomputed": again.as_json(head.size, head.root) if again else None,
        "agrees": again is not None and _same(again, stored),
        "command": command(row),
        "rows": {
            "count": row.n,
            "list": f"{command(row, verb='explain')} --rows 100",
            "prove": "zhiheng prove ROW",
        },
    }


def command(row: EstimateRow, verb: str = "measure") -> str:
    """The command that recomputes the figure (with its breakdowns), or explains it."""
    place = f"--region {row.region} --period {row.period}"
    if verb == "measure":
        return f"zhiheng measure --indicator {row.indicator} {place}"
    by = queries.estimate_of(row).by
    broken = "".join(f" --by {column}={value}" for column, value in by.items())
    return f"zhiheng {verb} {row.indicator} {place}{broken}"


def declared(indicator: Indicator) -> dict[str, str]:
    """The declaration's own functions, as written."""
    found = {}
    for name in ("sample", "where", "success", "value", "denominator", "occurred"):
        if (function := getattr(indicator, name)) is not None:
            found[name] = inspect.getsource(function).strip()
    return found


def rows_behind(actor: Actor, row: EstimateRow, limit: int = 100) -> list[dict[str, Any]]:
    """Ledger rows that the estimate counts, by number: ``{"row", "y", "x", "w"}``.

    ``y`` and ``x`` are the row's part in numerator and denominator before its weight ``w``. For a
    register they are the rows standing at the period's end.

    Raises:
        UsageError: the actor may not see the estimate.
    """
    queries.estimate(actor, row.id)
    indicator = known_indicator(row.indicator)
    stored = queries.estimate_of(row)
    if indicator.estimator == "reported":
        return [{"row": stored.detail["row"], "y": stored.estimate, "x": None, "w": 1.0}]
    if indicator.estimator == "composite":
        return []
    _head, engine = pinned_lake()
    as_at = engine.reach(indicator.kinds)
    if as_at is None:
        return []
    period, places = Period.parse(row.period), Places(region_tree())
    view = places.view(places.epoch(period.last))
    inside = sorted(view.subtree(row.region))
    if indicator.snapshot is not None:
        closing = {"month": [0], "closing": [min(period.last, as_at)]}
        engine.lend(rows.DAYS, pl.DataFrame(closing))
        t = rows.standing(indicator.snapshot, as_at)
        if indicator.holds is not None:
            t = t.filter(rows.identified(t))
        t = t.mutate(y=ibis.null("float64"), x=ibis.literal(1.0), w=ibis.literal(1.0))
    else:
        fitted = path_indices.fitted(indicator, engine, {period.first.year}, Trace())
        t = rows.contributions(fitted.indicator, as_at)
        first, last = period.first.isoformat(), period.last.isoformat()
        t = t.filter(t.judged, t.day.between(ibis.date(first), ibis.date(last)))
    return engine.ask(_listed(t, inside, stored.by, limit)).to_dicts()


def _listed(t: ir.Table, inside: list[str], by: dict[str, str], limit: int) -> ir.Table:
    t = t.filter(t.region.isin(inside))
    for column, value in by.items():
        t = t.filter(t[column] == value)
    return t.select("row", "y", "x", "w").order_by("row").limit(limit)


def _again(
    indicator: Indicator, stored: Estimate, engine: Engine
) -> tuple[Estimate | None, list[dict[str, Any]]]:
    """The estimate and its sums from today's lake."""
    period, places = Period.parse(stored.period), Places(region_tree())
    if indicator.estimator == "reported":
        told = reported([indicator], engine, places, period=period, place=stored.region)
        return next((e for e in told if e.region == stored.region), None), []
    if indicator.estimator == "composite":
        parts = composed(indicator, lambda part: _alone(part, stored, engine), Trace())
        return next(iter(parts), None), []
    by = next(iter(stored.by), None)
    level = Level(stored.region_level, period.type, by)
    fitted = path_indices.fitted(indicator, engine, {period.first.year}, Trace())
    cells = Cells(fitted.indicator, engine, places, period=period, place=stored.region, alone=level)
    if level not in cells.levels():
        return None, []
    found = [fitted.told(e) for e in estimates(cells, level) if e.by == stored.by]
    sums = cells.sums(level)
    if by is not None:
        sums = sums.filter(pl.col("by") == stored.by[by])
    return next(iter(found), None), sums.drop("period", "place", "by").to_dicts()


def _alone(part: Indicator, stored: Estimate, engine: Engine) -> list[Estimate]:
    """A component's figure in the cell of the composite."""
    found, _sums = _again(part, stored, engine)
    return [] if found is None else [found]


def _same(one: Estimate, other: Estimate) -> bool:
    names = ("estimate", "se", "lower", "upper", "n", "numerator", "denominator", "df")
    return all(getattr(one, name) == getattr(other, name) for name in names)
