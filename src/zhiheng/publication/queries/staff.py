"""Releases with their state, for those who ask and decide."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from zhiheng.office.actors import Actor
from zhiheng.office.compiled import BIGGEST, compiled, first
from zhiheng.office.words import _
from zhiheng.procedures.models import Event
from zhiheng.procedures.queries import visible_to
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.procedures import RELEASE, REQUESTED
from zhiheng.publication.standing import record_name, with_state
from zhiheng.rules.errors import UsageError


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
