"""Objections: a firm contradicts a row held about it, somebody decides, all of it evidence.

Each step is one row of the kind ``objection`` that supersedes the step before, so that who said
what, and when, is proved like any other evidence. The row objected to stays as it is; whoever
reads it sees where the objection stands (`queries.Filed.objection`).
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from zhiheng.evidence import attachments, contested, lake, ledger, queries, reading
from zhiheng.evidence.canonical import ROW_TYPE, VOID_TYPE, typed_fields
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.kinds.objections import OBJECTION
from zhiheng.evidence.models import Batch, Correction, ObjectionStep
from zhiheng.evidence.reading import Row
from zhiheng.office import audit, notices
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.models import Party
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, RightError
from zhiheng.subjects.queries import own_subject
from zhiheng.web.language import in_language

OPEN, UPHELD, REJECTED, WITHDRAWN = "open", "upheld", "rejected", "withdrawn"
SHORTEST, LONGEST = 10, 4000


def file_objection(
    actor: Actor, row: int, grounds: str, attachment: attachments.Attachment | None = None
) -> str:
    """A firm objects to a row about itself; returns the objection's number.

    Raises:
        RightError: the actor is no firm's account.
        UsageError: there is no such row about the firm.
        ContentError: the grounds are too short or too long.
        ConflictError: the row was corrected since, or an objection to it is open.
    """
    actor.require("objections.file")
    if actor.organisation is None:
        raise RightError("objection.party", _("只有企业账号可以提出异议。"))
    filed = queries.row(actor, row)
    grounds = _said(grounds, _("异议理由"))
    if filed.kind == OBJECTION.code:
        raise ConflictError("objection.kind", _("不能对异议本身提出异议。"))
    if filed.record_type == "void":
        raise ConflictError(
            "objection.void",
            _("记录 {row} 已作废，不计入任何数字。", row=row),
            _("无须再提出异议。"),
        )
    if filed.superseded_by is not None:
        raise ConflictError(
            "objection.superseded",
            _("记录 {row} 已被更正。", row=row),
            _("如对更正后的记录 {newer} 仍有异议，请对它提出。", newer=filed.superseded_by),
        )
    if filed.objection in {OPEN, UPHELD}:
        raise ConflictError("objection.open", _("对记录 {row} 的异议正在处理。", row=row))
    own = own_subject(actor.organisation)
    earlier = ObjectionStep.objects.filter(row=row).values("number").distinct().count()
    number = f"{row}-{earlier + 1}"
    kept = attachment.keep() if attachment else None
    said = {
        "$day": timezone.localdate().isoformat(),
        "$id": number,
        "$region": filed.region,
        "$subject": filed.subject,
        "subject_code": own.code_in("uscc"),
        "subject_name": own.title,
        "about_row": row,
        "about_kind": filed.kind,
        "about_leaf": filed.leaf,
        "grounds": grounds,
        "attachment": kept,
        "attachment_name": attachment.name if attachment else None,
        "state": OPEN,
    }
    _step(actor, actor.party, number, row, said, None)
    _note(actor, notices.OBJECTION_FILED, "objections.file", number, said, {filed.source})
    return number


def decide(
    actor: Actor, number: str, decision: str, reason: str, *, void: bool = False
) -> dict[str, Any]:
    """Uphold or reject an objection, with reasons.

    An upheld one obliges the department that filed the row to correct it; with ``void`` the row
    is taken out at once, by a row that supersedes it and counts for nothing.

    Raises:
        ContentError: an unknown decision, or no reasons.
        ConflictError: it was decided before, or withdrawn.
        UsageError: there is none that the actor may see.
    """
    actor.require("objections.decide")
    if decision not in {UPHELD, REJECTED} or (void and decision != UPHELD):
        raise ContentError(
            "decision.unknown",
            _("没有“{choice}”这种决定。", choice=decision),
            _("可用：upheld（成立）或 rejected（不成立）；作废原记录只能与成立一起。"),
        )
    reason = _said(reason, _("处理说明"))
    found, said = _standing(actor, number)
    if void:
        _void(actor, said["about_row"])
    said |= {"state": decision, "reason": reason, "decided_by": actor.party}
    said["decided_on"] = timezone.localdate().isoformat()
    _step(actor, found.source, number, said["about_row"], said, found)
    text = notices.OBJECTION_UPHELD if decision == UPHELD else notices.OBJECTION_REJECTED
    source = _row(said["about_row"]).source
    _note(actor, text, "objections.decide", number, said, {found.source, source}, void=void)
    return {"number": number, "row": said["about_row"], "state": decision, "void": void}


def withdraw(actor: Actor, number: str, reason: str) -> None:
    """The firm takes its own objection back."""
    actor.require("objections.file")
    found, said = _standing(actor, number)
    if found.source != actor.party:
        raise RightError("objection.party", _("只有提出异议的企业可以撤回。"))
    said |= {"state": WITHDRAWN, "reason": _said(reason, _("撤回说明")), "decided_by": actor.party}
    said["decided_on"] = timezone.localdate().isoformat()
    _step(actor, found.source, number, said["about_row"], said, found)
    source = _row(said["about_row"]).source
    _note(actor, notices.OBJECTION_WITHDRAWN, "objections.withdraw", number, said, {source})


def _said(text: str, what: str) -> str:
    tidy = text.strip()
    if not SHORTEST <= len(tidy) <= LONGEST:
        raise ContentError(
            "objection.text",
            _("{what}现有 {length} 个字。", what=what, length=len(tidy)),
            _("请写 {least} 到 {most} 个字。", least=SHORTEST, most=LONGEST),
        )
    return tidy


def _standing(actor: Actor, number: str) -> tuple[Row, dict[str, Any]]:
    """The open objection's present row and what it says, if the actor may see what it is about."""
    found = contested.objection(actor, number)
    if found.state != OPEN:
        stands = next(c for c in OBJECTION.column("state").choices if c.code == found.state)
        shown = in_language(stands.zh, stands.en)
        raise ConflictError(
            "objection.decided",
            _("异议 {number} 已经办结（{state}）。", number=number, state=shown),
        )
    row = _row(found.evidence)
    return row, dict(row.said)


def _row(row_id: int) -> Row:
    """A row of which something kept speaks, so that there must be one."""
    row = reading.row_at(row_id)
    assert row is not None
    return row


def _step(
    actor: Actor,
    source: str,
    number: str,
    row: int,
    said: dict[str, Any],
    before: Row | None,
) -> None:
    """One step as a batch of one row; it counts once the batch is sealed."""
    with ledger.open_batch(_batch(actor, OBJECTION.code, source)) as batch:
        ObjectionStep.objects.create(number=number, row=row, state=said["state"], batch=batch)
        frame = _frame(OBJECTION, batch, source, ROW_TYPE, said, before)
        ledger.write_whole(batch, frame, OBJECTION, actor)
    lake.catch_up(current())


def _void(actor: Actor, about: int) -> None:
    """Supersede a row by one of the type ``void``, which no count and no figure reads.

    It says what the row said, so that the file it came from, sent again, does not bring the row
    back (see `comparison`).
    """
    row = _row(about)
    if Correction.objects.filter(supersedes=row.id).exists():
        return
    kind = ALL[row.kind]
    said = row.said | {c.name: None for c in kind.personal_columns}
    with ledger.open_batch(_batch(actor, row.kind, row.source)) as batch:
        frame = _frame(kind, batch, row.source, VOID_TYPE, said, row)
        ledger.write_whole(batch, frame, kind, actor)
    lake.catch_up(current())


def _batch(actor: Actor, kind: str, source: str) -> Batch:
    at = ledger.moment()
    return Batch(
        kind=kind, source=source, actor=actor.name, file_name="", file_hash="", recorded_at=at
    )


def _frame(
    kind: Kind, batch: Batch, source: str, type: str, said: dict[str, Any], before: Row | None
) -> pl.DataFrame:
    """One row in the ledger's form."""
    fields = typed_fields(kind)
    shared = {
        "$at": batch.recorded_at.isoformat(),
        "$kind": kind.code,
        "$source": source,
        "$supersedes": before.leaf.hex() if before else None,
        "$type": type,
    }
    row = {name: {**said, **shared}.get(name) for name in fields}
    supersedes = pl.Series("supersedes", [before.id if before else None], dtype=pl.Int64)
    return pl.DataFrame([row], schema=fields).with_columns(supersedes)


@transaction.atomic
def _note(
    actor: Actor,
    text: str,
    verb: str,
    number: str,
    said: dict[str, Any],
    parties: set[str],
    **detail: Any,
) -> None:
    """The trail and those concerned are told."""
    audit.record(actor, verb, number, {"row": said["about_row"], "state": said["state"], **detail})
    known = set(Party.objects.filter(key__in=parties).values_list("key", flat=True))
    values = {
        "firm": said["subject_name"],
        "row": said["about_row"],
        "number": number,
        "reason": said.get("reason") or "",
    }
    notices.tell(known, text, values, f"/desk/objections/{number}")
