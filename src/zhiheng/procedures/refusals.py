"""Why something cannot be done to a case, in words that say what happened and what can be done."""

from __future__ import annotations

from django.utils import timezone

from zhiheng.office.actors import Actor
from zhiheng.office.models import Party
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.procedures import queries
from zhiheng.procedures.holding import Held, number_of
from zhiheng.procedures.models import Case, Event, Link
from zhiheng.procedures.parts import OPENING, Facts, Step
from zhiheng.procedures.timeline import Entry
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError
from zhiheng.web.language import language_code

LONGEST_REASON = 1000


def same(before: Event, verb: str) -> Event:
    """The event that a repeated request made before."""
    if before.verb != verb:
        raise ConflictError(
            "key.used",
            _("请求编号已用于“{verb}”。", verb=before.verb),
            _("另一个请求请用另一个编号。"),
        )
    return before


def meanwhile(held: Held) -> ConflictError:
    last = queries.event_words(held.case.history.order_by("-number")[0], language_code())
    return ConflictError(
        "case.meanwhile",
        _("{case} 在您查看之后已有变动：{last}。", case=number_of(held.case), last=last),
        _("请刷新页面，看过之后再办理。"),
    )


def require_state(actor: Actor, held: Held, step: Step, bearer: bool) -> None:
    if held.case.state in step.source and not step.retired:
        return
    language = language_code()
    open_steps = [
        s.title(language)
        for s in queries.steps_open(actor, held.procedure, held.standing, bearer=bearer)
    ]
    raise ConflictError(
        "case.state",
        _("{case} 现为“{state}”（{last}），不能“{step}”。", case=number_of(held.case),
          state=held.procedure.state_of[held.case.state].title(language),
          last=queries.event_words(held.case.history.order_by("-number")[0], language),
          step=step.title(language)),
        _("现在可办：{steps}。", steps="、".join(open_steps) or _("（无）")),
    )  # fmt: skip


def require_guards(step: Step, facts: Facts) -> None:
    if found := [reason for guard in step.guards if (reason := guard(facts))]:
        raise ContentError("step.guard", "".join(found), _("请补正后再办理。"))


def require_place(actor: Actor, case: Case) -> None:
    if case.region not in region_tree().as_of(timezone.localdate()):
        raise UsageError(
            "region.unknown",
            _("没有代码为“{key}”的区域。", key=case.region),
            _("请填已载入的区域代码。"),
        )
    if not actor.outside and case.unit == actor.party:
        return
    if not Party.objects.filter(key=case.unit, kind=Party.Kind.UNIT).exists():
        raise UsageError(
            "party.unknown", _("没有单位“{key}”。", key=case.unit), _("请填已登记单位的代码。")
        )


def require_unit(actor: Actor, held: Held) -> None:
    actor.require(held.procedure.read)
    if actor.user_id is not None and actor.party != held.case.unit:
        raise RightError("step.party", _("此案由 {unit} 承办。", unit=held.case.unit))


def require_alone(held: Held, about: Entry) -> None:
    """A step that opened or joined another case cannot be made as if it had not been."""
    if about.verb == OPENING:
        raise ConflictError(
            "event.opening", _("登记本身不能作废。"), _("请更正其内容，或办理终结案件的步骤。")
        )
    if Link.objects.filter(event__case=held.case, event__number=about.number).exists():
        raise ConflictError(
            "event.linked",
            _("第 {number} 号步骤已关联别的案件，不能作废。", number=about.number),
            _("请在被关联的案件中办理。"),
        )


def tidy_reason(text: str) -> str:
    tidy = text.strip()
    if not 2 <= len(tidy) <= LONGEST_REASON:
        raise ContentError(
            "event.reason",
            _("更正理由现有 {length} 个字。", length=len(tidy)),
            _("请写 2 到 {most} 个字。", most=LONGEST_REASON),
        )
    return tidy
