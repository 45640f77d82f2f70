"""A submission: complaint, report or both; sent, followed and answered by its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from zhiheng.complaints import fields, receipts
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.models import Mark, Photo, Receipt
from zhiheng.complaints.near_duplicates import marks
from zhiheng.complaints.photos import Photo as CleanPhoto
from zhiheng.complaints.placing import place
from zhiheng.complaints.procedures import COMPLAINT, REPORT
from zhiheng.complaints.resending import add_changes, changes
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.senders import contact_marks
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.turns import in_turn
from zhiheng.office.words import _
from zhiheng.procedures import actions as machine
from zhiheng.procedures import forms
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.models import Case
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError
from zhiheng.rules.parameters import ParameterError
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.models import Organisation
from zhiheng.web.language import language_code

PROCEDURE = {Matter.COMPLAINT: COMPLAINT, Matter.REPORT: REPORT}
SENDER_STEPS = ("supplement", "withdraw", "rate")


@dataclass(frozen=True)
class Sent:
    """A submission that was taken: its case, its receipt, and whether it was taken before.

    ``changed`` names the fields that said something else this time; they were added to the case.
    """

    case: Case
    receipt: receipts.Receipt
    repeated: bool
    changed: tuple[str, ...] = ()


def folder() -> Any:
    """Where photos of submissions lie."""
    return current().files / "complaints"


def submit(
    actor: Actor,
    given: Mapping[str, Any],
    parts: frozenset[Matter],
    request: str,
    *,
    photos: Sequence[CleanPhoto] = (),
    day: date | None = None,
) -> Sent:
    """Open the case of a submission; the same request again gives the same case and receipt.

    What the request says otherwise than before is added to the case (`resending`).

    A mixed submission opens a complaint, which opens the report and links it.

    Args:
        given: answers by field, as text or typed; fields of the other part alone are left out.
        parts: what it holds; nothing said is a complaint.
        request: random bits that the form bears, or a name for the submission that the sender
            never uses twice.

    Raises:
        FormError: every fault of the answers.
        ContentError: no rule covers the day; or who reports under the own name gives none.
        ConflictError: the request was sent before, says something else now, and its case is over.
        MachineError: no unit handles such cases.
    """
    try:
        return _submitted(actor, given, parts, request, photos, day or timezone.localdate())
    except ConflictError as error:
        if error.code != "case.opened":
            raise
        # The same form came twice at once; by now the case of the other one is there.
        return _submitted(actor, given, parts, request, photos, day or timezone.localdate())


@in_turn
def _submitted(
    actor: Actor,
    given: Mapping[str, Any],
    parts: frozenset[Matter],
    request: str,
    photos: Sequence[CleanPhoto],
    day: date,
) -> Sent:
    matter = Matter.REPORT if parts == {Matter.REPORT} else Matter.COMPLAINT
    procedure = PROCEDURE[matter]
    _require_law(day)
    answers = _answers(procedure, given, parts)
    _require_name(answers)
    key = machine.key_of(actor, request)
    before = Case.objects.filter(procedure=procedure.code, key=key).first()
    receipt = receipts.issue(
        before.received_on if before else day, key, settings.SECRET_KEY.encode()
    )
    if before is not None:
        return Sent(before, receipt, repeated=True, changed=_sent_again(before, answers))
    typed = forms.read(procedure.opening, answers, language_code())
    placed = place(matter, typed, day, actor.party)
    case = machine.open_case(
        actor,
        procedure.code,
        answers,
        region=placed.region,
        unit=placed.unit,
        subject=_subject(answers),
        title=_title(answers),
        day=day,
        key=request,
        bearer=True,
    )
    if Receipt.objects.filter(case=case).exists():
        # The same form came twice at once, and the other one was taken since we looked.
        return _submitted(actor, given, parts, request, photos, day)
    Receipt.objects.create(number=receipt.number, digest=receipts.digest(receipt.secret), case=case)
    found = [*marks(str(answers.get("account") or "")), *contact_marks(answers)]
    Mark.objects.bulk_create(Mark(case=e, mark=m) for e in _parts_of(case) for m in found)
    for digest in dict.fromkeys(photo.keep(folder()) for photo in photos):
        Photo.objects.bulk_create(Photo(case=each, digest=digest) for each in _parts_of(case))
    return Sent(case, receipt, repeated=False)


def enter(
    actor: Actor,
    given: Mapping[str, Any],
    parts: frozenset[Matter],
    request: str,
    *,
    day: date | None = None,
) -> Sent:
    """A call, visit or row of a hot-line, taken down by staff. Raises as `submit`, RightError."""
    actor.require("complaints.enter")
    return submit(actor, given, parts, request, day=day)


def case_of(number: str, secret: str) -> Case:
    """The case of a receipt.

    Raises:
        RightError: ``receipt.refused``, the same for a wrong number and a wrong secret.
    """
    found = Receipt.objects.select_related("case").filter(number=number.strip().upper()).first()
    if not receipts.fits(secret, found.digest if found else None) or found is None:
        raise RightError(
            "receipt.refused",
            _("受理编号或查询码不对。"),
            _("请照回执填写；查询码遗失的，请凭身份证件到受理单位查询。"),
        )
    return found.case


def answer(number: str, secret: str, step: str, answers: Mapping[str, Any], request: str) -> Case:
    """A step of the sender: adds material, withdraws, rates. Raises as `case_of`, `take_step`."""
    case = case_of(number, secret)
    if step not in SENDER_STEPS:
        raise UsageError("step.unknown", _("没有“{step}”这一步。", step=step))
    machine.take_step(Actor.public(), case.pk, step, dict(answers), key=request[:120], bearer=True)
    return case


def _sent_again(case: Case, answers: Mapping[str, Any]) -> tuple[str, ...]:
    found = changes(case, answers)
    if found:
        add_changes(_parts_of(case), found)
    return tuple(column.name for column, _value in found)


def _parts_of(case: Case) -> list[Case]:
    """The case of a submission, and the report that a mixed one opened beside it."""
    return [case, *Case.objects.filter(links_in__source=case, links_in__how="opened")]


def _require_law(day: date) -> None:
    try:
        RULES.at("complaint.accept", day)
    except ParameterError as error:
        raise ContentError(
            "submission.day",
            _("{day} 没有可依的投诉举报规定。", day=day),
            _("请填 2020-01-01 以后收到的日期；更早的请作为历史数据导入。"),
        ) from error


def _require_name(answers: Mapping[str, Any]) -> None:
    named = all(str(answers.get(c.name) or "").strip() for c in (fields.PERSON, fields.PHONE))
    if str(answers.get(fields.REAL_NAME.name) or "").lower() in {"true", "是"} and not named:
        raise ContentError(
            "report.name",
            _("勾选了实名举报，却没有姓名或联系电话。"),
            _("请填写姓名和联系电话，或不勾选实名举报。"),
        )


def _answers(
    procedure: Procedure, given: Mapping[str, Any], parts: frozenset[Matter]
) -> dict[str, Any]:
    """Of what was given, the fields that this procedure asks for."""
    asked = {column.name for column in procedure.opening.form}
    answers = {name: value for name, value in given.items() if name in asked}
    if procedure is COMPLAINT and Matter.REPORT in parts:
        answers[fields.ALSO_REPORT.name] = True
    return answers


def _subject(answers: Mapping[str, Any]) -> str | None:
    """The firm whose code was written, where the register has it; a sender brings in no other."""
    code = normalise_code(str(answers.get(fields.RESPONDENT_CODE.name) or ""))
    return f"uscc:{code}" if code and Organisation.objects.filter(uscc=code).exists() else None


def _title(answers: Mapping[str, Any]) -> str:
    """The topic in words, and whom it is about; personal fields say nothing here."""
    topics = {choice.code: choice.zh for choice in fields.TOPIC.choices}
    topic = topics.get(str(answers.get("topic")), "")
    return "：".join(filter(None, (topic, str(answers.get("respondent") or "")[:120])))
