"""Organisations by what is known of their names and codes, and all of them page by page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Q, QuerySet

from zhiheng.office.actors import Actor
from zhiheng.office.compiled import BIGGEST, compiled
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
    found: dict[int, Found] = {}
    for rank in (_coded, _called, _beginning, _inside):
        wanted = limit - len(found)
        if wanted > 0:
            matches = {row.pk: row for row in rank(actor, text, name, limit) if row.pk not in found}
            found |= {number: _found(matches[number]) for number in sorted(matches)[:wanted]}
    return list(found.values())


Rank: TypeAlias = Iterable[Organisation]


def _coded(actor: Actor, text: str, _name: str, limit: int) -> Rank:
    """Whose code or identifier it is."""
    yield from _with_code(actor, limit, code=normalise_code(text))
    schemes = Scheme.objects.values_list("name", flat=True)
    yield from _of_ids(actor, limit, _referred([f"{scheme}:{text.strip()}" for scheme in schemes]))


def _called(actor: Actor, _text: str, name: str, limit: int) -> Rank:
    """Whose name or alias it is."""
    yield from _with_name(actor, limit, name=name)
    yield from _of_ids(actor, limit, _owners_of_name(name=name))


def _beginning(actor: Actor, _text: str, name: str, limit: int) -> Rank:
    """Whose name or alias begins with it."""
    yield from _visible(actor).filter(finding.begins_with("normal", name)).order_by("id")[:limit]
    owners = OrganisationName.objects.filter(finding.begins_with("normal", name)).order_by("id")
    numbers = list(owners.values_list("organisation", flat=True)[:MOST_OWNERS])
    yield from _of_ids(actor, limit, numbers)


def _inside(actor: Actor, _text: str, name: str, limit: int) -> Rank:
    """In whose name or alias it stands."""
    near = finding.perhaps_holding(name)
    holding = Q(normal__contains=name)
    if near is not None:
        owners = OrganisationName.objects.filter(holding, organisation__in=near)
        numbers = set(owners.values_list("organisation", flat=True)[:MOST_OWNERS])
        holding = Q(id__in=near) & (holding | Q(id__in=numbers))
    if near is None or near:
        yield from _visible(actor).filter(holding).order_by("id")[:limit]


def _visible(actor: Actor) -> QuerySet[Organisation]:
    return known(organisations_visible_to(actor))


@compiled
def _with_code(actor: Actor, limit: int, *, code: str) -> QuerySet[Organisation]:
    return _visible(actor).filter(uscc=code).order_by("id")[:limit]


@compiled
def _with_name(actor: Actor, limit: int, *, name: str) -> QuerySet[Organisation]:
    return _visible(actor).filter(normal=name).order_by("id")[:limit]


@compiled
def _owners_of_name(*, name: str) -> QuerySet[Any, int]:
    owners = OrganisationName.objects.filter(normal=name).order_by("id")
    return owners.values_list("organisation", flat=True)[:MOST_OWNERS]


def _referred(references: list[str]) -> list[int]:
    found = SubjectReference.objects.filter(ref__in=references, organisation__isnull=False)
    return list(found.values_list("organisation", flat=True))


def _of_ids(actor: Actor, limit: int, numbers: list[int]) -> Rank:
    return _visible(actor).filter(id__in=numbers).order_by("id")[:limit] if numbers else ()


def organisations(actor: Actor, *, after: int = 0, limit: int = 50) -> list[Found]:
    """All organisations in the order of their ids, beginning behind the id ``after``."""
    return [_found(row) for row in _behind(actor, limit, after=min(after, BIGGEST - 1))]


@compiled
def _behind(actor: Actor, limit: int, *, after: int) -> QuerySet[Organisation]:
    return _visible(actor).filter(id__gt=after).order_by("id")[:limit]


def _found(organisation: Organisation) -> Found:
    return Found(organisation.pk, organisation.called, organisation.uscc, organisation.region)
