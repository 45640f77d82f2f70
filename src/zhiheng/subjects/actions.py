"""Every change to subjects: references registered, judged, organisations named and described.

A name alone never merges anything: what a reference by name means is decided by a person, with
a reason, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.pacing import paced
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, UsageError
from zhiheng.subjects import finding, registration
from zhiheng.subjects.identifiers.industry import IndustryCode
from zhiheng.subjects.judgements import DECISIONS, UNDO
from zhiheng.subjects.judging import (
    judge,
    locked_reference,
    organisation_judged,
    organisation_seen,
    refuse_if_judged_since,
)
from zhiheng.subjects.models import Judgement, Organisation, OrganisationName, SubjectReference
from zhiheng.subjects.names import comparison_key, normalise_name
from zhiheng.subjects.queries import references_visible_to

REVIEW_RIGHT = "subjects.review"


def register_references(
    actor: Actor,
    frame: pl.DataFrame,
    source: str,
    batch: int | None,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Take the references of a delivery into the record; ones already there stay as they are.

    Args:
        frame: columns ref, raw_code, raw_name, region and perhaps raw_address, one row for
            each distinct ref (`references.reference_frame`).
        source: key of the party that delivered.
        batch: the ledger's batch in which they first appear.

    Returns:
        Counts: ``new`` references, ``review`` of them that wait for a judgement,
        ``organisations`` made.
    """
    actor.require("evidence.import")
    counts = registration.write(registration.prepare(frame), source, batch, progress or Silent())
    if any(counts.values()):
        with transaction.atomic():
            audit.record(actor, "subjects.register_references", source, {"batch": batch, **counts})
    return counts


@transaction.atomic
def decide(
    actor: Actor,
    reference_id: int,
    decision: str,
    organisation: int | None = None,
    reason: str = "",
    *,
    seen: int | None = None,
) -> Judgement:
    """Judge what a reference names.

    ``same``: it is this organisation. ``new``: it is one not known yet, which is made from what
    was written. ``different``: with an organisation, it is not that one; without, it is none of
    those known and stays by itself.

    Args:
        seen: id of the reference's last judgement that the person knew of, 0 for none; None
            judges whatever stands.

    Raises:
        UsageError: unknown decision, reference or organisation, or one of them missing.
        ConflictError: ``judgement.meanwhile``, somebody else has judged since.
    """
    actor.require(REVIEW_RIGHT)
    if decision not in DECISIONS:
        raise UsageError(
            "judgement.decision",
            _("没有“{decision}”这种判断。", decision=decision),
            _("可用：same（同一主体）、different（不是）、new（新主体）。"),
        )
    reference = locked_reference(actor, reference_id)
    if seen is not None:
        refuse_if_judged_since(reference, seen)
    judged = organisation_judged(actor, reference, decision, organisation)
    return judge(actor, reference, decision, judged, reason)


def withdraw_references(
    actor: Actor, brought: QuerySet[SubjectReference], used: Collection[str]
) -> int:
    """Take back references of deliveries that were dropped, as far as nobody judged them.

    In short transactions: whoever is killed over them takes back the rest when called again.

    Args:
        used: texts of references that some row has.

    Returns how many were taken back.
    """
    actor.require("evidence.import")
    unjudged = brought.filter(judgements__isnull=True).values_list("id", "ref")
    unused = [number for number, ref in unjudged if ref not in used]
    for part in paced(len(unused)):
        with transaction.atomic():
            some = brought.filter(id__in=unused[part], judgements__isnull=True)
            count, _by_model = some.delete()
            audit.record(actor, "subjects.withdraw_references", "", {"references": count})
    return len(unused)


@transaction.atomic
def undo(actor: Actor, judgement_id: int, reason: str = "") -> Judgement:
    """Take a judgement back by a new one; the reference stands again as it stood without it.

    Raises:
        UsageError: no such judgement within the actor's scope, or it is itself an undoing.
        ConflictError: it was taken back already.
    """
    actor.require(REVIEW_RIGHT)
    judgement = Judgement.objects.filter(
        id=judgement_id, reference__in=references_visible_to(actor)
    ).first()
    if judgement is None or judgement.decision == UNDO:
        raise UsageError(
            "judgement.unknown",
            _("没有可撤销的判断 {id}。", id=judgement_id),
            _("请在主体页的判断记录中核对编号。"),
        )
    reference = locked_reference(actor, judgement.reference_id)
    if Judgement.objects.filter(undoes=judgement).exists():
        raise ConflictError(
            "judgement.undone",
            _("判断 {id} 已被撤销。", id=judgement_id),
            _("如需恢复，请重新判断。"),
        )
    return judge(actor, reference, UNDO, None, reason, undoes=judgement)


@transaction.atomic
def add_alias(
    actor: Actor,
    organisation_id: int,
    name: str,
    kind: str = OrganisationName.Kind.TRADING,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> OrganisationName:
    """Add a trading, former or short name; adding it again changes its validity.

    Raises:
        ContentError: the name has no letter or digit, or the kind is unknown.
    """
    actor.require(REVIEW_RIGHT)
    organisation = organisation_seen(actor, organisation_id)
    normal = _normal_spelling(name)
    if kind not in OrganisationName.Kind.values:
        raise ContentError(
            "alias.kind",
            _("没有“{kind}”这种别名。", kind=kind),
            _("可用：trading（字号）、former（曾用名）、short（简称）。"),
        )
    alias, _created = OrganisationName.objects.update_or_create(
        organisation=organisation,
        normal=normal,
        kind=kind,
        defaults={
            "name": name.strip(),
            "key": comparison_key(normal),
            "valid_from": valid_from,
            "valid_to": valid_to,
        },
    )
    finding.remember([(organisation_id, alias.key)])
    detail = {"name": name, "kind": kind, "valid_from": valid_from, "valid_to": valid_to}
    audit.record(actor, "subjects.add_alias", str(organisation_id), detail)
    return alias


@transaction.atomic
def set_parent(actor: Actor, organisation_id: int, parent_id: int | None) -> Organisation:
    """Say to which organisation a branch belongs, or to none.

    Raises:
        ContentError: ``organisation.cycle``, the parent lies below the organisation.
    """
    actor.require(REVIEW_RIGHT)
    organisation = organisation_seen(actor, organisation_id)
    parent = organisation_seen(actor, parent_id) if parent_id is not None else None
    above = parent
    while above is not None:
        if above.pk == organisation.pk:
            raise ContentError(
                "organisation.cycle",
                _("主体 {parent} 就是主体 {id} 或在其之下。", parent=parent_id, id=organisation_id),
                _("上级主体不能是自身或自身的下级。"),
            )
        above = above.parent
    organisation.parent = parent
    organisation.save(update_fields=["parent"])
    audit.record(actor, "subjects.set_parent", str(organisation_id), {"parent": parent_id})
    return organisation


FACTS = ("name", "region", "kind", "industry", "address", "valid_from", "valid_to")


@transaction.atomic
def describe(actor: Actor, organisation_id: int, **facts: Any) -> Organisation:
    """Change what is recorded of an organisation: any of `FACTS`.

    A changed name leaves the one before as a former name.

    Raises:
        ContentError: the industry is no code of GB/T 4754, the name is empty, or the
            organisation would end before it began.
    """
    actor.require(REVIEW_RIGHT)
    organisation = organisation_seen(actor, organisation_id)
    if unknown := sorted(set(facts) - set(FACTS)):
        raise TypeError(f"no facts of an organisation: {unknown}")
    if facts.get("industry"):
        facts["industry"] = str(IndustryCode.parse(facts["industry"]))
    if "name" in facts and facts["name"] != organisation.name:
        _rename(actor, organisation, facts["name"])
    for fact, value in facts.items():
        setattr(organisation, fact, value)
    begun, ended = organisation.valid_from, organisation.valid_to
    if begun and ended and ended <= begun:
        raise ContentError(
            "organisation.validity",
            _("终止日期 {ended} 不晚于成立日期 {begun}。", ended=ended, begun=begun),
            _("终止日期是不再存续的第一天。"),
        )
    organisation.save()
    audit.record(actor, "subjects.describe", str(organisation_id), facts)
    return organisation


def _rename(actor: Actor, organisation: Organisation, name: str) -> None:
    normal = _normal_spelling(name)
    if organisation.normal and organisation.normal != normal:
        add_alias(actor, organisation.pk, organisation.name, OrganisationName.Kind.FORMER)
    organisation.normal, organisation.key = normal, comparison_key(normal)
    finding.remember([(organisation.pk, organisation.key)])


def _normal_spelling(name: str) -> str:
    normal = normalise_name(name)[: registration.LONGEST_NAME]
    if not normal:
        raise ContentError(
            "name.empty", _("“{name}”不是名称。", name=name), _("名称至少含一个字母、汉字或数字。")
        )
    return normal
