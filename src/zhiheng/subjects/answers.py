"""What the API says of subjects: organisations, references to review, judgements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import LARGEST, LongText


class OrganisationLine(Schema):
    """An organisation in a list."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["衡川晨光食品有限公司"])
    uscc: str | None = Field(examples=["91350100M000100Y43"])
    region: str | None = Field(examples=["990101"])


class AliasSaid(Schema):
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None


class JudgementSaid(Schema):
    id: int
    reference: str
    decision: str
    actor: str
    at: datetime
    reason: str
    undone: bool


class OrganisationSaid(OrganisationLine):
    """All that is recorded of an organisation itself; its evidence is under rows."""

    kind: str
    industry: str
    address: str
    valid_from: date | None
    valid_to: date | None
    parent: int | None
    parent_name: str
    branches: list[tuple[int, str]]
    aliases: list[AliasSaid]
    identifiers: list[tuple[str, str]]
    references: list[str]
    judgements: list[JudgementSaid]


class ReasonSaid(Schema):
    code: str = Field(examples=["name_same"])
    points: float = Field(examples=[30.0])
    text: str


class ProposalSaid(Schema):
    """An organisation that a reference may name, with the sum of its reasons."""

    organisation: int
    name: str
    uscc: str | None
    region: str | None
    score: float
    reasons: list[ReasonSaid]


class ReviewSaid(Schema):
    """A reference that waits for a judgement, best proposal first."""

    id: int
    ref: str = Field(examples=["name:衡川晨光食品@990101"])
    raw_code: str | None
    raw_name: str | None
    raw_address: str | None
    region: str | None
    source: str
    first_batch: int | None
    proposals: list[ProposalSaid]
    seen: int = Field(
        description="最近一次判断的编号，判断时带回 / the last judgement, to give back"
    )


class DecisionGiven(Schema):
    """What the reference names."""

    decision: Literal["same", "new", "different"] = Field(
        description="同一主体、新主体、不是 / the same, a new one, a different one"
    )
    organisation: int | None = Field(None, ge=0, le=LARGEST)
    reason: LongText = ""
    seen: int | None = Field(
        None,
        ge=0,
        le=LARGEST,
        description="列表所给；其间他人已判断的，不记入 / as listed; refused if judged since",
    )


class UndoGiven(Schema):
    reason: LongText = ""


class DecisionSaid(Schema):
    judgement: int
    reference: int
    decision: str
    organisation: int | None
