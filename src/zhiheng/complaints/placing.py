"""Where a submission goes: facts of its form, the rule, the unit that handles such cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiheng.complaints.routing import Facts, Matter, Routing, Trade, route
from zhiheng.office.actors import PUBLIC, ROLES, UNIT
from zhiheng.office.models import Party, User
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.procedures.parts import Facts as CaseFacts
from zhiheng.rules.errors import MachineError

HANDLES = {Matter.COMPLAINT: "complaints.handle", Matter.REPORT: "reports.handle"}


@dataclass(frozen=True)
class Placed:
    """The unit that a case begins at, and why; a person decides where ``routing`` could not."""

    region: str
    unit: str
    routing: Routing


def facts_of(matter: Matter, answers: Mapping[str, Any], day: date, filer: str) -> Facts:
    """What a form says about competence; regions by whatever name they were written.

    Args:
        filer: key of the party that took it in first.
    """
    tree = region_tree()

    def region(name: str) -> str | None:
        said = answers.get(name)
        return tree.find(said, day) if said else None

    trade = Trade(answers.get("trade") or Trade.OFFLINE)
    business, operator = region("business_region"), region("platform_region")
    return Facts(
        matter=matter,
        trade=trade,
        received_on=day,
        place_of_business=business,
        domicile=operator if trade is Trade.OWN_SITE else None,
        platform_domicile=operator,
        publisher_place=region("publisher_region"),
        place_of_conduct=region("conduct_region"),
        merchant_reachable=not answers.get("unreachable"),
        first_receiver=Party.objects.filter(key=filer).values_list("region", flat=True).first(),
    )


def place(matter: Matter, answers: Mapping[str, Any], day: date, filer: str) -> Placed:
    """The unit that a submission of this day goes to first.

    Where the rule decides and the place has such a unit, that one; else the highest unit that
    handles such cases, whose people see the candidates and pass it on.

    Raises:
        MachineError: ``complaints.nobody``: no unit handles such cases.
    """
    routing = routed(matter, answers, day, filer)
    units = handling_units(HANDLES[matter])
    if routing.place is not None:
        view = region_tree().as_of(day)
        for key in view.ancestors(routing.place):
            if key in units:
                return Placed(routing.place, units[key], routing)
    if not units:
        raise _nobody(filer)
    region = highest(units, day)
    return Placed(region, units[region], routing)


def _nobody(filer: str) -> MachineError:
    """Said to the public in its own words, and to staff with what an administrator can do."""
    if filer == PUBLIC:
        return MachineError(
            "complaints.nobody",
            _("这里还没有开通网上受理，暂时不能提交。"),
            _("请拨打 12315，或到当地市场监督管理部门反映。"),
        )
    return MachineError(
        "complaints.nobody",
        _("还没有单位办理这类事项，暂时不能登记。"),
        _("请管理员给办理单位的人员授予 complaint_clerk 或 report_officer 角色。"),
    )


def routed(matter: Matter, answers: Mapping[str, Any], day: date, filer: str) -> Routing:
    """What the rule says of a form's answers on a day."""
    return route(facts_of(matter, answers, day, filer), region_tree().as_of(day))


def place_of_report(facts: CaseFacts) -> tuple[str, str]:
    """Region and unit at which the report of a mixed submission begins.

    Where nobody handles reports it stays beside its complaint, so that it is not lost.
    """
    if not handling_units(HANDLES[Matter.REPORT]):
        return facts.region, facts.unit
    answers = {**facts.answers, **facts.given}
    placed = place(Matter.REPORT, answers, facts.received_on, facts.filer)
    return placed.region, placed.unit


def handling_units(right: str) -> dict[str, str]:
    """By region, the unit whose people hold a right: the first by key where there are several."""
    roles = {role for role, rights in ROLES.items() if right in rights}
    people = User.objects.filter(is_active=True, party__kind=UNIT, party__region__isnull=False)
    found: dict[str, str] = {}
    for held, region, unit in people.order_by("-party__key").values_list(
        "roles", "party__region", "party__key"
    ):
        if roles.intersection(held):
            found[str(region)] = unit
    return found


def highest(regions: Mapping[str, str], day: date) -> str:
    """Of regions the one with the fewest above it, the first by key."""
    view = region_tree().as_of(day)
    return min(regions, key=lambda region: (len(view.ancestors(region)), region))


def unit_of(region: str, matter: Matter) -> Party | None:
    """The unit that handles such cases of exactly this region."""
    key = handling_units(HANDLES[matter]).get(region)
    return Party.objects.filter(key=key).first() if key else None
