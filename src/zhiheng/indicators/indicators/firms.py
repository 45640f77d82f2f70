"""Firms: who holds a certificate, what bad quality costs, what was penalised."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Design, Snapshot, Text
from zhiheng.indicators.indicators.shared import CENSUS, stratum, weight

REGISTER = KINDS["organisation_register"]
CERTIFICATE = KINDS["certificate"]
COST = KINDS["quality_cost"]


def enterprise(t: ir.Table) -> ir.Value:
    return t.category == "enterprise"


def above_scale_enterprise(t: ir.Table) -> ir.Value:
    return enterprise(t) & t.above_scale.fill_null(False)


def ended_on(t: ir.Table) -> ir.Value:
    return t.ended_on


def expired_on(t: ir.Table) -> ir.Value:
    """A certificate still holds on its last day."""
    return (t.valid_until + ibis.interval(days=1)).cast("date")


def valid_system_certificate(t: ir.Table) -> ir.Value:
    return (t.state == "valid") & t.scheme.isin(["quality", "environment", "safety"])


def loss(t: ir.Table) -> ir.Value:
    return t.internal_loss + t.external_loss


def output(t: ir.Table) -> ir.Value:
    return t.output


def amount_in_ten_thousands(t: ir.Table) -> ir.Value:
    return t.amount.fill_null(0).cast("float64") / 10_000


CERTIFIED = Snapshot(CERTIFICATE, ended=expired_on, where=valid_system_certificate)
CERTIFICATION_NOTE = Text(
    "以期末仍有效的质量、环境、职业健康安全管理体系证书计；一家持有多张只计一次，"
    "一条登记计一户。证书状态按最近一次报送。只写名称、身份待核的登记不计入，另列户数；"
    "持证者身份待核的证书也计不上，另列张数，所以核对完之前的数可能偏低。",
    "By management system certificates (quality, environment, occupational safety) still valid at "
    "the period's end; several of one firm count once, a registration is one firm. The state of a "
    "certificate is the one filed last. Registrations by name alone, which nobody has identified "
    "yet, do not count, nor do certificates of such holders; both are told apart. Until they are "
    "reviewed the figure may be low.",
)

INDICATORS = (
    Indicator(
        code="certified_share",
        zh="企业管理体系认证率",
        en="Certified share of enterprises",
        unit="%",
        better="higher",
        population=Text("期末在册的企业", "Enterprises registered at the period's end"),
        kind=REGISTER,
        estimator="proportion",
        snapshot=Snapshot(REGISTER, ended=ended_on, where=enterprise),
        holds=CERTIFIED,
        design=CENSUS,
        breakdowns=("industry",),
        source="认证认可条例",
        notes=CERTIFICATION_NOTE,
    ),
    Indicator(
        code="above_scale_certified_share",
        zh="规模以上企业管理体系认证率",
        en="Certified share of enterprises above designated size",
        unit="%",
        better="higher",
        population=Text(
            "期末在册的规模以上企业",
            "Enterprises above designated size registered at the period's end",
        ),
        kind=REGISTER,
        estimator="proportion",
        snapshot=Snapshot(REGISTER, ended=ended_on, where=above_scale_enterprise),
        holds=CERTIFIED,
        design=CENSUS,
        breakdowns=("industry",),
        source="认证认可条例",
        notes=CERTIFICATION_NOTE,
    ),
    Indicator(
        code="quality_loss_rate",
        zh="质量损失率",
        en="Quality loss rate",
        unit="%",
        better="lower",
        population=Text(
            "期内填报质量成本的工业企业", "Industrial firms that filed quality costs in the period"
        ),
        kind=COST,
        estimator="ratio",
        value=loss,
        denominator=output,
        design=Design(weight=weight, strata=stratum, cluster="organisation"),
        source="GB/T 13339-91",
        notes=Text(
            "内部与外部损失之和除以同期工业总产值之和，不取各企业比率的平均；鉴定和预防费用不计。",
            "Internal and external failure cost over gross output of the same period, summed "
            "before dividing; appraisal and prevention cost do not count.",
        ),
    ),
    Indicator(
        code="penalty_total",
        zh="质量违法罚没金额",
        en="Amount of penalties",
        unit="万元",
        better="none",
        population=Text("期内作出的行政处罚决定", "Penalty decisions of the period"),
        kind=KINDS["penalty"],
        estimator="total",
        value=amount_in_ten_thousands,
        design=CENSUS,
        breakdowns=("violation", "sanction"),
        source="市场监督管理行政处罚信息公示规定",
    ),
)
