"""What a judgement does to a reference; what it needs is looked up within the actor's scope."""

from __future__ import annotations

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, UsageError
from zhiheng.subjects import finding, registration
from zhiheng.subjects.judgements import NEW, SAME, Judged, decision_word, resolve
from zhiheng.subjects.models import Judgement, Organisation, SubjectReference
from zhiheng.subjects.names import comparison_key, normalise_name
from zhiheng.subjects.queries import organisations_visible_to, references_visible_to
from zhiheng.subjects.references import UNRESOLVED, split_reference


def refuse_if_judged_since(reference: SubjectReference, seen: int) -> None:
    last = reference.judgements.select_related("organisation").order_by("-id").first()
    if last is None or last.pk == seen:
        return
    meant = last.organisation.called if last.organisation else ""
    raise ConflictError(
        "judgement.meanwhile",
        _(
            "“{name}”刚由 {actor} 判断：{decision}。您的判断没有记入。",
            name=reference.raw_name or reference.raw_code or reference.ref,
            actor=last.actor,
            decision=f"{decision_word(last.decision)} {meant}".strip(),
        ),
        _("如不同意，请在该主体的页面撤销后重新判断。"),
    )


def organisation_seen(actor: Actor, organisation_id: int) -> Organisation:
    found = organisations_visible_to(actor).filter(id=organisation_id).first()
    if found is None:
        raise UsageError(
            "organisation.unknown",
            _("没有主体 {id}，或不在您的辖区。", id=organisation_id),
            _("请用 zhiheng subject search 或主体查询核对编号。"),
        )
    return found


def locked_reference(actor: Actor, reference_id: int) -> SubjectReference:
    """The reference, held until the transaction ends so that two judgements cannot interleave."""
    visible = references_visible_to(actor)
    found = visible.select_for_update(of=("self",)).filter(id=reference_id).first()
    if found is None:
        raise UsageError(
            "reference.unknown",
            _("没有主体引用 {id}，或不在您的辖区。", id=reference_id),
            _("请用 zhiheng subject review 查看待核对的引用。"),
        )
    return found


def organisation_judged(
    actor: Actor, reference: SubjectReference, decision: str, organisation: int | None
) -> Organisation | None:
    if decision == NEW:
        return _new_organisation(reference)
    if organisation is None:
        if decision == SAME:
            raise UsageError(
                "judgement.organisation",
                _("判断为同一主体时须指明主体。"),
                _("请给出主体编号。"),
            )
        return None
    return organisation_seen(actor, organisation)


def _new_organisation(reference: SubjectReference) -> Organisation:
    """The organisation that this reference alone has made or would make."""
    name = reference.raw_name or reference.raw_code or reference.ref
    normal = normalise_name(name)[: registration.LONGEST_NAME]
    made, _created = Organisation.objects.get_or_create(
        origin=reference.ref,
        defaults={
            "name": name,
            "normal": normal,
            "key": comparison_key(normal) if normal else "",
            "region": reference.region,
            "address": reference.raw_address or "",
        },
    )
    finding.remember([(made.pk, made.key)])
    return made


def _automatic(reference: SubjectReference) -> int | None:
    """The organisation that the reference names by its code alone."""
    if split_reference(reference.ref)[0] in UNRESOLVED:
        return None
    made = Organisation.objects.filter(origin=reference.ref)
    return made.values_list("id", flat=True).first()


def judge(
    actor: Actor,
    reference: SubjectReference,
    decision: str,
    organisation: Organisation | None,
    reason: str,
    undoes: Judgement | None = None,
) -> Judgement:
    """Append the judgement and bring the reference to what now follows from all of them."""
    judgement = Judgement.objects.create(
        reference=reference,
        decision=decision,
        organisation=organisation,
        actor=actor.name,
        party=actor.party,
        reason=reason,
        undoes=undoes,
    )
    rows = reference.judgements.values_list("id", "decision", "organisation_id", "undoes_id")
    stands = resolve((Judged(*row) for row in rows), _automatic(reference))
    reference.organisation_id = stands.organisation
    reference.state = stands.state
    reference.save(update_fields=["organisation", "state"])
    detail = {
        "reference": reference.ref,
        "judgement": judgement.pk,
        "organisation": organisation.pk if organisation else None,
        "undoes": undoes.pk if undoes else None,
        "reason": reason,
    }
    audit.record(actor, f"subjects.{decision}", str(reference.pk), detail)
    return judgement
