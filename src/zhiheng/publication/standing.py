"""Which release speaks for each plan: its newest that was let out, unless that was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from zhiheng.office.memory import Latest
from zhiheng.procedures.models import Event
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.procedures import APPROVE, APPROVED, DECISIONS, WITHDRAWN

# Every public page asks; releases are few, and the index of events finds those of a case.
_LAST_EVENT = (
    "SELECT MAX(id) FROM procedures_event "
    "WHERE case_id IN (SELECT case_id FROM publication_release)"
)


def record_name() -> str:
    """The record this process reads: what is kept of one is never shown as another's."""
    return str(connection.settings_dict["NAME"])


def edition() -> str:
    """A mark of what is out: it changes with every event of a release, and never else."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_EVENT)
        last = cursor.fetchone()
    return str(last[0] or "")


def with_state() -> QuerySet[Release]:
    events = Event.objects.filter(case=OuterRef("case")).order_by("-number")
    approval = events.filter(verb=APPROVE)
    last = events.filter(verb__in=DECISIONS)
    said = last.annotate(reason=KeyTextTransform("reason", "answers"))
    return Release.objects.annotate(
        state=F("case__state"),
        approved_by=Subquery(approval.values("by")[:1]),
        approved_at=Subquery(approval.values("at")[:1]),
        decided_at=Subquery(last.values("at")[:1]),
        reason=Subquery(said.values("reason")[:1]),
    )


def approved_releases() -> QuerySet[Release]:
    """Releases that were ever let out, the last decided first."""
    out = with_state().filter(case__state__in=(APPROVED, WITHDRAWN))
    return out.order_by(F("approved_at").desc(), "-id")


_newest: Latest[dict[str, Release]] = Latest()


def newest_by_plan() -> Mapping[str, Release]:
    """The release that speaks for each plan; read again only after a decision."""
    if connection.in_atomic_block:
        return _read_newest()  # what is taken back must not be remembered
    return _newest.of((record_name(), edition()), _read_newest)


def _read_newest() -> dict[str, Release]:
    approved = {found.id: found for found in approved_releases()}
    heads = ReleasedFigure.objects.filter(
        release__in=list(approved), kind=ReleasedFigure.Kind.PLAN
    ).values_list("key", "release_id")
    order = {number: place for place, number in enumerate(approved)}
    newest: dict[str, Release] = {}
    for plan, number in sorted(heads, key=lambda head: order[head[1]]):
        newest.setdefault(plan, approved[number])
    return newest


def live_releases() -> dict[str, Release]:
    return {
        plan: found
        for plan, found in newest_by_plan().items()
        if found.state == APPROVED  # type: ignore[attr-defined]
    }
