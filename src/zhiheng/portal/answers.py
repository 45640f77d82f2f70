"""What the API says of the office: regions, jobs, the account, the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiheng.office.actions import LONGEST_TOKEN
from zhiheng.web.conventions import Text


class RegionSaid(Schema):
    """A region as it stands on the day asked for."""

    key: str = Field(examples=["990101"])
    name: str = Field(examples=["云溪区"])
    name_en: str
    level: str = Field(examples=["district"])
    code: str | None
    parent: str | None = Field(examples=["990100"])
    valid_from: date
    valid_to: date | None = Field(description="不再存续的第一天 / first day it no longer holds")
    successor: str | None


class JobSaid(Schema):
    """Work in the background, with its progress; problems of an import have a list of their own."""

    job: int
    verb: str = Field(examples=["evidence.import"])
    state: Literal["queued", "running", "done", "failed"]
    label: str = Field(description="正在做什么 / what it is doing")
    ahead: int = Field(description="排在前面的任务数 / jobs before it")
    done: int
    total: int
    message: str = Field(description="失败的原因 / why it failed")
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, Any] | None
    problems: int = Field(description="问题数 / number of problems")
    marked: str | None = Field(description="标注文件的地址 / address of the marked file")


class ProblemLine(Schema):
    """One fault of a file that came in."""

    row: int
    column: str
    value: str
    rule: str = Field(examples=["column_missing"])
    message: str
    fix: str


class AccountSaid(Schema):
    """Who asks, for which party, and what that allows."""

    account: str
    party: str
    rights: list[str]
    regions: list[str] | None = Field(description="null 为全部 / null: all")
    kinds: list[str] | None = Field(description="null 为全部 / null: all")
    organisation: int | None


class AuditSaid(Schema):
    """One act, chained to the one before it."""

    id: int
    at: datetime
    actor: str
    party: str
    verb: str
    object: str
    detail: dict[str, Any]
    chain: str


class NoticeSaid(Schema):
    """What the party was told."""

    notice: int
    at: datetime
    text: str
    link: str = Field(description="所涉的页面 / the page it is about")


class TokenSaid(Schema):
    """An access token without its secret."""

    token: int
    user: str
    name: str = Field(examples=["每日报送程序"])
    created_at: datetime
    expires_at: datetime
    state: Literal["live", "expired", "revoked"]


class TokenGiven(Schema):
    name: Text = Field(description="用途 / what for")
    days: int = Field(90, ge=1, le=LONGEST_TOKEN)


class TokenMade(TokenSaid):
    secret: str = Field(description="只显示这一次 / shown this once")


class SessionSaid(Schema):
    """A browser in which the account is signed in."""

    started_at: datetime
    seen_at: datetime
    address: str
    agent: str
    this_one: bool


class SessionsEnded(Schema):
    ended: int
