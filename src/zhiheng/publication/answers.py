"""What the API says of publication: what is out, and for staff the releases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from zhiheng.web.conventions import LongText


class Open(BaseModel):
    """Figures keep whatever the release says of them."""

    model_config = ConfigDict(extra="allow")


class PlanOut(Open):
    """The head of a plan that is out, with what its release rests on."""

    code: str = Field(examples=["hengchuan-2026"])
    title: str
    region: str
    release: int
    as_of: date
    released_on: date
    measurement: int
    log_size: int
    root: str


class VerdictOut(Open):
    """A verdict as it was released; its numbers are null where they stay back."""

    plan: str
    target: str = Field(examples=["T01"])
    indicator: str
    region: str
    period: str | None
    by: dict[str, str]
    op: str | None = Field(examples=[">="])
    value: float | None = Field(description="比率为纯小数 / ratios are pure", examples=[0.95])
    estimate: float | None
    lower: float | None = Field(description="判定所依的单侧界 / one-sided bound of the verdict")
    upper: float | None
    n: int | None
    text: str
    verdict: str = Field(examples=["met"])
    suppressed: bool = Field(description="小单元隐去 / stays back as a small cell")


class EstimateOut(Open):
    """An estimate as it was released; its numbers are null where they stay back."""

    indicator: str
    region: str
    period: str
    by: dict[str, str]
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    level: float | None
    n: int | None
    numerator: float | None
    denominator: float | None
    method: str | None
    suppressed: bool


class PlanWithVerdicts(PlanOut):
    verdicts: list[VerdictOut]


class TargetOut(BaseModel):
    """One target: its plan, its verdict, and the figures over time."""

    plan: PlanWithVerdicts
    verdict: VerdictOut
    series: list[EstimateOut]


class RegionOut(BaseModel):
    """All that is out about one region."""

    region: str
    verdicts: list[VerdictOut]
    estimates: list[EstimateOut]


class LevelOut(Schema):
    """An indicator that is out for several regions, with its last year."""

    indicator: str
    period: str


class NoticeOut(Schema):
    """A withdrawn release in the place of its figures."""

    plan: str
    title: str
    withdrawn_on: date
    reason: str


class ReleaseSaid(Schema):
    """A request to publish, and what was decided about it."""

    release: int
    case: int = Field(description="办理它的案件 / the case that decides about it")
    title: str
    state: Literal["requested", "approved", "refused", "withdrawn"]
    measurement: int
    as_of: date
    requested_by: str
    requested_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    reason: str


class FigureSaid(Schema):
    """One thing that the release says, as readers would see it."""

    kind: Literal["plan", "verdict", "estimate"]
    figure: dict[str, Any]


class DecisionGiven(Schema):
    """Another person than who asked lets it out, refuses it, or takes it back."""

    decision: Literal["approve", "refuse", "withdraw"]
    reason: LongText = ""


class DecisionSaid(Schema):
    release: int
    state: str
    by: str
    reason: str
