"""Working lists: every list follows an index and pages by its last row."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures import catalogue
from zhiheng.procedures.models import Case
from zhiheng.procedures.queries import readable, scopes_of
from zhiheng.rules.errors import UsageError

MINE, UNIT, OVERDUE, WEEK, ALL = "mine", "unit", "overdue", "week", "all"
LISTS = (MINE, UNIT, OVERDUE, WEEK, ALL)
"""The working lists: mine; my unit's; overdue; due by Sunday; every case, the newest first."""

Place = tuple[date, int]
"""Where a page ended: the last day and the number of its last case."""


def worklist(
    actor: Actor,
    which: str,
    *,
    procedure: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> list[Case]:
    """One page of a working list, what is due first at its head (see `LISTS`).

    Each scope is read by its own index as far as the page goes, then they are merged.

    Raises:
        UsageError: there is no such list or procedure.
    """
    cases, scopes = _read_by(actor, which)
    if procedure is not None:
        cases = cases.filter(procedure=catalogue.known(procedure).code)
    if after is not None and which == ALL:
        cases = cases.filter(id__lt=after[1])
    elif after is not None:
        due, number = after
        cases = cases.filter(due_on__gte=due).filter(Q(due_on__gt=due) | Q(id__gt=number))
    order = ("-id",) if which == ALL else ("due_on", "id")
    if len(scopes) == 1:
        return list(cases.filter(scopes[0]).order_by(*order)[:limit])
    places: set[Place] = set()
    for scope in scopes:
        places.update(cases.filter(scope).order_by(*order).values_list("due_on", "id")[:limit])
    newest_first = which == ALL
    first = sorted(places, key=lambda place: -place[1] if newest_first else place)[:limit]
    found = Case.objects.in_bulk([number for _due, number in first])
    return [found[number] for _due, number in first if number in found]


def _read_by(actor: Actor, which: str) -> tuple[QuerySet[Case], list[Q]]:
    """What a list holds, and the scopes that it is read by."""
    today, cases = timezone.localdate(), readable(actor)
    open_ = cases.filter(closed_on__isnull=True)
    if which == MINE:
        return open_, [Q(assignee=actor.name, unit=actor.party)]
    if which == UNIT:
        return open_, [Q(unit=actor.party)]
    if which == OVERDUE:
        return open_.filter(due_on__lt=today), scopes_of(actor)
    if which == WEEK:
        sunday = today + timedelta(6 - today.weekday())
        return open_.filter(due_on__gte=today, due_on__lte=sunday), scopes_of(actor)
    if which == ALL:
        return cases, scopes_of(actor)
    raise UsageError(
        "list.unknown",
        _("没有“{name}”这张清单。", name=which),
        _("可用：{names}。", names="、".join(LISTS)),
    )
