"""Complaints: how many, and how many were closed in time."""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot, Text
from zhiheng.indicators.indicators.firms import REGISTER, ended_on
from zhiheng.indicators.indicators.shared import CENSUS

COMPLAINT = KINDS["complaint"]
RULES = "市场监督管理投诉举报处理规定"


def due_on(t: ir.Table) -> ir.Value:
    return t.due_on


def fallen_due(t: ir.Table) -> ir.Value:
    """Due by the day the evidence reaches; an open one is late only after its due day."""
    closed = (t.state == "closed") & t.closed_on.notnull() & (t.due_on <= t.as_at)
    late = (t.state == "open") & (t.due_on < t.as_at)
    return closed | late


def closed_in_time(t: ir.Table) -> ir.Value:
    return ((t.state == "closed") & (t.closed_on <= t.due_on)).fill_null(False)


def counted_once(t: ir.Table) -> ir.Value:
    return t.state != "duplicate"


INDICATORS = (
    Indicator(
        code="complaints_in_time_rate",
        zh="投诉按期办结率",
        en="Complaints closed in time",
        unit="%",
        better="higher",
        population=Text(
            "应在期内办结的投诉（撤回和重复的除外）",
            "Complaints due in the period, without withdrawn and duplicate ones",
        ),
        kind=COMPLAINT,
        estimator="proportion",
        where=fallen_due,
        success=closed_in_time,
        occurred=due_on,
        design=CENSUS,
        breakdowns=("topic", "channel"),
        source=RULES,
        notes=Text(
            "过了应办结日仍未办结的计为逾期；应办结日未到的不计入。",
            "A complaint still open after its due day is late; one not yet due does not count.",
        ),
    ),
    Indicator(
        code="complaints_per_10k",
        zh="每万户市场主体投诉量",
        en="Complaints per 10,000 organisations",
        unit="件/万户",
        better="lower",
        population=Text(
            "期内接收的投诉（重复的只计一次），对期末在册市场主体",
            "Complaints received in the period, duplicates counted once, over organisations "
            "registered at the period's end",
        ),
        kind=COMPLAINT,
        estimator="rate",
        where=counted_once,
        exposure=Snapshot(REGISTER, ended=ended_on),
        per=10_000,
        breakdowns=("topic", "channel"),
        source=RULES,
        notes=Text(
            "没有投诉也没有报“无可报告”的区域没有数，不是零。",
            "A region with neither complaints nor a nothing-to-report has no figure, not zero.",
        ),
    ),
)
