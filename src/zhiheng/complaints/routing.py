"""Which authority is competent for a complaint or a report, and why (methods of order 20 and 121).

What the facts at hand do not decide is not guessed: the answer is then a list of candidates with
what is missing, for a person to choose from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zhiheng.complaints.limits import RULES
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.rules.parameters import Trace

COUNTY_LEVELS = ("district", "unit")
"""Levels at which an authority handles cases itself; a development zone's is one of them."""


class Matter(StrEnum):
    """The two objects that a submission may hold."""

    COMPLAINT = "complaint"
    REPORT = "report"


class Trade(StrEnum):
    """How the business was done, as far as it decides who is competent."""

    OFFLINE = "offline"
    OWN_SITE = "own_site"
    PLATFORM = "platform"
    MERCHANT_ON_PLATFORM = "merchant_on_platform"
    ADVERTISEMENT = "advertisement"


@dataclass(frozen=True)
class Facts:
    """What is known about a case; every place is a region key or None where unknown.

    Attributes:
        received_on: the day that decides which version of the law holds.
        merchant_reachable: False where no valid address is on the platform, or nobody is there.
        first_receiver: the place of the authority that received the case first.
    """

    matter: Matter
    trade: Trade
    received_on: date
    place_of_business: str | None = None
    domicile: str | None = None
    platform_domicile: str | None = None
    publisher_place: str | None = None
    place_of_conduct: str | None = None
    merchant_reachable: bool = True
    first_receiver: str | None = None


@dataclass(frozen=True)
class Routing:
    """The answer: one competent place, or candidates for a person to decide among.

    Attributes:
        place: region key of the competent authority; None where a person must decide.
        candidates: region keys that may be competent; the competent one alone where decided.
        reason: in words.
        sources: the dated rules that were used, as `Trace.plain` gives them.
    """

    place: str | None
    candidates: tuple[str, ...]
    reason: str
    sources: tuple[Mapping[str, object], ...]

    @property
    def decided(self) -> bool:
        return self.place is not None


def route(facts: Facts, view: TreeView) -> Routing:
    """Who is competent on the day of receipt.

    Args:
        view: the regions as of that day; places below the county level are led up to it.
    """
    trace = Trace()
    places, reason = _competent(facts, trace)
    keys = tuple(dict.fromkeys(filter(None, (_county(place, view) for place in places))))
    sources = tuple(trace.plain())
    if len(keys) == 1:
        return Routing(keys[0], keys, reason, sources)
    if not keys:
        return Routing(None, (), _("{reason}；所需的地点不明。", reason=reason), sources)
    first = _county(facts.first_receiver, view)
    if first in keys:
        why = _("{reason}；几个部门都有权处理，由最先收到的处理。", reason=reason)
        return Routing(first, keys, why, sources)
    why = _("{reason}；几个部门都有权处理，须由人选定。", reason=reason)
    return Routing(None, keys, why, sources)


def _competent(facts: Facts, trace: Trace) -> tuple[list[str | None], str]:
    """The places that the rule names, and the rule in words."""
    if facts.trade in {Trade.PLATFORM, Trade.OWN_SITE}:
        own = facts.platform_domicile if facts.trade is Trade.PLATFORM else facts.domicile
        return [own], _("电子商务平台和自建网站的经营者，由其住所地处理")
    if facts.trade is Trade.MERCHANT_ON_PLATFORM:
        return _on_platform(facts, trace)
    if facts.trade is Trade.ADVERTISEMENT and facts.matter is Matter.REPORT:
        rule = RULES.value("routing.advertisement", facts.received_on, trace)
        if rule == "publisher_place":
            return [facts.publisher_place], _("广告违法行为由广告发布者所在地处理")
    if facts.matter is Matter.REPORT:
        conduct = facts.place_of_conduct or facts.place_of_business
        return [conduct], _("举报由违法行为发生地处理")
    where = facts.place_of_business or facts.domicile
    return [where], _("投诉由被投诉人实际经营地或住所地处理")


def _on_platform(facts: Facts, trace: Trace) -> tuple[list[str | None], str]:
    actual, platform = facts.place_of_business, facts.platform_domicile
    if not facts.merchant_reachable:
        rule = RULES.value("routing.merchant_unreachable", facts.received_on, trace)
        if rule == "platform_domicile":
            return [platform], _("平台内经营者没有有效地址或联系不上，由平台住所地处理")
    if facts.matter is Matter.COMPLAINT:
        return [actual, platform], _("对平台内经营者的投诉由其实际经营地或平台住所地处理")
    reason = _("对平台内经营者的举报由其实际经营地处理，平台住所地先收到的由平台住所地处理")
    if platform is not None and facts.first_receiver == platform:
        return [platform], reason
    return [actual], reason


def settle_dispute(one: str, other: str, view: TreeView) -> str | None:
    """The nearest authority above both, which names the competent one where they cannot agree.

    Returns:
        A region key, or None where the two share no superior in the tree.
    """
    above = view.ancestors(other)[1:]
    return next((key for key in view.ancestors(one)[1:] if key in above), None)


def _county(place: str | None, view: TreeView) -> str | None:
    """The county-level place that a place lies in; a place above that level is none.

    A zone inside a district has an authority of its own, so the nearest one counts.
    """
    if place is None:
        return None
    return next((v.key for v in view.lineage(place) if v.level in COUNTY_LEVELS), None)
