"""The shapes of what JSON says of procedures and cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import LongText, Text

Place = Annotated[
    str, Field(max_length=40, description="上一页的 next / where the last page ended")
]


class Named(Schema):
    code: str
    zh: str
    en: str


class ProcedureSaid(Schema):
    """A procedure and the prefix of its case numbers."""

    procedure: str
    prefix: str = Field(examples=["XK"])
    zh: str
    en: str
    source: str


class FieldSaid(Named):
    type: str
    required: bool
    personal: bool
    choices: list[Named]


class StepSaid(Named):
    """A step: from which states, to which, by whom, with which form."""

    source: list[str]
    to: str | None
    right: str
    of: str
    form: list[FieldSaid]
    hands_over: bool
    joins: bool


class ClockDeclared(Named):
    limit: str
    start: list[str]
    stop: list[str]
    pause: list[str]
    resume: list[str]
    rules: list[dict[str, Any]]


class ProcedureFacts(ProcedureSaid):
    states: list[Named]
    steps: list[StepSaid]
    clocks: list[ClockDeclared]


class CaseSaid(Schema):
    """A case as it stands; ``events`` is what whoever acts passes back as ``seen``."""

    case: int
    number: str = Field(examples=["XK-2026-17"])
    procedure: str
    title: str
    state: str
    unit: str
    filer: str
    assignee: str
    region: str
    subject: str | None
    received_on: date
    due_on: date | None
    overdue: bool
    closed_on: date | None
    events: int


class CasesSaid(Schema):
    """One page of a list; ``next`` goes back as ``after``."""

    items: list[CaseSaid]
    next: str | None


class EventSaid(Schema):
    """Something that happened; personal fields are named, their values are not said."""

    case: int
    number: int
    verb: str
    day: date
    moment: datetime | None = Field(description="法定时刻，期限按小时计时才有 / legal moment")
    at: datetime
    by: str
    party: str
    answers: dict[str, Any]
    about: int | None
    unit: str
    assignee: str


class TimelineSaid(EventSaid):
    title: str
    corrected_by: int | None
    personal: list[str]


class ClockSaid(Schema):
    clock: str
    going: Literal["running", "paused", "stopped", "void"]
    started_on: date
    due_on: date | None
    due_at: datetime | None = Field(description="按小时计的期限届满的时刻 / last moment, in hours")
    stopped_on: date | None
    in_time: bool | None
    overdue: bool
    provisional: bool = Field(description="所涉年份的日历尚未公布 / calendar not yet published")
    confirmed: bool = Field(description="期限已与原文核对 / limit checked against its source")
    rules: list[dict[str, Any]]


class LinkSaid(CaseSaid):
    how: Literal["opened", "joined"]
    direction: Literal["out", "in"]


class CaseFacts(CaseSaid):
    timeline: list[TimelineSaid]
    clocks: list[ClockSaid]
    links: list[LinkSaid]
    steps: list[str] = Field(description="您现在可办的步骤 / steps open to you now")


class CaseGiven(Schema):
    """A new case; the same ``key`` opens one case, however often it is sent."""

    procedure: Text
    region: Text
    unit: Text
    title: Text = ""
    day: date | None = None
    moment: datetime | None = Field(default=None, description="期限按小时计的写时刻 / for hours")
    answers: dict[Text, LongText | int | float | bool | None] = {}
    key: Text = Field(default="", max_length=120)


class StepGiven(Schema):
    """A step; ``seen`` is how many events you had seen, ``key`` makes it safe to repeat."""

    step: Text
    answers: dict[Text, LongText | int | float | bool | None] = {}
    day: date | None = None
    moment: datetime | None = Field(default=None, description="期限按小时计的写时刻 / for hours")
    seen: int | None = None
    key: Text = Field(default="", max_length=120)
    party: Text | None = None
    into: int | None = Field(default=None, ge=0, le=2**63 - 1)


class AssigneeGiven(Schema):
    username: Text


class CorrectionGiven(Schema):
    """A correction of an event by a new one."""

    reason: LongText
    answers: dict[Text, LongText | int | float | bool | None] = {}
    day: date | None = None
    moment: datetime | None = Field(default=None, description="期限按小时计的写时刻 / for hours")
    void: bool = False
    key: Text = Field(default="", max_length=120)
