"""What the API says of complaints, and the same as plain values for the command line."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from zhiheng.complaints.queries import Statistics
from zhiheng.publication.statements import Said
from zhiheng.web.conventions import LongText, Text

Year = Annotated[int, Field(ge=2000, le=2200, description="年份 / year")]


class SubmissionGiven(Schema):
    """A submission that a hot-line hands over."""

    number: Text = Field(
        min_length=1,
        description="热线自己的编号；同一编号再次送来不再立案 / the hot-line's own number",
        examples=["12345-2026-000123"],
    )
    parts: Literal["complaint", "report", "both"] = Field(
        description="投诉、举报或两者 / what it holds", examples=["complaint"]
    )
    occurred_on: date = Field(description="收到日期 / day of receipt", examples=["2026-03-18"])
    answers: dict[str, LongText] = Field(
        description="各项内容，名称见程序 consumer_complaint 的表单 / answers by field",
        examples=[
            {
                "account": "酱油开封即有霉斑",
                "trade": "offline",
                "topic": "food",
                "channel": "12345",
                "business_region": "990101",
            }
        ],
    )


class SubmissionTaken(Schema):
    """What became of it."""

    case: int = Field(description="案件号 / number of the case", examples=[17])
    number: str = Field(description="受理编号 / receipt number", examples=["20260318-7KQ2MP"])
    secret: str = Field(description="查询码 / secret", examples=["7KQ2-MPAB-CDEF"])
    repeated: bool = Field(description="此前已经收到 / taken before", examples=[False])
    changed: list[str] = Field(
        description="与此前不同、已补入案件的项 / fields that differ and were added to the case",
        examples=[["amount"]],
    )


class ShareSaid(Schema):
    """So many of so many."""

    part: int = Field(description="其中 / of these", examples=[41])
    whole: int = Field(description="总数 / in all", examples=[45])


class RegionFigures(Schema):
    """The figures of one region; null where the count is too small to be told."""

    region: str = Field(description="区域 / region", examples=["990101"])
    received: int | None = Field(description="收到 / received", examples=[46])
    accepted_in_time: ShareSaid | None = Field(description="按时受理 / accepted in time")
    ended_in_time: ShareSaid | None = Field(description="按时办结 / ended in time")
    mediated: ShareSaid | None = Field(description="调解成功 / settled")
    repeated: ShareSaid | None = Field(description="重复 / handed in again")
    satisfied: ShareSaid | None = Field(description="回访满意 / satisfied afterwards")


class RankSaid(Schema):
    """One organisation in the league table."""

    organisation: str = Field(description="主体 / organisation", examples=["12"])
    name: str = Field(description="名称 / name", examples=["衡川明澈饮品有限公司"])
    mediated: ShareSaid = Field(description="调解成功 / settled")
    best: int = Field(description="最好名次 / best rank", examples=[1])
    worst: int = Field(description="最差名次 / worst rank", examples=[4])


class StatisticsSaid(Schema):
    """The figures of a year."""

    year: int = Field(description="年份 / year", examples=[2026])
    as_of: date = Field(description="截至 / as of", examples=["2026-11-22"])
    regions: list[RegionFigures] = Field(description="各区域 / by region")
    window: tuple[date, date] = Field(
        description="排行窗口的首日和末日 / first and last day of the league's window",
        examples=[["2026-01-01", "2026-06-30"]],
    )
    ranking: list[RankSaid] = Field(description="固定窗口的排行 / league of a fixed window")


class PublishedRank(Schema):
    """One organisation in a published league table."""

    organisation: str = Field(description="主体 / organisation", examples=["12"])
    name: str = Field(description="名称 / name", examples=["衡川明澈饮品有限公司"])
    part: int = Field(description="达成协议 / settled", examples=[41])
    whole: int = Field(description="调解结束 / mediations ended", examples=[45])
    best: int = Field(description="最好名次 / best rank", examples=[1])
    worst: int = Field(description="最差名次 / worst rank", examples=[4])


class PublishedTopic(Schema):
    """A topic and how often it came; an empty code stands for all rarer ones together."""

    code: str = Field(description="类别 / topic", examples=["food"])
    count: int = Field(description="件数 / count", examples=[41])


class PublishedQuarter(Schema):
    """The figures of a quarter that are out; null where they were withdrawn."""

    period: str = Field(description="季度 / quarter", examples=["2026Q3"])
    released_on: date = Field(description="公布日 / day of release", examples=["2026-10-12"])
    withdrawn: str = Field(description="撤回理由 / reason of withdrawal", examples=[""])
    log_size: int = Field(description="所据日志条数 / size of the log", examples=[812])
    root: str = Field(description="所据日志根 / root of the log", examples=["5f2c…"])
    regions: list[RegionFigures] | None = Field(description="各区域 / by region")
    topics: list[PublishedTopic] | None = Field(description="各类别 / by topic")
    ranking: list[PublishedRank] | None = Field(description="固定窗口的排行 / league")
    withheld: list[str] | None = Field(
        description="再次公布时整项不公开的数字 / figures that a second edition leaves out",
        examples=[["received", "topics"]],
    )


def published_row(said: Said) -> dict[str, Any]:
    """A published quarter as JSON says it."""
    told = said.payload or {}
    return {
        "period": said.period,
        "released_on": said.released_on,
        "withdrawn": said.withdrawn,
        "log_size": said.log_size,
        "root": said.root,
        **{name: told.get(name) for name in ("regions", "topics", "ranking", "withheld")},
    }


def statistics_row(found: Statistics) -> dict[str, Any]:
    """The figures as JSON says them."""
    return {
        "year": found.year,
        "as_of": found.as_of,
        "regions": [
            {
                "region": line.region,
                "received": None if "received" in line.hidden else line.figures.received,
                **{
                    name: None if name in line.hidden else {"part": s.part, "whole": s.whole}
                    for name, s in line.figures.shares().items()
                },
            }
            for line in found.lines
        ],
        "window": found.window,
        "ranking": [
            {
                "organisation": each.organisation,
                "name": found.names[each.organisation],
                "mediated": {"part": each.mediated.part, "whole": each.mediated.whole},
                "best": each.best,
                "worst": each.worst,
            }
            for each in found.ranking
        ],
    }
