"""The API of publication: open data for everybody; releases for those who ask and decide."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router

from zhiheng.publication import actions, answers, queries
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, After, Limit, Number, Page, Text, page

open_data = Router(tags=["open data"])
router = Router(tags=["publication"])

KINDS = ("plan", "verdict", "estimate")


@open_data.get("/plans", response=list[answers.PlanOut])
def plans(request: HttpRequest) -> Any:
    """已公布的规划 / Plans that are out"""
    return queries.released_plans()


@open_data.get("/plans/{code}", response=answers.PlanWithVerdicts)
def plan(request: HttpRequest, code: Text) -> Any:
    """一项规划及其判定 / One plan with its verdicts"""
    found = queries.released_plan(code)
    if found is None:
        raise Http404
    return found


@open_data.get("/plans/{code}/targets/{target}", response=answers.TargetOut)
def target(request: HttpRequest, code: Text, target: Text) -> Any:
    """一项目标：判定与历期数字 / One target: its verdict and figures"""
    found = queries.released_target(code, target)
    if found is None:
        raise Http404
    return found


@open_data.get("/verdicts", response=list[answers.VerdictOut])
def verdicts(request: HttpRequest) -> Any:
    """已公布的全部判定 / Every verdict that is out"""
    return queries.released_verdicts()


@open_data.get("/regions/{region}", response=answers.RegionOut)
def region(request: HttpRequest, region: Text) -> Any:
    """一个区域已公布的判定和估计值 / All that is out about one region"""
    return queries.released_region(region)


@open_data.get("/levels", response=list[answers.LevelOut])
def levels(request: HttpRequest) -> Any:
    """可作分区域比较的指标 / Indicators that are out for several regions"""
    return queries.released_levels()


@open_data.get("/estimates", response=list[answers.EstimateOut])
def estimates(request: HttpRequest, indicator: Text, period: Text) -> Any:
    """一个指标某期在各区域的估计值 / One indicator and period in every region"""
    return queries.released_map(indicator, period)


@open_data.get("/series", response=list[answers.EstimateOut])
def series(request: HttpRequest, indicator: Text, region: Text) -> Any:
    """一个指标在某区域的历期估计值 / One indicator of a region over time"""
    return queries.released_series(indicator, region)


@open_data.get("/notices", response=list[answers.NoticeOut])
def notices(request: HttpRequest) -> Any:
    """撤回说明 / Withdrawn releases"""
    return [asdict(notice) for notice in queries.notices()]


@router.get("/releases", auth=SIGNED_IN, response=Page[answers.ReleaseSaid])
def releases(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """发布及其状态，从新到旧 / Releases, newest first"""
    found = queries.releases(actor_of(request), before=after, limit=limit + 1)
    rows = [queries.release_row(release) for release in found]
    return page(rows, limit, lambda row: row["release"])


@router.get("/releases/{number}", auth=SIGNED_IN, response=answers.ReleaseSaid)
def release(request: HttpRequest, number: Number) -> Any:
    """一次发布 / One release"""
    return queries.release_row(queries.release(actor_of(request), number))


@router.get("/releases/{number}/figures", auth=SIGNED_IN, response=list[answers.FigureSaid])
def figures(
    request: HttpRequest,
    number: Number,
    kind: Literal["plan", "verdict", "estimate"] | None = None,
) -> Any:
    """发布的内容，与公开所见相同 / What it says, just as readers would see it"""
    actor = actor_of(request)
    return [
        {"kind": each, "figure": figure}
        for each in ([kind] if kind else KINDS)
        for figure in queries.figures(actor, number, each)
    ]


@router.post("/releases/{number}/decision", auth=SIGNED_IN, response=answers.DecisionSaid)
def decide(request: HttpRequest, number: Number, given: answers.DecisionGiven) -> Any:
    """核准、退回或撤回 / Approve, refuse or withdraw"""
    actor = actor_of(request)
    found = queries.release(actor, number)
    decided = actions.decide(actor, found, given.decision, given.reason)
    return queries.decision_row(decided)
