"""What the API says of subjects: organisations, references to review, judgements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import LARGEST, LongText, Number, Text


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


class RecentSaid(Schema):
    """A judgement that stands and can be taken back."""

    id: int
    name: str
    decision: str = Field(description="以文字表示 / in words")
    organisation: int | None
    organisation_name: str
    actor: str
    at: datetime


class ClaimCodeGiven(Schema):
    email: Text | None = None


class ClaimCodeMade(Schema):
    """A fresh code; earlier ones of the firm are void."""

    number: int
    organisation: int
    expires_at: datetime
    sent: bool
    code: str | None


class ClaimGiven(Schema):
    """What the letter says, and who the firm's person will be."""

    number: Number
    code: Text
    username: Annotated[Text, Field(max_length=60)]
    name: Annotated[Text, Field(max_length=60)]
    password: Text
    email: Annotated[Text, Field(max_length=200)] = ""


class Claimed(Schema):
    account: str
    party: str
