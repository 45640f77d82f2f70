"""Organisations by what is known of their names and codes, and all of them page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from zhiheng.office.actors import Actor
from zhiheng.subjects import finding
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.models import (
    Organisation,
    OrganisationName,
    Scheme,
    SubjectReference,
)
from zhiheng.subjects.names import normalise_name
from zhiheng.subjects.queries.scope import known, organisations_visible_to

MOST_OWNERS = 500


@dataclass(frozen=True)
class Found:
    """One line of a search."""

    id: int
    name: str
    uscc: str | None
    region: str | None


def search_organisations(actor: Actor, text: str, limit: int = 20) -> list[Found]:
    """Organisations by code, identifier, name or alias: exact first, then beginning, then inside.

    Inside a name a text is found by what the name says beside region and legal form; a word in
    Latin letters from its beginning. A blank text finds nobody.
    """
    name = normalise_name(text)
    if not name:
        return []
    visible = known(organisations_visible_to(actor))
    found: dict[int, Found] = {}
    for matches in _ranks(text, name):
        wanted = limit - len(found)
        if wanted and (condition := matches()) is not None:
            rows = visible.filter(condition).exclude(id__in=list(found)).order_by("id")
            found |= {row.pk: _found(row) for row in rows[:wanted]}
    return list(found.values())


def _ranks(text: str, name: str) -> tuple[Callable[[], Q | None], ...]:
    """Conditions from the best match on, each made only when it is asked; None: nobody."""
    return (
        lambda: _coded(text),
        lambda: _named(Q(normal=name)),
        lambda: _named(finding.begins_with("normal", name)),
        lambda: _inside(name),
    )


def _coded(text: str) -> Q:
    code = normalise_code(text)
    refs = [f"{scheme}:{text.strip()}" for scheme in Scheme.objects.values_list("name", flat=True)]
    coded = SubjectReference.objects.filter(ref__in=refs, organisation__isnull=False)
    return Q(uscc=code) | Q(id__in=list(coded.values_list("organisation", flat=True)))


def _inside(name: str) -> Q | None:
    near = finding.perhaps_holding(name)
    if near is None:
        return Q(normal__contains=name)
    return Q(id__in=near) & _named(Q(normal__contains=name)) if near else None


def _named(called: Q) -> Q:
    """Whose name or alias is like that.

    The owners of aliases are asked for first: PostgreSQL follows no index to them from within.
    """
    owners = OrganisationName.objects.filter(called).order_by("id")
    return called | Q(id__in=list(owners.values_list("organisation", flat=True)[:MOST_OWNERS]))


def organisations(actor: Actor, *, after: int = 0, limit: int = 50) -> list[Found]:
    """All organisations in the order of their ids, beginning behind the id ``after``."""
    rows = known(organisations_visible_to(actor)).filter(id__gt=after).order_by("id")
    return [_found(row) for row in rows[:limit]]


def _found(organisation: Organisation) -> Found:
    return Found(organisation.pk, organisation.called, organisation.uscc, organisation.region)
