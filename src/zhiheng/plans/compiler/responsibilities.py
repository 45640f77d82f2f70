"""Who does it: in brackets, after a label, in the sentence, and in lists of duties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhiheng.plans.compiler.bodies import is_body, split_bodies
from zhiheng.plans.compiler.clauses import Place
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.model import Responsibility
from zhiheng.plans.compiler.sentences import Sentence, compact

_OPEN = {"(": ")", "〔": "〕", "【": "】", "[": "]"}
_LONGEST = 600  # signs of one statement
_INLINE = re.compile(r"(?:^|[,;:。：；])(?:由)?")


@dataclass(frozen=True)
class _Said:
    """A statement within a block without blanks."""

    start: int
    end: int
    lead: tuple[str, ...]
    support: tuple[str, ...]


def read_responsibilities(text: str, canon: str, places: list[Place]) -> tuple[Responsibility, ...]:
    """All statements of who is responsible, in order.

    Nobody singled out means that all lead; whoever stands beside a leader takes part.
    """
    found = []
    for place in places:
        block = place.block
        whole = compact(canon, block.start, block.end)
        for said in _statements(whole, block.body - block.start):
            a, b = whole.span(said.start, said.end)
            clause = place.node.id if place.node is not None else None
            found.append(Responsibility(text[a:b], a, b, said.lead, said.support, clause))
    return tuple(found)


def _statements(whole: Sentence, body: int) -> Iterator[_Said]:
    text = whole.text
    taken: list[tuple[int, int]] = []
    for kind in (_in_brackets(text), _after_labels(text), _in_sentences(text), _as_duties(text)):
        for said in kind:
            if not any(a < said.end and said.start < b for a, b in taken):
                taken.append((said.start, said.end))
                yield said


def _in_brackets(text: str) -> Iterator[_Said]:
    """（市发展改革委牵头，各区政府配合）, also bare names at the end of a part."""
    i = 0
    while i < len(text):
        closing = _OPEN.get(text[i])
        if closing is None:
            i += 1
            continue
        end = _matching(text, i, closing)
        if end < 0:
            i += 1
            continue
        content = text[i + 1 : end]
        at_end = end + 1 == len(text) or text[end + 1] in "。;\n" or text[i - 1 : i] in "。;"
        if roles := _roles(content, bare=at_end):
            yield _Said(i, end + 1, *roles)
        i = end + 1


def _after_labels(text: str) -> Iterator[_Said]:
    """责任单位：甲、乙；配合单位：丙, to the full stop."""
    labels = pattern(r"(?:{bodies.labels_lead}|{bodies.labels_all}|{bodies.labels_support})[:：|]")
    at = 0
    while found := labels.search(text, at):
        stop = re.compile(r"[。|(]|$").search(text, found.end())
        end = stop.start() if stop else len(text)
        while (following := labels.search(text, end)) and following.start() == end:
            stop = re.compile(r"[。|(]|$").search(text, following.end())
            end = stop.start() if stop else len(text)
        content = text[found.start() : min(end, found.start() + _LONGEST)]
        if roles := _roles(content, bare=False):
            yield _Said(found.start(), found.start() + len(content), *roles)
        at = max(end, found.end())


def _in_sentences(text: str) -> Iterator[_Said]:
    """市质监局、市建委分别牵头产品、工程质量: bodies that lead, within a sentence."""
    begin = 0
    for found in re.finditer(r"牵头", text):
        begin = max(text.rfind(sign, 0, found.start()) for sign in "。;:,") + 1
        names = text[begin : found.start()]
        names = re.sub(r"(?:分别|共同|负责|联合|总)+$", "", re.sub(r"^由", "", names))
        bodies = split_bodies(names)
        if not bodies or not all(map(is_body, bodies)):
            continue
        stop = re.compile(r"[,，。;；]|$").search(text, found.end())
        end = stop.start() if stop else len(text)
        support: list[str] = []
        if re.match(r"牵头[,，]", text[found.start() :]):
            rest = re.compile(r"[。;；]|$").search(text, end + 1)
            tail = text[end + 1 : rest.start() if rest else len(text)]
            if roles := _roles("牵头," + tail, bare=False):
                support, end = [*roles[0], *roles[1]], end + 1 + len(tail)
        yield _Said(begin, end, tuple(bodies), tuple(support))


def _as_duties(text: str) -> Iterator[_Said]:
    """——质监部门要……: a list of duties, a body an item."""
    found = re.match(
        r"[—―─-]{2,}([^,。;:：]{2,60}?)(?:要(?!求|素|害)|负责|应当|应(?!急|用|对))", text
    )
    if found is None:
        return
    bodies = split_bodies(found[1])
    generic = re.compile(r"各|有关|相关")
    short = re.search(r"等(?:部门|单位)$", found[1]) is not None
    known = all(_may_be_named(name) if short else is_body(name) for name in bodies)
    if bodies and known and not any(map(generic.search, bodies)):
        yield _Said(0, len(text), tuple(bodies), ())


def _roles(content: str, *, bare: bool) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Lead and support of a statement, None if it is none.

    Args:
        bare: names alone, without a word of responsibility, are enough.
    """
    if len(content) > _LONGEST:
        return None
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
            if names and not all(_may_be_named(name) for name in names):
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
        named = all(map(is_body, share)) and (len(share) > 1 or len(share[0]) >= 4)
        if not (bare and named):
            return None
    if not lead:
        return tuple(dict.fromkeys(share or support)), tuple(support if share else [])
    return tuple(dict.fromkeys(lead)), tuple(dict.fromkeys([*support, *share]))


def _tokens() -> re.Pattern[str]:
    return pattern(
        r"((?:{bodies.labels_lead}|{bodies.labels_all}|{bodies.labels_support})[:：|]"
        r"|(?:负责|总|共同|分别|联合)?{bodies.lead}(?:负责|落实|组织|实施|推进)?"
        r"|会同|(?:共同|分别|积极)?{bodies.support}(?:落实|单位|做好)?"
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


def _may_be_named(name: str) -> bool:
    """A body, or a short name without its last word, as lists abbreviate them."""
    return is_body(name) or (
        re.fullmatch(r"[\u4e00-\u9fff()]{2,14}", name) is not None
        and not re.search(r"[的了]|以下|包括|例如|除外|含|指|见|其中|不少于", name)
    )


def _matching(text: str, at: int, closing: str) -> int:
    depth = 0
    for i in range(at, min(len(text), at + _LONGEST)):
        if text[i] == text[at]:
            depth += 1
        elif text[i] == closing:
            depth -= 1
            if depth == 0:
                return i
    return -1
