"""What the API says of plans: heads, targets, verdicts of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import Text


class PlanSaid(Schema):
    """The head of a plan in force."""

    code: str = Field(examples=["hengchuan-2026"])
    version: int
    title: str
    issuer: str
    number: str
    region: str
    source: str
    digest: str
    issued_on: date | None
    period: list[int | None] | None = Field(examples=[[2026, 2030]])


class ScopeSaid(Schema):
    region: str = Field(examples=["990100"])
    by: dict[str, str]


class TargetSaid(Schema):
    """One target as its plan file says it."""

    id: str = Field(examples=["T01"])
    indicator: str | None
    proposes: str | None = Field(description="规划自设的指标 / an indicator that only it proposes")
    scope: ScopeSaid
    op: str = Field(examples=[">="])
    value: float | None = Field(description="规划的写法 / as the plan writes it", examples=[95])
    unit: str = Field(examples=["%"])
    value_max: float | None
    tolerance: float | None
    deadline: int | date | None = Field(examples=[2026])
    baseline: dict[str, Any] | None
    text: str
    clause: str
    damaged: bool
    reviewed: bool
    responsible: dict[str, list[str]]


class VerdictSaid(Schema):
    """One verdict, as ``verdicts --json`` prints it; ratios are pure."""

    target: str = Field(examples=["T01"])
    indicator: str
    region: str
    op: str = Field(examples=[">="])
    value: float | None = Field(examples=[0.95])
    deadline: int | date | None
    estimate: float | None
    lower: float | None = Field(description="判定所依的单侧界 / one-sided bound of the verdict")
    upper: float | None
    n: int | None
    verdict: str = Field(examples=["undetermined"])
    probability: float | None
    n_needed: int | None = Field(description="要判定还需的样本量 / sample that would settle it")


class VerdictsOfPlan(Schema):
    plan: str
    verdicts: list[VerdictSaid]


class VerdictsSaid(Schema):
    """Every target that the account may see, judged on one day."""

    as_of: date
    plans: list[VerdictsOfPlan]


class JudgedSaid(Schema):
    """One target, judged, with everything that the verdict rests on."""

    verdict: dict[str, Any]
    series: list[dict[str, Any]]


class ReleaseGiven(Schema):
    """What to ask for: the verdicts of a day, of all plans in force."""

    title: Text = Field(examples=["2026年度判定"])
    as_of: date
