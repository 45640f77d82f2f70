"""Indicators of complaint handling beside those of its clocks, over the evidence of the cases."""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.complaints.procedures import COMPLAINT, SOURCE
from zhiheng.complaints.statistics import SATISFIED_FROM
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot, Text
from zhiheng.indicators.indicators.firms import REGISTER, ended_on
from zhiheng.indicators.indicators.shared import CENSUS

KIND = KINDS[COMPLAINT.code]


def closed_on(t: ir.Table) -> ir.Value:
    return t.closed_on


def mediated(t: ir.Table) -> ir.Value:
    """Mediation came to an end by itself: withdrawn and merged cases did not."""
    return t.state.isin(["agreed", "terminated"])


def agreed(t: ir.Table) -> ir.Value:
    return t.state == "agreed"


def rated(t: ir.Table) -> ir.Value:
    return t.rating.notnull()


def satisfied(t: ir.Table) -> ir.Value:
    return (t.rating >= SATISFIED_FROM).fill_null(False)


def repeated(t: ir.Table) -> ir.Value:
    return t.state == "merged"


def counted_once(t: ir.Table) -> ir.Value:
    return t.state != "merged"


def with_sum(t: ir.Table) -> ir.Value:
    return t.recovered.notnull()


def recovered(t: ir.Table) -> ir.Value:
    return t.recovered


_SHARE = {"unit": "%", "estimator": "proportion", "kind": KIND, "design": CENSUS, "source": SOURCE}

INDICATORS = (
    Indicator(
        code="consumer_complaint_mediated",
        zh="消费投诉调解成功率",
        en="Consumer complaints settled",
        better="higher",
        population=Text("期内调解结束的投诉", "Complaints whose mediation ended in the period"),
        where=mediated,
        success=agreed,
        occurred=closed_on,
        breakdowns=("topic",),
        **_SHARE,  # type: ignore[arg-type]
    ),
    Indicator(
        code="consumer_complaint_satisfied",
        zh="消费投诉回访满意率",
        en="Consumer complaints: satisfied afterwards",
        better="higher",
        population=Text("期内办结且已评价的投诉", "Complaints ended in the period and rated"),
        where=rated,
        success=satisfied,
        occurred=closed_on,
        notes=Text("五分制，四分和五分为满意。", "Of five points, four and five are satisfied."),
        **_SHARE,  # type: ignore[arg-type]
    ),
    Indicator(
        code="consumer_complaint_repeated",
        zh="消费投诉重复率",
        en="Consumer complaints handed in again",
        better="lower",
        population=Text("期内收到的投诉", "Complaints received in the period"),
        success=repeated,
        **_SHARE,  # type: ignore[arg-type]
    ),
    Indicator(
        code="consumer_complaint_recovered",
        zh="消费投诉挽回损失",
        en="Loss recovered by mediation",
        unit="元",
        better="none",
        population=Text("期内达成协议的投诉", "Complaints settled in the period"),
        kind=KIND,
        estimator="total",
        where=with_sum,
        value=recovered,
        occurred=closed_on,
        design=CENSUS,
        source=SOURCE,
    ),
    Indicator(
        code="consumer_complaints_per_10k",
        zh="每万户市场主体消费投诉量",
        en="Consumer complaints per 10,000 organisations",
        unit="件/万户",
        better="lower",
        population=Text(
            "期内收到的投诉（并案的只计一次），对期末在册市场主体",
            "Complaints received in the period, merged ones counted once, over organisations "
            "registered at the period's end",
        ),
        kind=KIND,
        estimator="rate",
        where=counted_once,
        exposure=Snapshot(REGISTER, ended=ended_on),
        per=10_000,
        breakdowns=("topic",),
        source=SOURCE,
    ),
)
