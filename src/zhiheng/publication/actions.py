"""Every change to what the public sees: asked for by one person, decided by another.

Who may, from where, and what it leaves behind is declared in `zhiheng.publication.procedures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.indicators.models import Measurement
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.procedures.actions import open_case, take_step
from zhiheng.procedures.models import Event
from zhiheng.publication.content import (
    estimate_figures,
    estimates_of,
    hidden_of,
    plan_figures,
    verdict_figures,
)
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.procedures import APPROVE, REFUSE, RELEASE, WITHDRAW
from zhiheng.rules.errors import ContentError, RightError
from zhiheng.rules.parameters import Trace

_BATCH = 2000


@transaction.atomic
def publish(
    actor: Actor,
    measurement: Measurement,
    plans: Sequence[Mapping[str, Any]],
    verdicts: Sequence[Mapping[str, Any]],
    *,
    reported: Sequence[Mapping[str, Any]] = (),
    as_of: date,
    title: str,
) -> Release:
    """Ask that verdicts be published, with the estimates of their indicators behind them.

    An actor with regions of its own gives out the estimates of those only. Small
    cells are taken out here, so that what a second person approves is what readers see.

    Args:
        plans: heads of the plans, each with its ``code``.
        verdicts: each with plan, target, indicator, region, period, by and its numbers.
        reported: estimates that rest on reports alone and are in no measurement.

    Raises:
        ContentError: no title, or nothing to publish.
        RightError: the actor may not ask, or a verdict lies outside the actor's regions.
    """
    actor.require("publication.request")
    if not title.strip():
        raise ContentError("publication.title", _("发布没有标题。"), _("请写明发布内容。"))
    if not verdicts:
        raise ContentError(
            "publication.empty", _("没有可发布的判定。"), _("请先载入规划并测算指标。")
        )
    _require_regions(actor, {str(verdict["region"]) for verdict in verdicts})
    trace, today = Trace(), timezone.localdate()
    estimates = [*estimates_of(measurement, verdicts, today, trace), *reported]
    hidden = hidden_of(estimates, today, trace)
    own = [e for e in estimates if actor.regions is None or e["region"] in actor.regions]
    case = open_case(
        actor,
        RELEASE.code,
        {},
        region=_place(actor, verdicts, today),
        unit=actor.party,
        title=title.strip(),
        bearer=True,
    )
    release = Release.objects.create(
        case=case,
        title=title.strip(),
        measurement=measurement,
        as_of=as_of,
        rules=trace.plain(),
        requested_by=actor.name,
        requested_party=actor.party,
        requested_at=timezone.now(),
    )
    figures = plan_figures(release, plans)
    figures += verdict_figures(release, verdicts, hidden)
    figures += estimate_figures(release, own, hidden)
    ReleasedFigure.objects.bulk_create(figures, batch_size=_BATCH)
    held_back = sum(figure.suppressed for figure in figures)
    audit.record(
        actor,
        "publication.publish",
        str(release.id),
        {"title": release.title, "measurement": measurement.id, "as_of": as_of.isoformat()}
        | {"figures": len(figures), "suppressed": held_back},
    )
    return release


def decide(actor: Actor, release: Release, decision: str, reason: str = "") -> Event:
    """Let a release out (``approve``), keep it in (``refuse``), or take it back (``withdraw``).

    Where it was taken back, readers find the reason in its place.

    Raises:
        RightError: the actor may not, or is the person who asked.
        ConflictError: it was decided before, or is not out.
        FormError: it is refused or taken back without a reason.
        UsageError: there is no such decision.
    """
    return take_step(actor, release.case_id, decision, {"reason": reason})


def approve(actor: Actor, release: Release, reason: str = "") -> Event:
    """Let a release out; see `decide`."""
    return decide(actor, release, APPROVE, reason)


def refuse(actor: Actor, release: Release, reason: str) -> Event:
    """Keep a release in; see `decide`."""
    return decide(actor, release, REFUSE, reason)


def withdraw(actor: Actor, release: Release, reason: str) -> Event:
    """Take an approved release back; see `decide`."""
    return decide(actor, release, WITHDRAW, reason)


def _place(actor: Actor, verdicts: Sequence[Mapping[str, Any]], today: date) -> str:
    """Where a release belongs: the region of who asks, else the smallest that holds them all."""
    if actor.region is not None:
        return actor.region
    view = region_tree().as_of(today)
    chains = [view.ancestors(region) for region in {str(v["region"]) for v in verdicts}]
    shared = [key for key in chains[0] if all(key in chain for chain in chains)]
    return shared[0] if shared else chains[0][-1]


def _require_regions(actor: Actor, regions: set[str]) -> None:
    if actor.regions is not None and (outside := sorted(regions - actor.regions)):
        raise RightError(
            "right.region",
            _("{regions} 不在 {party} 的辖区内。", regions="、".join(outside), party=actor.party),
            _("请只发布本辖区的判定。"),
        )
