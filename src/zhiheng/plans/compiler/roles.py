"""Who leads and who takes part, out of one statement."""

from __future__ import annotations

import re

from zhiheng.plans.compiler.bodies import is_body, split_bodies
from zhiheng.plans.compiler.lexicon import any_of, pattern

LONGEST = 600
"""Signs of one statement."""
# 牵头部门：甲，乙、丙参与.
_LED_AND_JOINED = re.compile(
    r"(?:牵头|主办)(?:单位|部门):([^,;:]{2,40}),([^;:]{2,200}?)等?(?:参与|参加|配合|协助)(?:落实|实施)?"
)
# Alone in brackets these explain the words before, they charge nobody.
_SHORTEST = re.compile(r".{4,}|..[科局委厅署]")
_EXPLAINS = re.compile(r"(?:中心|站|所|公司|组织|企业|机构|社|队|集团|园区|学校|学院)$")
# What a statement says of those that follow it: 以下均需……负责，不再列出.
_NOTE = re.compile(r"[,。;](?:以?下同|以下(?:均|各|不再|除)[^。]*|不再(?:一一|逐一|逐项)?列出)。?$")
_CONCERNS = re.compile(r"[,。;](?:具体|以上|各项)?任务(?:均)?涉及[^。]*(?:。|$)")
_PERSONS = re.compile(r"(?:责任领导|分管领导|牵头领导|责任人|联系人):[^;,。]*[;,。]?")
# 列第一位的为牵头单位: whoever is named first leads; 下同 says so of all that follow.
FIRST_LEADS = re.compile(
    r"[,;。]?(?:排名?|排列|位列|列)?(?:在|于)?(?:第一位?|首位|最前面?)(?:的)?(?:单位|部门)?[为是系]?"
    r"(?:牵头|主要责任|第一责任|主责)(?:责任)?(?:单位|部门)?(?:[,;。]?以?下同)?"
)


def roles(content: str, *, bare: bool) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Lead and support of a statement, None if it is none.

    Args:
        bare: names alone, without a word of responsibility, are enough.
    """
    if len(content) > LONGEST:
        return None
    content = _NOTE.sub("", _CONCERNS.sub("", _PERSONS.sub("", content)))
    content = re.sub(r"\(((?:牵头|主办)(?:单位|部门)?)\)", r"\1", content)
    content = _without_dates(FIRST_LEADS.sub("", content))
    if found := _LED_AND_JOINED.fullmatch(content):
        lead_names, others = split_bodies(found[1]), split_bodies(found[2])
        if all(map(is_body, [*lead_names, *others])):
            return tuple(lead_names), tuple(others)
    lead: list[str] = []
    support: list[str] = []
    share: list[str] = []
    into: list[str] | None = None
    pending: list[str] = []
    said_role = False
    for token in _tokens().split(content):
        role = _role(token)
        if role is None:
            names = [
                name
                for name in split_bodies(token)
                if name not in {"按职责", "分工", "共同", "分别"}
            ]
            if names and not all(may_be_named(name) for name in names):
                return None
            pending += names
            continue
        said_role = True
        if role in {"label_lead", "label_all", "label_support", "with"}:
            before = into if into is not None else share
            if role == "with":
                (before if into is not None else lead).extend(pending)
            else:
                before.extend(pending)
            into = {"label_lead": lead, "label_all": share}.get(role, support)
        elif role == "lead":
            lead += pending
            into = share if into is not None else None
        elif role == "support":
            support += pending
        else:
            (into if into is not None else share).extend(pending)
        pending = []
    (into if into is not None else share).extend(pending)
    if not (lead or support or share):
        return None
    if not said_role:
        only = share[0] if len(share) == 1 else ""
        alone = only and (not _SHORTEST.fullmatch(only) or _EXPLAINS.search(only))
        named = all(map(is_body, share)) and not alone
        if not (bare and named):
            return None
    if not lead:
        return tuple(dict.fromkeys(share or support)), tuple(support if share else [])
    return tuple(dict.fromkeys(lead)), tuple(dict.fromkeys([*support, *share]))


def _without_dates(content: str) -> str:
    """Without pieces that say until when: 持续推进, 2025年底前完成, 完成时限：长期."""
    pieces = re.split(r"([,;])", content)
    kept = [
        piece
        for piece in pieces
        if not re.search(
            r"\d年|\d月|完成时限|完成时间|时限[:：]|时间[:：]|^(?:持续|长期|常年|全年|年底前|年内|年度内|立即|适时|即时)",
            piece,
        )
    ]
    return re.sub(r"^[,;]+|[,;]+$", "", "".join(kept))


def _tokens() -> re.Pattern[str]:
    return pattern(
        r"((?:{bodies.labels_lead}|{bodies.labels_all}|{bodies.labels_support})[:：|]"
        r"|(?:负责|总|共同|分别|联合)?{bodies.lead}(?:负责|落实|组织|实施|推进)?"
        r"|会同|(?:共同|分别|积极)?{bodies.support}(?:落实|单位|做好|推进|实施|抓好)?"
        r"|(?:等)?(?:按照?|依)(?:各自)?职[责能](?:和?分工|权限)?(?:分别|共同)?(?:负责|落实|组织实施)?"
        r"|(?:等)?(?:分别|分工|共同|具体|各)?(?:负责|抓好)(?:落实|组织|实施)?|组织实施|组织落实)"
    )


def _role(token: str) -> str | None:
    if not token:
        return None
    if token[-1] in ":：|":
        name = token[:-1]
        for role in ("labels_lead", "labels_all", "labels_support"):
            if re.fullmatch(any_of(f"bodies.{role}"), name):
                return role.replace("labels", "label")
        return None
    if token == "会同":
        return "with"
    if not _tokens().fullmatch(token):
        return None
    if pattern("{bodies.lead}").search(token):
        return "lead"
    return "support" if pattern("^(?:共同|分别|积极)?{bodies.support}").match(token) else "share"


def may_be_named(name: str) -> bool:
    """A body, or a short name without its last word, as lists abbreviate them."""
    return is_body(name) or (
        re.fullmatch(r"[\u4e00-\u9fff()]{2,14}", name) is not None
        and not re.search(r"[的了]|以下|包括|例如|除外|含|指|见|其中|不少于", name)
    )
