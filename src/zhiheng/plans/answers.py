"""What the API says of plans: heads, targets, verdicts of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

from zhiheng.web.api import Text


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


class TargetSaid(Schema):
    """One target as its plan file says it."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(examples=["T01"])


class VerdictSaid(Schema):
    """One verdict, as ``verdicts --json`` prints it; ratios are pure."""

    model_config = ConfigDict(extra="allow")

    target: str
    indicator: str
    region: str
    verdict: str = Field(examples=["undetermined"])


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
