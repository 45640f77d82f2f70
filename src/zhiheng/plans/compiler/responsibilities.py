"""Who does it: in brackets, after a label, in the sentence, and in lists of duties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from zhiheng.plans.compiler.bodies import is_body, split_bodies
from zhiheng.plans.compiler.clauses import Place
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.model import Responsibility
from zhiheng.plans.compiler.roles import FIRST_LEADS, LONGEST, may_be_named, roles
from zhiheng.plans.compiler.sentences import Sentence, compact

_OPEN = {"(": ")", "〔": "〕", "【": "】", "[": "]"}
_OTHER_LABEL = re.compile(
    r"[。|]|\((?!牵头|主办|[^()]{1,6}\)[\u4e00-\u9fff])|[,;]?(?:完成|责任人|责任领导|分管|联系人|时限|进度|措施|落实|牵头领导|目标)[^,;:、]{0,6}:"
)
_ALL_SHARE = re.compile(r"牵头|分工|分别|共同|各负其责|配合")
# 由甲牵头，会同乙开展……: who joins the leader, up to what they do.
_WITH_OTHERS = re.compile(
    r",?会同([^,。;:]{2,60}?)(?=[,。;]|$|开展|制定|建立|组织|推进|负责|研究|加强|做好|落实|实施|完善)"
)
_NAMES = re.compile(r"((?:牵头|主办|责任|配合|协办|参与)(?:单位|部门))[为是](?=[\u4e00-\u9fff])")
_HELPS = re.compile(r"配合|协助|协办")
_SUPPORTED = re.compile(
    r"(?:^|(?<=[。;:,]))(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.]{1,2})?(?P<said>(?:[^。;:,由]{0,14}由)?(?P<lead>[^。;:,]{2,120}?)"
    r"(?:牵头负责|负责|承办|主办|牵头|主抓),(?P<support>[^。;:]{2,300}?)(?:共同|积极)?(?:配合|协助|协办))"
    r"(?=[,。;]|$)"
)
_LEFT_TO = re.compile(
    r"(?<=[。;:,])([^。;:,]{3,80}?)(?:(?:共同|分别|具体|牵头)?负责|主办|承办)(?=[,;。]|$)"
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class _Said:
    """A statement within a block without blanks."""

    start: int
    end: int
    lead: tuple[str, ...]
    support: tuple[str, ...]


def read_responsibilities(
    text: str, canon: str, places: list[Place], skipped: frozenset[int] = frozenset()
) -> tuple[Responsibility, ...]:
    """All statements of who is responsible, in order; blocks that begin at ``skipped`` left out.

    Nobody singled out means that all lead; whoever stands beside a leader takes part.
    """
    found = []
    stands = False
    for place, whole in _joined_labels(canon, [p for p in places if p.block.start not in skipped]):
        block = place.block
        note = FIRST_LEADS.search(whole.text)
        stands |= note is not None and (
            note[0].endswith("下同")
            or whole.text[note.end() :].startswith("。")
            or not whole.text[: note.start()].rpartition("(")[1]
        )
        for said in _statements(whole, block.body - block.start):
            a, b = whole.span(said.start, said.end)
            statement = whole.text[said.start : said.end]
            own = FIRST_LEADS.search(statement)
            if own or (stands and not _ALL_SHARE.search(statement)):
                said = _first_leading(said)
            clause = place.node.id if place.node is not None else None
            found.append(Responsibility(text[a:b], a, b, said.lead, said.support, clause))
    return tuple(found)


def _joined_labels(canon: str, places: list[Place]) -> Iterator[tuple[Place, Sentence]]:
    """The blocks; 牵头单位：…… is taken together with 责任单位：…… on the next line."""
    lead = pattern(r"^(?:{bodies.labels_lead}):[^。]+$")
    every = pattern(r"^(?:{bodies.labels_all}):[^。]+$")
    support = pattern(r"^(?:{bodies.labels_support}):[^。]+$")
    i = 0
    while i < len(places):
        place = places[i]
        whole = compact(canon, place.block.start, place.block.end)
        others = [support, every] if lead.match(whole.text) else [support]
        joins = lead.match(whole.text) or every.match(whole.text)
        while joins and i + 1 < len(places):
            block = places[i + 1].block
            following = compact(canon, block.start, block.end)
            if not any(other.match(following.text) for other in others):
                break
            whole = Sentence(whole.text + following.text, whole.at + following.at)
            i += 1
        yield place, whole
        i += 1


def _first_leading(said: _Said) -> _Said:
    """The statement with its first body as the leader, where none is singled out."""
    if said.support or len(said.lead) < 2:
        return said
    return replace(said, lead=said.lead[:1], support=said.lead[1:])


def named_in_columns(
    cells: Sequence[tuple[str, str]],
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Lead and support of a row's cells, each (text, head) with such a head as 责任单位."""
    said = (f"{head}:{re.sub(_BLANKS, '、', text.strip())}" for text, head in cells)
    return roles(";".join(said), bare=False)


def _statements(whole: Sentence, body: int) -> Iterator[_Said]:
    # 牵头部门为甲 says what 牵头部门：甲 says; the sign keeps every place.
    text = _NAMES.sub(r"\1:", whole.text)
    taken: list[tuple[int, int]] = []
    for kind in (
        *(_in_brackets, _after_labels, _supported, _in_sentences, _charged, _left_to, _as_duties),
    ):
        for said in kind(text):
            if not any(a < said.end and said.start < b for a, b in taken):
                taken.append((said.start, said.end))
                yield said


def _in_brackets(text: str) -> Iterator[_Said]:
    """（市发展改革委牵头，各区政府配合）, also bare names at the end of a part."""
    for start, end in _pairs(text):
        at_end = end + 1 == len(text) or text[end + 1] in "。;" or text[max(0, start - 1)] in "。;"
        if said := roles(text[start + 1 : end], bare=at_end):
            yield _Said(start, end + 1, *said)


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Outermost brackets of one kind, in order; those that nothing closes are passed over."""
    open_at: list[int] = []
    found: list[tuple[int, int]] = []
    for i, sign in enumerate(text):
        if sign in _OPEN:
            open_at.append(i)
        elif open_at and sign == _OPEN[text[open_at[-1]]]:
            start = open_at.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, i))
    return iter(found)


def _after_labels(text: str) -> Iterator[_Said]:
    """责任单位：甲、乙；配合单位：丙, to the full stop."""
    labels = pattern(r"(?:{bodies.labels_lead}|{bodies.labels_all}|{bodies.labels_support})[:：|]")
    at = 0
    while found := labels.search(text, at):
        end = _label_end(text, found.end())
        while (following := labels.match(text, end)) is not None:
            end = _label_end(text, following.end())
        content = text[found.start() : min(end, found.start() + LONGEST)]
        if said := roles(content, bare=False):
            yield _Said(found.start(), found.start() + len(content), *said)
        at = max(end, found.end())


def _label_end(text: str, at: int) -> int:
    """Where the names after a label end: at a full stop, a bar, or a label of another kind."""
    found = _OTHER_LABEL.search(text, at)
    return found.start() if found else len(text)


def _in_sentences(text: str) -> Iterator[_Said]:
    """市质监局、市建委分别牵头产品、工程质量: bodies that lead, within a sentence."""
    begin = 0
    for found in re.finditer(r"牵头", text):
        begin = max(text.rfind(sign, 0, found.start()) for sign in "。;:,|()") + 1
        names = text[begin : found.start()]
        if len(names) > LONGEST // 2:
            continue
        names = re.sub(r"(?:分别|共同|负责|联合|总)+$", "", re.sub(r"^[^由]{0,14}由", "", names))
        bodies = split_bodies(names)
        if not bodies or not all(map(is_body, bodies)):
            continue
        stop = re.compile(r"[,，。;；]|$").search(text, found.end())
        end = stop.start() if stop else len(text)
        support: list[str] = []
        if re.match(r"牵头[,，]", text[found.start() :]):
            rest = re.compile(r"[。;；]|$").search(text, end + 1)
            tail = text[end + 1 : rest.start() if rest else len(text)]
            if said := roles("牵头," + tail, bare=False):
                support, end = [*said[0], *said[1]], end + 1 + len(tail)
        if joined := _WITH_OTHERS.match(text, found.end()):
            others = split_bodies(joined[1])
            if all(map(is_body, others)):
                support, end = others, joined.end()
        yield _Said(begin, end, tuple(bodies), tuple(support))


def _supported(text: str) -> Iterator[_Said]:
    """甲负责，乙、丙配合，做好……: who is charged, and who helps."""
    for found in _SUPPORTED.finditer(text) if _HELPS.search(text) else ():
        lead, support = split_bodies(found["lead"]), split_bodies(found["support"])
        if lead and support and all(map(is_body, [*lead, *support])):
            yield _Said(found.start("said"), found.end(), tuple(lead), tuple(support))


def _charged(text: str) -> Iterator[_Said]:
    """由甲会同乙负责, 由甲承办、乙配合: bodies charged with something, within a sentence."""
    for found in re.finditer(
        r"(?:^|[,;:。])[^,;:。由]{0,14}由([^。;:]{2,80}?(?:(?:共同|分别|具体)?负责|承办|主办)"
        r"(?:,[^。;:,]{2,60}?(?:配合|参与|协助|协办))?)(?=[,。;]|$|组织|实施|落实)",
        text,
    ):
        if (said := roles(found[1], bare=True)) and all(map(is_body, [*said[0], *said[1]])):
            begin = found.start(1) - 1
            yield _Said(begin, found.end(), *said)


def _left_to(text: str) -> Iterator[_Said]:
    """……，甲、乙共同负责。: bodies in a clause of their own, with nothing after 负责."""
    for found in _LEFT_TO.finditer(text):
        bodies = split_bodies(found[1])
        if bodies and all(map(is_body, bodies)):
            yield _Said(found.start(), found.end(), tuple(bodies), ())


def _as_duties(text: str) -> Iterator[_Said]:
    """——质监部门要……: a list of duties, a body an item."""
    found = re.match(
        r"(?:[—―─-]{2,}|[(]?[一二三四五六七八九十\d]{1,3}[)、.]{1,2})([^,。;:]{2,60}?)"
        r"(?:要(?!求|素|害)|:?负责|应当|应(?!急|用|对))",
        text,
    )
    found = found or re.match(r"([^,。;:]{2,40}):(?:牵头|负责|承担|组织|指导)", text)
    if found is None:
        return
    bodies = split_bodies(found[1])
    generic = re.compile(r"各|有关|相关")
    short = re.search(r"等(?:部门|单位)$", found[1]) is not None
    known = all(may_be_named(name) if short else is_body(name) for name in bodies)
    if bodies and known and not any(map(generic.search, bodies)):
        yield _Said(0, len(text), tuple(bodies), ())
