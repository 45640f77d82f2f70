"""What everybody may see: no actor is asked, only what was approved and not withdrawn is read.

A plan's newest approved release speaks for it; where that one was withdrawn, a notice stands in
its place and no older release comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Length

from zhiheng.office.audit import canonical
from zhiheng.office.compiled import compiled
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.payloads import cell_key
from zhiheng.publication.procedures import APPROVED, WITHDRAWN
from zhiheng.publication.standing import (
    approved_releases,
    live_releases,
    newest_by_plan,
)

UNDIVIDED = "{}"


@dataclass(frozen=True)
class WithdrawalNotice:
    """A withdrawn release in the place of its figures."""

    plan: str
    title: str
    withdrawn_on: date
    reason: str


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
