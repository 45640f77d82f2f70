"""What else must hold for a step of a complaint or a report; each answer is in words."""

from __future__ import annotations

from zhiheng.complaints.limits import RULES
from zhiheng.office.words import _
from zhiheng.procedures.parts import Facts


def joint_complaint_is_sound(facts: Facts) -> str | None:
    """Several complainants name their representatives, no more than the rule allows."""
    persons = facts.given.get("persons") or 1
    representatives = facts.given.get("representatives") or 0
    rule = RULES.value("complaint.joint", facts.received_on)
    if persons < rule["least"]:
        return _("一个人投诉不需要代表。") if representatives else None
    if 1 <= representatives <= rule["most_representatives"]:
        return None
    return _(
        "共同投诉应推选 1 至 {most} 名代表，现为 {given} 名。",
        most=rule["most_representatives"],
        given=representatives,
    )


def not_delegated_before(facts: Facts) -> str | None:
    """Who mediates on behalf of an authority may not pass it on."""
    return _("已经委托过调解，不得转委托。") if "delegate" in facts.taken else None


def under_own_name(facts: Facts) -> str | None:
    if facts.answers.get("real_name"):
        return None
    return _("不是实名举报，没有告知对象；请用“办结”。")


def anonymous(facts: Facts) -> str | None:
    return _("实名举报须告知举报人。") if facts.answers.get("real_name") else None


def mixed(facts: Facts) -> bool:
    """The submission holds a report beside the complaint."""
    return bool(facts.given.get("also_report"))


def known_firm(facts: Facts) -> str | None:
    """The register has the firm; the one guard that asks the record."""
    from zhiheng.subjects.models import Organisation

    firm: int = facts.given["firm"]
    if Organisation.objects.filter(id=firm).exists():
        return None
    return _("登记名录里没有编号为 {firm} 的主体。", firm=firm)


def follow_up_is_a_duty(facts: Facts) -> str | None:
    if RULES.value("complaint.follow_up", facts.received_on):
        return None
    return _("{day} 收到的投诉不适用回访的规定。", day=facts.received_on)


def repeats_need_no_handling(facts: Facts) -> str | None:
    if RULES.value("report.repeat_not_handled", facts.received_on):
        return None
    return _("{day} 收到的举报不适用重复举报不再处理的规定。", day=facts.received_on)


def verified(facts: Facts) -> str | None:
    return None if "verify" in facts.taken else _("还没有核查记录，不能决定是否立案。")


def not_extended_before(facts: Facts) -> str | None:
    return _("核查期限只能延长一次。") if "extend" in facts.taken else None
