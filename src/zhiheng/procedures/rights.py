"""Who may take a step: the same rule for pages, API and commands."""

from __future__ import annotations

from zhiheng.office.actors import OPERATOR, PUBLIC, Actor
from zhiheng.office.words import _
from zhiheng.procedures.parts import By, Of
from zhiheng.procedures.timeline import Standing
from zhiheng.rules.errors import RightError


def require(actor: Actor, by: By, standing: Standing, *, bearer: bool = False) -> None:
    """Raises RightError with the reason why the actor may not."""
    if by.right:
        actor.require(by.right)
    if not _stands(actor, by.of, standing, bearer):
        raise RightError("step.party", _stranger(by.of, standing))
    if by.other_than and actor.name in standing.takers(by.other_than):
        raise RightError(
            "step.same_person",
            _("{name} 已办理此前的步骤，这一步须由另一人办理。", name=actor.name),
            _("请另一位有此权限的人员办理。"),
        )


def may(actor: Actor, by: By, standing: Standing, *, bearer: bool = False) -> bool:
    """Whether the actor may."""
    try:
        require(actor, by, standing, bearer=bearer)
    except RightError:
        return False
    return True


def _stands(actor: Actor, of: Of, standing: Standing, bearer: bool) -> bool:
    """Whether the actor stands to the case as it is asked."""
    if of is Of.BEARER:
        return bearer
    if of is Of.MACHINE or actor.party_kind == PUBLIC:
        return False
    if actor.party_kind == OPERATOR:
        return True
    if of is Of.FILER:
        return actor.party == standing.filer
    if of is Of.SCOPE:
        return not actor.outside and (actor.regions is None or standing.region in actor.regions)
    if actor.party != standing.unit:
        return False
    return of is Of.UNIT or standing.assignee in {"", actor.name}


def _stranger(of: Of, standing: Standing) -> str:
    words = {
        Of.UNIT: _("此案由 {unit} 承办，只能由该单位办理。", unit=standing.unit),
        Of.ASSIGNEE: _("此案由 {name} 承办，只能由其本人办理。", name=standing.assignee),
        Of.SCOPE: _("{region} 不在您的辖区内。", region=standing.region),
        Of.FILER: _("只有提出者可以办理这一步。"),
        Of.BEARER: _("须凭回执办理这一步。"),
        Of.MACHINE: _("这一步由系统按期限或关联案件的结果办理。"),
    }
    return words[of]
