"""What one row of the lake contributes to an indicator; nothing is grouped here."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from zhiheng.evidence.declaration import Kind
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot
from zhiheng.indicators.tables import AS_AT, current_table, lake_table

DAYS = "cells_days"
"""Table (month, closing) lent to the engine: the days on which a register is looked at."""

COUNTED = frozenset({"total", "rate"})
"""Estimators for which a row that contributes nothing still says that the region is not silent."""


def table(kind: Kind, as_at: date) -> ir.Table:
    """The kind's current rows with the column that says how far the evidence reaches."""
    return lake_table(kind).mutate(**{AS_AT: ibis.literal(as_at, "date")})


def contributions(indicator: Indicator, as_at: date) -> ir.Table:
    """One row per ledger row of the sample.

    Columns: row, region, day, the breakdowns, stratum (text, "" for none), cluster (text), y and
    x (numerator and denominator of the one row, to be read where it is judged), w (weight),
    judged, sampled, weighted (it names its weight), population (clusters of its stratum, null
    where unknown).
    """
    t = table(indicator.kind, as_at)
    y, x = _numerator(indicator, t), _denominator(indicator, t)
    judged = indicator.where(t) if indicator.where else ibis.literal(True)
    for part in (y, x):
        judged = judged if isinstance(part.op(), ops.Literal) else judged & part.notnull()
    sampled = indicator.sample(t) if indicator.sample else judged
    design = indicator.design
    weight = design.weight(t) if design.weight else None
    day = indicator.occurred(t)
    rows = t.filter(day.notnull())
    if indicator.estimator in COUNTED:
        sampled = _true(sampled)
        judged = sampled & _true(judged)
    else:
        # As it is declared, for an engine finds the rows by the values that it names.
        rows = rows.filter(sampled)
        sampled = ibis.literal(True)
        judged = _true(judged) if indicator.sample else sampled
    return rows.select(
        "row",
        "region",
        *indicator.breakdowns,
        day=day,
        stratum=design.strata(t).fill_null("") if design.strata else ibis.literal(""),
        cluster=_cluster(indicator, t),
        y=y.cast("float64"),
        x=x.cast("float64"),
        w=weight.cast("float64").fill_null(1.0) if weight is not None else ibis.literal(1.0),
        judged=judged,
        sampled=sampled,
        weighted=weight.notnull() if weight is not None else ibis.literal(True),
        population=_population(indicator, t),
    )


def texts(indicator: Indicator, columns: tuple[str, ...]) -> ir.Table:
    """What the columns ``stratum`` and breakdowns of `contributions` say, and maybe more: of all
    current rows, which are not looked up in any other table, so that an engine reads it off the
    dictionaries of the files."""
    t = current_table(indicator.kind)
    said = {name: t[name] for name in columns if name != "stratum"}
    if "stratum" in columns:
        assert indicator.design.strata is not None
        said["stratum"] = indicator.design.strata(t)
    return t.select(**said)


def identified(t: ir.Table) -> ir.Value:
    """The row says which organisation it speaks of: a bare name or a wrong code may be anybody's,
    and cannot be found again in another register before a person has judged whose it is."""
    bare = t.organisation.startswith("name:") | t.organisation.startswith("code:")
    return _true(~bare)


def standing(register: Snapshot, as_at: date) -> ir.Table:
    """The register's rows once for each of the `DAYS` on which they stand."""
    t, days = table(register.kind, as_at), days_table()
    t = t.mutate(begun_on=register.begun(t), ended_on=register.ended(t))
    if register.where is not None:
        t = t.filter(_true(register.where(t)))
    stands = [
        t.begun_on <= days.closing,
        t.ended_on.isnull() | (t.ended_on > days.closing),
    ]
    return t.join(days, stands)


def days_table() -> ir.Table:
    return ibis.table({"month": "int32", "closing": "date"}, name=DAYS)


def _numerator(indicator: Indicator, t: ir.Table) -> ir.Value:
    if indicator.success is not None:
        return indicator.success(t).cast("int64")
    if indicator.value is not None:
        return indicator.value(t)
    return ibis.literal(1)


def _denominator(indicator: Indicator, t: ir.Table) -> ir.Value:
    return indicator.denominator(t) if indicator.denominator else ibis.literal(1)


def _cluster(indicator: Indicator, t: ir.Table) -> ir.Value:
    """A row that names neither sampling point nor organisation is a cluster by itself."""
    if indicator.design.cluster is None:
        return ibis.literal("")
    alone = ibis.literal("row:") + t.row.cast("string")
    if indicator.design.cluster == "sampling_point":
        return ibis.coalesce(t.cluster, t.organisation, alone)
    return ibis.coalesce(t.organisation, alone)


def _population(indicator: Indicator, t: ir.Table) -> ir.Value:
    if indicator.design.population is None:
        return ibis.null("float64")
    return indicator.design.population(t).cast("float64")


def _true(condition: ir.Value) -> ir.Value:
    """A condition about a missing value is not met; it must not make the row disappear."""
    return condition.fill_null(False)
