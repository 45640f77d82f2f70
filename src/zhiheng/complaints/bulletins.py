"""The quarter's figures of complaints as they leave the house: by region, by topic, the league.

A quarter is given out when it is over. Quarters share no case in any figure, and a second edition,
after a withdrawal, says only what cannot be taken from the first (`editions`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.utils import timezone

from zhiheng.complaints.disclosure import Line, by_region, pareto_of_persons
from zhiheng.complaints.editions import beside
from zhiheng.complaints.leagues import league, window
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.queries import cases_frame, names_of
from zhiheng.complaints.statistics import figures_of_period
from zhiheng.indicators.periods import Period
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.publication import statements
from zhiheng.publication.limits import RULES as PUBLICATION
from zhiheng.publication.models import Statement
from zhiheng.rules.errors import ConflictError, ContentError
from zhiheng.rules.parameters import Trace
from zhiheng.web.places import home_region, today_view

SUBJECT = "complaints"


def last_quarter(today: date) -> str:
    """The last quarter that is over."""
    month = today.year * 12 + today.month - 1
    return str(Period("quarter", month // 3 - 1))


def ask_to_publish(actor: Actor, period: str) -> Statement:
    """Ask that the figures of a quarter be let out.

    Raises:
        RightError: the actor may not ask.
        ContentError: it is no quarter. ConflictError: it is not over, there is nothing to say of
            it, or it was asked for before.
    """
    actor.require("publication.request")
    today = timezone.localdate()
    quarter = over(period, today)
    trace = Trace()
    payload = content(actor, quarter, today, trace)
    shown = any(line["received"] for line in payload["regions"])
    if not shown and "received" not in payload["withheld"]:
        raise ConflictError(
            "bulletin.empty",
            _("{period} 没有可以公布的投诉统计。", period=str(quarter)),
            _("件数过少的不公布；新办的案件归档后才计入。"),
        )
    return statements.ask(
        actor,
        SUBJECT,
        str(quarter),
        payload,
        trace.plain(),
        title=_("{period} 投诉办理情况", period=str(quarter)),
        region=payload["regions"][0]["region"],
    )


def content(actor: Actor, quarter: Period, today: date, trace: Trace) -> dict[str, Any]:
    """What readers would see of a quarter, within the actor's regions."""
    everything = cases_frame(actor)
    total = actor.region or home_region(today_view()) or ""
    k = int(PUBLICATION.value("suppression.k", today, trace))
    months = int(RULES.value("league.months", today, trace))
    least = int(RULES.value("league.least", today, trace))
    # The league of the window that was over when the quarter was.
    league_day = quarter.last.fromordinal(quarter.last.toordinal() + 1)
    ranking = league(everything, league_day, months, least)
    names = names_of(ranking)
    received = everything.filter(pl.col("received_on").is_between(quarter.first, quarter.last))
    lines = by_region(
        everything, lambda c: figures_of_period(c, quarter.first, quarter.last), total, k
    )
    payload = {
        "first": quarter.first.isoformat(),
        "last": quarter.last.isoformat(),
        "k": k,
        "regions": [_line(line) for line in lines],
        "topics": pareto_of_persons(received["topic"].drop_nulls().to_list(), k),
        "window": [day.isoformat() for day in window(league_day, months)],
        "least": least,
        "ranking": [
            {
                "organisation": each.organisation,
                "name": names[each.organisation],
                "part": each.mediated.part,
                "whole": each.mediated.whole,
                "best": each.best,
                "worst": each.worst,
            }
            for each in ranking
        ],
    }
    return beside(payload, statements.taken_back(SUBJECT, str(quarter)), k)


def over(period: str, today: date) -> Period:
    """The quarter that a text names, where it is over. Raises as `ask_to_publish`."""
    found = Period.parse(period)
    if found.type != "quarter":
        raise ContentError(
            "bulletin.period",
            _("“{period}”不是季度。", period=period),
            _("投诉统计按季公布，请写成 2026Q3 的样子。"),
        )
    if found.last >= today:
        raise ConflictError(
            "bulletin.early",
            _("{period} 还没有结束。", period=period),
            _("请在 {day} 以后提出；可以公布的最近一期是 {last}。", day=found.last,
              last=last_quarter(today)),
        )  # fmt: skip
    return found


def _line(line: Line) -> dict[str, Any]:
    """A line without what must not be shown."""
    return {
        "region": line.region,
        "received": None if "received" in line.hidden else line.figures.received,
        **{
            name: None if name in line.hidden else {"part": share.part, "whole": share.whole}
            for name, share in line.figures.shares().items()
        },
    }
