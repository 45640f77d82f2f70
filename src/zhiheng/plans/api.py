"""The API of plans: targets, and verdicts of any day, for those who may read the evidence."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Status, UploadedFile

from zhiheng.plans import actions, answers, queries
from zhiheng.plans.plan_texts import target_content
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, JobStarted, Text, job_started, require_any

router = Router(tags=["plans"])


@router.get("/plans", auth=SIGNED_IN, response=list[answers.PlanSaid])
def plans(request: HttpRequest) -> Any:
    """现行规划 / Plans in force"""
    actor = require_any(request, "evidence.read")
    return [queries.plan_head(record) for record in queries.plans(actor)]


@router.post("/plans", auth=SIGNED_IN, response={201: answers.PlanSaid})
def load(request: HttpRequest, plan: File[UploadedFile]) -> Any:
    """载入一份核对过的规划（YAML）；有改动的成为下一版 / Load a reviewed plan

    文件未变则返回现行的一版。
    A changed file becomes the next version, the same one changes nothing.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_bytes(plan.read())
        record = actions.load_plan(actor_of(request), path)
    return Status(201, queries.plan_head(record))


@router.get("/plans/{code}", auth=SIGNED_IN, response=answers.PlanSaid)
def plan(request: HttpRequest, code: Text) -> Any:
    """一项现行规划 / One plan in force"""
    actor = require_any(request, "evidence.read")
    return queries.plan_head(queries.plan_in_force(actor, code))


@router.get("/plans/{code}/targets", auth=SIGNED_IN, response=list[answers.TargetSaid])
def targets(request: HttpRequest, code: Text) -> Any:
    """规划的目标 / Targets of a plan"""
    actor = require_any(request, "evidence.read")
    record = queries.plan_in_force(actor, code)
    return [target_content(target) for target in queries.targets(actor, record)]


@router.get("/plans/{code}/targets/{target}", auth=SIGNED_IN, response=answers.JudgedSaid)
def target(request: HttpRequest, code: Text, target: Text, as_of: date | None = None) -> Any:
    """一项目标的判定与依据 / One target, judged, with what it rests on"""
    actor = require_any(request, "evidence.read")
    row = queries.target(actor, code, target, as_of)
    return {"verdict": row.plain(), "series": [asdict(figure) for figure in row.series.values()]}


@router.get("/verdicts", auth=SIGNED_IN, response=answers.VerdictsSaid)
def verdicts(request: HttpRequest, as_of: date | None = None, plan: Text | None = None) -> Any:
    """某日的全部判定 / Every verdict of a day"""
    actor = require_any(request, "evidence.read")
    return queries.verdict_table(actor, as_of, plan=plan).as_json()


@router.post("/verdicts/releases", auth=SIGNED_IN, response={202: JobStarted})
def ask_to_publish(request: HttpRequest, given: answers.ReleaseGiven) -> Any:
    """提请发布某日的判定 / Ask that the verdicts of a day be published"""
    job = actions.ask_to_publish(actor_of(request), title=given.title, as_of=given.as_of)
    return Status(202, job_started(job))
