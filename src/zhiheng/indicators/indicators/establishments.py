"""Establishments inspected on site."""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Design, Text

INSPECTION = KINDS["establishment_inspection"]
SYSTEM = "市场监管双随机抽查制度（国发〔2019〕5号）"
BY_ORGANISATION = Design(cluster="organisation")


def judged(t: ir.Table) -> ir.Value:
    return t.result.isin(["pass", "conditional", "fail"])


def passed(t: ir.Table) -> ir.Value:
    return t.result == "pass"


def counted(t: ir.Table) -> ir.Value:
    """Findings were counted at all; an empty cell is not a zero."""
    return judged(t) & (t.critical.notnull() | t.serious.notnull())


def violated(t: ir.Table) -> ir.Value:
    return (t.critical.fill_null(0) > 0) | (t.serious.fill_null(0) > 0)


INDICATORS = (
    Indicator(
        code="establishment_compliance_rate",
        zh="日常检查符合率",
        en="Establishment compliance rate",
        unit="%",
        better="higher",
        population=Text(
            "期内作出符合、责令改正或不符合结论的检查",
            "Inspections of the period that ended in pass, pass with conditions or fail",
        ),
        kind=INSPECTION,
        estimator="proportion",
        where=judged,
        success=passed,
        design=BY_ORGANISATION,
        breakdowns=("risk", "occasion"),
        source=SYSTEM,
        notes=Text(
            "责令改正的不算符合；免于评定和待评定的不计入。",
            "Pass with conditions is no pass; exempt and awaiting inspections do not count.",
        ),
    ),
    Indicator(
        code="establishment_violation_rate",
        zh="日常检查问题发现率",
        en="Establishment violation rate",
        unit="%",
        better="lower",
        population=Text(
            "期内作出结论并记有问题数的检查",
            "Inspections of the period that were judged and whose findings were counted",
        ),
        kind=INSPECTION,
        estimator="proportion",
        where=counted,
        success=violated,
        design=BY_ORGANISATION,
        breakdowns=("risk", "occasion"),
        source=SYSTEM,
        notes=Text(
            "发现严重或较重问题一项以上的检查所占比例。",
            "The share of inspections with one or more critical or serious findings.",
        ),
    ),
)
