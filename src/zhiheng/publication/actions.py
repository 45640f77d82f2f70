"""Every change to what the public sees: asked for by one person, decided by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.indicators.models import Measurement
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.publication.content import (
    estimate_figures,
    estimates_of,
    hidden_of,
    plan_figures,
    verdict_figures,
)
from zhiheng.publication.models import Decision, Release, ReleasedFigure
from zhiheng.rules.errors import ConflictError, ContentError, RightError
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
    release = Release.objects.create(
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


def approve(actor: Actor, release: Release, reason: str = "") -> Decision:
    """Let a release out.

    Raises:
        RightError: the actor may not, or is the person who asked.
        ConflictError: it was decided before.
    """
    return _decide(actor, release, Decision.Verb.APPROVED, reason)


def refuse(actor: Actor, release: Release, reason: str) -> Decision:
    """Keep a release in. Raises as `approve`, and ContentError without a reason."""
    return _decide(actor, release, Decision.Verb.REFUSED, reason)


@transaction.atomic
def withdraw(actor: Actor, release: Release, reason: str) -> Decision:
    """Take an approved release back; readers find the reason in its place.

    Raises:
        ConflictError: it is not out.
        ContentError: no reason is given.
    """
    actor.require("publication.approve")
    _require_reason(reason)
    verbs = _decisions(release)
    if Decision.Verb.APPROVED not in verbs or Decision.Verb.WITHDRAWN in verbs:
        raise ConflictError(
            "publication.not_out",
            _("发布 {id} 不在公布中，不能撤回。", id=release.id),
            _("只能撤回已核准且未撤回的发布。"),
        )
    return _record(actor, release, Decision.Verb.WITHDRAWN, reason)


DECISIONS = {"approve": approve, "refuse": refuse, "withdraw": withdraw}
"""What may be decided about a release, by the word that forms and messages use."""


@transaction.atomic
def _decide(actor: Actor, release: Release, verb: Decision.Verb, reason: str) -> Decision:
    actor.require("publication.approve")
    if actor.name == release.requested_by:
        raise RightError(
            "publication.same_person",
            _("发布 {id} 由 {name} 提出，不能由同一人核准或退回。", id=release.id, name=actor.name),
            _("请另一位有核准权限的人员处理。"),
        )
    if verb is Decision.Verb.REFUSED:
        _require_reason(reason)
    if decided := _decisions(release):
        raise ConflictError(
            "publication.decided",
            _("发布 {id} 已有决定：{verb}。", id=release.id, verb="、".join(sorted(decided))),
            _("请刷新页面；如需更改，请撤回后重新提出。"),
        )
    return _record(actor, release, verb, reason)


def _record(actor: Actor, release: Release, verb: Decision.Verb, reason: str) -> Decision:
    decision = Decision.objects.create(
        release=release,
        verb=verb,
        by=actor.name,
        party=actor.party,
        at=timezone.now(),
        reason=reason.strip(),
    )
    audit.record(actor, f"publication.{verb.value}", str(release.id), {"reason": decision.reason})
    return decision


def _decisions(release: Release) -> set[str]:
    """What was decided so far; nobody else decides until this transaction ends."""
    Release.objects.select_for_update().get(id=release.id)
    return set(Decision.objects.filter(release=release).values_list("verb", flat=True))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ContentError("publication.reason", _("没有写明理由。"), _("请写明理由。"))


def _require_regions(actor: Actor, regions: set[str]) -> None:
    if actor.regions is not None and (outside := sorted(regions - actor.regions)):
        raise RightError(
            "right.region",
            _("{regions} 不在 {party} 的辖区内。", regions="、".join(outside), party=actor.party),
            _("请只发布本辖区的判定。"),
        )
