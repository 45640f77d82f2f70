"""Grounds on which a complaint is not accepted, and what the facts say about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhiheng.complaints.limits import RULES
from zhiheng.office.words import _


class Ground(StrEnum):
    """The grounds of order 20, article 15; order 121 keeps them in substance."""

    NOT_OURS = "not_ours"
    HANDLED_ELSEWHERE = "handled_elsewhere"
    NOT_CONSUMPTION = "not_consumption"
    TOO_LATE = "too_late"
    MATERIAL_MISSING = "material_missing"
    OTHER_LAW = "other_law"


@dataclass(frozen=True)
class Complaint:
    """What the question of acceptance asks about; None where nobody knows yet."""

    received_on: date
    known_on: date | None = None
    ours: bool | None = None
    handled_elsewhere: bool | None = None
    for_living: bool | None = None
    has_contact: bool | None = None
    has_respondent: bool | None = None
    has_claim: bool | None = None


@dataclass(frozen=True)
class Found:
    """A ground; ``reason`` says what its title leaves open, ``sure`` that the facts settle it."""

    ground: Ground
    reason: str
    sure: bool


TITLES: dict[Ground, tuple[str, str]] = {
    Ground.NOT_OURS: ("不属于本部门职责或管辖", "Outside of this department's duty or area"),
    Ground.HANDLED_ELSEWHERE: (
        "已经受理或者已被有关机关、组织处理",
        "Accepted or handled by another authority or body already",
    ),
    Ground.NOT_CONSUMPTION: (
        "不是为生活消费，或不能证明有消费争议",
        "Not for living consumption, or no dispute is shown",
    ),
    Ground.TOO_LATE: ("知道权益受损后超过规定年限", "Too many years since the harm was known"),
    Ground.MATERIAL_MISSING: ("缺少必要材料", "Necessary material is missing"),
    Ground.OTHER_LAW: ("法律、法规、规章规定的其他情形", "Another case that a law names"),
}


def grounds(complaint: Complaint) -> list[Found]:
    """The grounds that the facts support, for a person to decide on; none is ever applied alone.

    What is unknown supports nothing.
    """
    found = []
    if complaint.ours is False:
        found.append(Found(Ground.NOT_OURS, "", True))
    if complaint.handled_elsewhere:
        found.append(Found(Ground.HANDLED_ELSEWHERE, "", True))
    if complaint.for_living is False:
        found.append(Found(Ground.NOT_CONSUMPTION, "", True))
    if complaint.known_on is not None:
        years = RULES.value("complaint.known_years", complaint.received_on)
        last = _years_after(complaint.known_on, years)
        if complaint.received_on > last:
            said = _(
                "{known} 知道权益受损，{received} 才投诉，超过 {years} 年（至 {last}）",
                known=complaint.known_on,
                received=complaint.received_on,
                years=years,
                last=last,
            )
            found.append(Found(Ground.TOO_LATE, said, True))
    if missing := _missing(complaint):
        said = _("缺少：{missing}；可先请投诉人补正", missing="、".join(missing))
        found.append(Found(Ground.MATERIAL_MISSING, said, False))
    return found


def _missing(complaint: Complaint) -> Sequence[str]:
    asked = (
        (complaint.has_contact, _("投诉人姓名和联系方式")),
        (complaint.has_respondent, _("被投诉人名称和地址")),
        (complaint.has_claim, _("投诉请求和消费争议事实")),
    )
    return [word for given, word in asked if given is False]


def _years_after(day: date, years: int) -> date:
    """The same day of the year, years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
