"""Construction works at acceptance: every project is in the record, so these are censuses."""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Text
from zhiheng.indicators.indicators.shared import CENSUS

ACCEPTANCE = KINDS["project_acceptance"]
REGULATION = "建设工程质量管理条例"


def first_time(t: ir.Table) -> ir.Value:
    return t.first_time


def large_or_medium(t: ir.Table) -> ir.Value:
    return t.size.isin(["large", "medium"])


def graded(t: ir.Table) -> ir.Value:
    return t.grade.notnull()


def excellent(t: ir.Table) -> ir.Value:
    return t.grade == "excellent"


INDICATORS = (
    Indicator(
        code="first_acceptance_rate",
        zh="工程一次验收合格率",
        en="First-time acceptance rate",
        unit="%",
        better="higher",
        population=Text("期内竣工验收的工程", "Projects accepted in the period"),
        kind=ACCEPTANCE,
        estimator="proportion",
        success=first_time,
        design=CENSUS,
        breakdowns=("works", "size"),
        source=REGULATION,
    ),
    Indicator(
        code="large_project_first_acceptance_rate",
        zh="大中型工程一次验收合格率",
        en="First-time acceptance rate of large and medium projects",
        unit="%",
        better="higher",
        population=Text(
            "期内竣工验收的大型和中型工程", "Large and medium projects accepted in the period"
        ),
        kind=ACCEPTANCE,
        estimator="proportion",
        where=large_or_medium,
        success=first_time,
        design=CENSUS,
        breakdowns=("works",),
        source=REGULATION,
    ),
    Indicator(
        code="excellent_project_rate",
        zh="工程质量优良率",
        en="Share of excellent projects",
        unit="%",
        better="higher",
        population=Text(
            "期内竣工验收并评定质量等级的工程", "Projects accepted and graded in the period"
        ),
        kind=ACCEPTANCE,
        estimator="proportion",
        where=graded,
        success=excellent,
        design=CENSUS,
        breakdowns=("works", "size"),
        source=REGULATION,
    ),
)
