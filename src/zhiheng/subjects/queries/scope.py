"""Which references and organisations an actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.models import Organisation, OrganisationName, SubjectReference
from zhiheng.subjects.references import split_reference


def own_references(organisation: int) -> QuerySet[SubjectReference]:
    """All references to the subject of an organisation's account, judgements followed.

    The account keeps to the reference by which its organisation came into the record, so that
    a merge of organisations, and its undoing, is seen at once.
    """
    origin = Organisation.objects.filter(id=organisation).values("origin")
    stands_for = SubjectReference.objects.filter(ref__in=origin).values("organisation")
    return SubjectReference.objects.filter(organisation__in=stands_for)


@dataclass(frozen=True)
class OwnSubject:
    """What an organisation's account may call itself in a file.

    Attributes:
        origin: the reference by which it came into the record.
        references: every reference text that resolves to it.
        names: its names in their normal spelling.
    """

    title: str
    origin: str
    references: frozenset[str]
    names: frozenset[str]

    def code_in(self, scheme: str) -> str | None:
        """Its code in a scheme, the one it came with if there are several."""
        codes = [ref for ref in (self.origin, *sorted(self.references)) if ref]
        return next((v for s, v, _r in map(split_reference, codes) if s == scheme), None)


def own_subject(organisation: int) -> OwnSubject:
    """The subject of an organisation's account."""
    found = Organisation.objects.get(id=organisation)
    aliases = OrganisationName.objects.filter(organisation=found).values_list("normal", flat=True)
    return OwnSubject(
        title=found.called,
        origin=found.origin,
        references=frozenset(own_references(organisation).values_list("ref", flat=True)),
        names=frozenset({found.normal, *aliases}) - {""},
    )


def references_visible_to(actor: Actor) -> QuerySet[SubjectReference]:
    """References first filed from the actor's regions; an organisation's account has its own."""
    references = SubjectReference.objects.all()
    if actor.organisation is not None:
        return own_references(actor.organisation)
    if not (actor.can("evidence.read") or actor.can("subjects.review")):
        return references.none()
    return references if actor.regions is None else references.filter(region__in=actor.regions)


def reference_id(actor: Actor, text: str) -> int:
    """Id of the reference meant by its id or its text.

    Raises UsageError where there is none the actor may see.
    """
    visible = references_visible_to(actor)
    by_id = Q(id=int(text)) if text.isascii() and text.isdigit() else Q(ref=text)
    found = visible.filter(by_id).values_list("id", flat=True).first()
    if found is None:
        raise UsageError(
            "reference.unknown",
            _("没有主体引用 {id}，或不在您的辖区。", id=text),
            _("请用 zhiheng subject review 查看待核对的引用。"),
        )
    return found


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """Organisations of the actor's regions, and those a reference filed there resolves to."""
    organisations = Organisation.objects.all()
    if actor.organisation is not None:
        own = own_references(actor.organisation)
        return organisations.filter(id__in=own.values("organisation"))
    if not (actor.can("evidence.read") or actor.can("subjects.review")):
        return organisations.none()
    if actor.regions is None:
        return organisations
    # Not Exists: within an OR, PostgreSQL would read every reference to answer it.
    named_here = references_visible_to(actor).filter(organisation=OuterRef("pk")).values("pk")[:1]
    return organisations.alias(named_here=Subquery(named_here)).filter(
        Q(region__in=actor.regions) | Q(named_here__isnull=False)
    )


def known(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Without those to which no reference resolves any more, after a merge or an undoing."""
    return organisations.filter(
        Exists(SubjectReference.objects.filter(organisation=OuterRef("pk")))
    )
