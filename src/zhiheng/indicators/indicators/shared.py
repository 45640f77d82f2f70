"""Expressions that several declarations share."""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.indicators.designs import Design


def weight(t: ir.Table) -> ir.Value:
    return t.weight


def stratum(t: ir.Table) -> ir.Value:
    return t.stratum


DRAWN_POINTS = Design(weight=weight, strata=stratum, cluster="sampling_point")
"""Drawn in strata, by sampling points, with weights: whatever of it the rows name."""

CENSUS = Design(census=True)
