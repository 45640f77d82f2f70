"""What readers may see, and for staff the releases with their state.

The public queries take no actor: they read only what was approved and not withdrawn. A plan's
newest approved release speaks for it; where that one was withdrawn, a notice stands in its place
and no older release comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from zhiheng.office.actors import Actor
from zhiheng.office.audit import canonical
from zhiheng.office.compiled import BIGGEST, compiled, first
from zhiheng.office.words import _
from zhiheng.procedures.models import Event
from zhiheng.procedures.queries import visible_to
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.payloads import cell_key
from zhiheng.publication.procedures import APPROVED, RELEASE, REQUESTED, WITHDRAWN
from zhiheng.publication.standing import (
    approved_releases,
    live_releases,
    newest_by_plan,
    record_name,
    with_state,
)
from zhiheng.rules.errors import UsageError

UNDIVIDED = "{}"


@dataclass(frozen=True)
class WithdrawalNotice:
    """A withdrawn release in the place of its figures."""

    plan: str
    title: str
    withdrawn_on: date
    reason: str


def releases(actor: Actor, *, before: int | None = None, limit: int | None = None) -> list[Release]:
    """Releases of the actor's scope, newest first, each with its ``state``.

    Args:
        before: the last number already seen.

    Raises:
        RightError: the actor neither asks for releases nor decides about them.
    """
    actor.require(RELEASE.read)
    return _behind(actor, limit, before=BIGGEST - 1 if before is None else min(before, BIGGEST - 1))


@compiled
def _behind(actor: Actor, limit: int | None, *, before: int) -> QuerySet[Release]:
    return _visible(actor).filter(id__lt=before).order_by("-id")[:limit]


def _visible(actor: Actor) -> QuerySet[Release]:
    return with_state().filter(case__in=visible_to(actor))


def release_of(actor: Actor, case: int) -> Release | None:
    """The release that a case is about, None where there is none the actor may see."""
    actor.require(RELEASE.read)
    return _visible(actor).filter(case=case).first()


def release_row(release: Release) -> dict[str, Any]:
    """A release as JSON says it."""
    return {
        "release": release.id,
        "case": release.case_id,
        "title": release.title,
        "state": release.state,  # type: ignore[attr-defined]
        "measurement": release.measurement_id,
        "as_of": release.as_of,
        "requested_by": release.requested_by,
        "requested_at": release.requested_at,
        "approved_by": release.approved_by,  # type: ignore[attr-defined]
        "approved_at": release.approved_at,  # type: ignore[attr-defined]
        "reason": release.reason or "",  # type: ignore[attr-defined]
    }


def decision_row(decision: Event) -> dict[str, Any]:
    """A decision as JSON says it."""
    case = decision.case
    said = {"release": case.release.id, "state": case.state, "by": decision.by}
    return {**said, "reason": decision.answers.get("reason", "")}


def release(actor: Actor, number: int) -> Release:
    """One release with its ``state``. Raises UsageError if there is none of this number."""
    actor.require(RELEASE.read)
    found = first(_one(actor, number=number)) if 0 < number < BIGGEST else None
    if found is None:
        raise UsageError(
            "publication.unknown",
            _("没有编号为 {id} 的发布。", id=number),
            _("请用 zhiheng publish list 查看。"),
        )
    return found


@compiled
def _one(actor: Actor, *, number: int) -> QuerySet[Release]:
    return _visible(actor).filter(id=number)


def waiting(actor: Actor) -> QuerySet[Release]:
    """Releases that wait for a decision this actor could take, oldest first."""
    actor.require("publication.approve")
    actor.require(RELEASE.read)
    undecided = _visible(actor).filter(case__state=REQUESTED)
    return undecided.exclude(requested_by=actor.name).order_by("id")


def waiting_count(actor: Actor) -> int:
    return waiting(actor).count()


def figures(actor: Actor, number: int, kind: str) -> list[dict[str, Any]]:
    """What one release says, for those who ask or decide; ``kind``: plan, verdict, estimate."""
    found = release(actor, number)
    return list(_said(record_name(), found.pk, found.requested_at, kind))


@lru_cache(maxsize=16)
def _said(_record: str, number: int, _requested_at: datetime, kind: str) -> list[dict[str, Any]]:
    """The figures of a release, which never change once they are written."""
    return list(_payloads(release=number, kind=kind))


@compiled
def _payloads(*, release: int, kind: str) -> QuerySet[Any, dict[str, Any]]:
    figures = ReleasedFigure.objects.filter(release=release, kind=kind)
    return figures.order_by("id").values_list("payload", flat=True)


def current_release(plan: str | None = None) -> Release | None:
    """The newest release that is out, of one plan or of any; None where it was withdrawn."""
    approved = approved_releases()
    if plan is not None:
        heads = ReleasedFigure.objects.filter(
            release=OuterRef("pk"), kind=ReleasedFigure.Kind.PLAN, key=plan
        )
        approved = approved.filter(Exists(heads))
        newest = approved.first()
        return newest if newest is not None and newest.state == APPROVED else None  # type: ignore[attr-defined]
    return max(live_releases().values(), key=lambda r: (r.approved_at, r.id), default=None)  # type: ignore


def notices() -> list[WithdrawalNotice]:
    """The plans whose newest release was withdrawn."""
    return [
        WithdrawalNotice(plan, found.title, found.decided_at.date(), found.reason)  # type: ignore[attr-defined]
        for plan, found in newest_by_plan().items()
        if found.state == WITHDRAWN  # type: ignore[attr-defined]
    ]


def released_plans() -> list[dict[str, Any]]:
    """The heads of the plans that are out, each with what its release rests on."""
    return [_head(plan, found) for plan, found in sorted(live_releases().items())]


def released_plan(code: str) -> dict[str, Any] | None:
    """Head, release and verdicts of one plan, or None if it is not out."""
    found = live_releases().get(code)
    if found is None:
        return None
    return {**_head(code, found), "verdicts": _verdicts({code: found})}


def released_target(plan: str, target: str) -> dict[str, Any] | None:
    """Plan, verdict and series of one target, or None if it is not out.

    The series holds periods of the length that the target is judged by, years where none was.
    """
    found = released_plan(plan)
    verdict = next((v for v in found["verdicts"] if v["target"] == target), None) if found else None
    if found is None or verdict is None:
        return None
    series = released_series(verdict["indicator"], verdict["region"], verdict["by"])
    length = len(verdict["period"] or "2026")
    return {
        "plan": found,
        "verdict": verdict,
        "series": [e for e in series if len(e["period"]) == length],
    }


def released_verdicts() -> list[dict[str, Any]]:
    """Every verdict that is out, in the order of plans and targets."""
    return _verdicts(live_releases())


def released_series(
    indicator: str, region: str, by: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The estimates of one indicator in one scope, by period; a suppressed one has no numbers."""
    found = _estimates(indicator=indicator, region=region, by=canonical(dict(by or {})))
    return sorted(found, key=lambda e: str(e["period"]))


def released_region(key: str) -> dict[str, Any]:
    """Verdicts and undivided estimates of one region, as far as they are out."""
    return {
        "region": key,
        "verdicts": [v for v in released_verdicts() if v["region"] == key],
        "estimates": _estimates(region=key, by=UNDIVIDED),
    }


def released_levels() -> list[dict[str, str]]:
    """What a map can show: each indicator that is out for several regions, in its last year."""
    whole_years = ReleasedFigure.objects.annotate(length=Length("period")).filter(
        release__in=list(live_releases().values()),
        kind=ReleasedFigure.Kind.ESTIMATE,
        by=UNDIVIDED,
        length=4,
    )
    places = whole_years.values("indicator", "period").annotate(
        places=Count("region", distinct=True)
    )
    last: dict[str, str] = {}
    for found in places.filter(places__gt=1).order_by("indicator", "period"):
        last[found["indicator"]] = found["period"]
    return [{"indicator": indicator, "period": period} for indicator, period in last.items()]


def released_map(indicator: str, period: str) -> list[dict[str, Any]]:
    """The undivided estimates of one indicator and period in every region that is out."""
    return _estimates(indicator=indicator, period=period, by=UNDIVIDED)


def _head(plan: str, found: Release) -> dict[str, Any]:
    (payload,) = _plan_said(release=found.pk, plan=plan)
    approved_at: datetime = found.approved_at  # type: ignore[attr-defined]
    return {
        **payload,
        "release": found.id,
        "as_of": found.as_of,
        "released_on": approved_at.date(),
        "measurement": found.measurement_id,
        "log_size": found.measurement.log_size,
        "root": found.measurement.root,
    }


@compiled
def _plan_said(*, release: int, plan: str) -> QuerySet[Any, dict[str, Any]]:
    heads = ReleasedFigure.objects.filter(release=release, kind=ReleasedFigure.Kind.PLAN, key=plan)
    return heads.values_list("payload", flat=True)


def _verdicts(live: Mapping[str, Release]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for plan, of in sorted(live.items()):
        found += _verdicts_said(release=of.pk, plan=plan)
    return found


@compiled
def _verdicts_said(*, release: int, plan: str) -> QuerySet[Any, dict[str, Any]]:
    kind = ReleasedFigure.Kind.VERDICT
    verdicts = ReleasedFigure.objects.filter(release=release, kind=kind, plan=plan)
    return verdicts.order_by("id").values_list("payload", flat=True)


def _estimates(**scope: str) -> list[dict[str, Any]]:
    """The estimates that are out; where two releases speak of one cell, the newer one's."""
    live = sorted(set(live_releases().values()), key=lambda r: r.approved_at)  # type: ignore[attr-defined]
    cells: dict[str, dict[str, Any]] = {}
    for of in live:
        rows = of.figures.filter(kind=ReleasedFigure.Kind.ESTIMATE, **scope).order_by("id")
        for payload in rows.values_list("payload", flat=True):
            place = (payload["indicator"], payload["region"], payload["period"], payload["by"])
            cells[cell_key(*place)] = payload
    return list(cells.values())
