"""Every change to plans: a reviewed plan is loaded, or loaded anew as its next version."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.indicators.models import Measurement
from zhiheng.office import audit
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.jobs import enqueue_as, work
from zhiheng.office.models import Job
from zhiheng.office.progress import Progress
from zhiheng.office.queries import region_tree
from zhiheng.office.region_files import read_regions
from zhiheng.office.words import _
from zhiheng.plans import queries
from zhiheng.plans.catalogue import units
from zhiheng.plans.declaration import Plan
from zhiheng.plans.files import plan_of, read_plan
from zhiheng.plans.models import PlanRecord, TargetRecord
from zhiheng.plans.plan_texts import plan_content, plan_text, target_content
from zhiheng.publication.actions import publish
from zhiheng.publication.models import Release
from zhiheng.rules.errors import ContentError, RightError, UsageError


@transaction.atomic
def load_plan(actor: Actor, plan: Path | Plan) -> PlanRecord:
    """Load a reviewed plan; a changed one becomes the next version, the same one changes nothing.

    Raises:
        RightError: the actor may not, or the plan's region is not the actor's.
        PlanFileError: with every problem, those of unknown regions and indicators included.
    """
    actor.require("plans.load")
    known = region_tree().keys
    if isinstance(plan, Path):
        plan = read_plan(plan, units=units(), regions=known)
    else:
        plan = plan_of(plan_content(plan), units=units(), regions=known)
    _require_region(actor, plan)
    text = plan_text(plan)
    digest = hashlib.sha256(text.encode()).hexdigest()
    current = PlanRecord.objects.filter(code=plan.code).order_by("-version").first()
    if current is not None and current.digest == digest:
        return current
    record = PlanRecord.objects.create(
        code=plan.code,
        version=current.version + 1 if current else 1,
        title=plan.title,
        issuer=plan.issuer,
        number=plan.number,
        issued_on=plan.issued_on,
        period_first=plan.period[0] if plan.period else None,
        period_last=plan.period[1] if plan.period else None,
        region=plan.region,
        source=plan.source,
        digest=digest,
        loaded_at=timezone.now(),
        loaded_by=actor.name,
    )
    TargetRecord.objects.bulk_create(
        TargetRecord(
            plan=record,
            ordinal=ordinal,
            target=target.id,
            indicator=target.code,
            region=target.scope.region,
            content=target_content(target),
        )
        for ordinal, target in enumerate(plan.targets)
    )
    detail = {"version": record.version, "targets": len(plan.targets), "digest": digest}
    audit.record(actor, "plans.load_plan", plan.code, detail)
    return record


def load_seeds(actor: Actor) -> list[PlanRecord]:
    """Load the published targets of five governments, with the regions they speak of.

    Regions that the home knows already stay as they are.
    """
    with as_file(files("zhiheng.plans") / "seeds") as folder, transaction.atomic():
        known = region_tree().keys
        versions = [v for v in read_regions(folder / "regions.csv") if v.key not in known]
        if versions:
            load_regions(actor, versions)
        return [load_plan(actor, path) for path in sorted(folder.glob("*.yaml"))]


@transaction.atomic
def publish_verdicts(
    actor: Actor, *, title: str, as_of: date | None = None, plan: str | None = None
) -> Release:
    """Ask that the verdicts of a day be published: of all plans in force, or of one.

    They rest on the newest measurement that left out no region and no period; it must hold every
    indicator that the targets name.

    Raises:
        ContentError: there is no such measurement, or nothing to publish.
        RightError: see `zhiheng.publication.actions.publish`.
    """
    actor.require("publication.request")
    promised = queries.promised(actor, plan)
    measurement = _measurement_of({target.code for _record, target in promised})
    table = queries.verdict_table(actor, as_of, plan=plan, measurement=measurement)
    return publish(
        actor,
        measurement,
        [queries.plan_head(record) for record in table.plans],
        [row.plain() for row in table.rows],
        reported=table.reported(),
        as_of=table.as_of,
        title=title,
    )


PUBLISH_JOB = "plans.publish_verdicts"


def ask_to_publish(actor: Actor, *, title: str, as_of: date) -> Job:
    """Put `publish_verdicts` into the queue.

    Raises:
        RightError: the actor may not ask.
        UsageError: no title.
    """
    actor.require("publication.request")
    if not title.strip():
        raise UsageError("publication.title", _("发布没有标题。"), _("请写明发布内容。"))
    return enqueue_as(actor, PUBLISH_JOB, title=title.strip(), as_of=as_of.isoformat())


@work(PUBLISH_JOB)
def publish_job(actor: Actor, progress: Progress, *, title: str, as_of: str) -> dict[str, Any]:
    """The background job of `publish_verdicts`; the day as ISO text."""
    release = publish_verdicts(actor, title=title, as_of=date.fromisoformat(as_of))
    return {"release": release.id}


def _measurement_of(codes: set[str]) -> Measurement:
    """The newest measurement of these indicators, if it covers them all: a later partial one has
    made the figures before it stale, and figures of two states of the ledger are not mixed.
    """
    wanted = codes & set(units())
    for measurement in Measurement.objects.filter(whole=True).order_by("-id"):
        measured = set(measurement.versions)
        if wanted <= measured:
            return measurement
        if wanted & measured:
            break
    raise ContentError(
        "plans.unmeasured",
        _("最近一次测算没有涵盖全部目标指标。"),
        _("请先在“测算”页面测算全部指标，或运行 zhiheng measure（不加限定）。"),
    )


def _require_region(actor: Actor, plan: Plan) -> None:
    regions = {plan.region, *(target.scope.region for target in plan.targets)}
    if actor.regions is not None and (outside := sorted(regions - actor.regions)):
        raise RightError(
            "right.region",
            _("{regions} 不在 {party} 的辖区内。", regions="、".join(outside), party=actor.party),
            _("请只载入本辖区的规划。"),
        )
