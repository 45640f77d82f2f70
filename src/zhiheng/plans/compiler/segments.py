"""A sentence cut at commas, with the figures of each piece and what the grammar asks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.plans.compiler.canon import LOST
from zhiheng.plans.compiler.lexicon import pattern, words
from zhiheng.plans.compiler.quantities import Quantity
from zhiheng.plans.compiler.sentences import Sentence

_STOP = re.compile(rf"[,，;；:：。！!|]|[—―]{{2,}}|{LOST}(?=[A-Z])")
# Before a share these say of whom it is a share, or that it is promised.
_OF_ALL = re.compile(
    r"[到至]?(?:19|20)\d\d年[底末]?前?|全[国省市州县区旗]|辖区内?|力争|确保|推动|实现|有|约|近|超过"
)
_COVERS = re.compile(r"(?:覆盖|惠及)(?:到|了|超过|约|近|全[国省市县])*$")
_JOIN = re.compile(r"[、和及与或]|以及")
MOST_PARTS = 60
"""No document numbers more parts of its own than this."""


@dataclass(frozen=True)
class Segment:
    """The text between two commas; offsets within the sentence."""

    start: int
    end: int
    quantities: tuple[Quantity, ...]


def segments(sentence: Sentence, quantities: Sequence[Quantity]) -> list[Segment]:
    """Commas inside brackets and inside figures cut nothing."""
    found, begin = [], 0
    inside = sentence.depth[0] if sentence.depth else 0
    for m in _STOP.finditer(sentence.text):
        cut = m.start()
        if sentence.depth[cut] > inside or any(q.start < cut < q.end for q in quantities):
            continue
        if m[0] == LOST and not any(begin <= q.start < cut for q in quantities):
            continue
        found.append((begin, cut))
        begin = m.end()
    found.append((begin, len(sentence.text)))
    return [
        Segment(a, b, tuple(q for q in quantities if a <= q.start < b)) for a, b in found if a < b
    ]


def stops(text: str, q: Quantity, segment: Segment, following: Quantity | None) -> bool:
    """True if nothing that the figure could count stands after it."""
    rest = text[q.end : segment.end]
    if following is not None:
        rest = text[q.end : following.start]
    if not rest or rest[0] in f"、)”({LOST}" or _JOIN.match(rest):
        return True
    return (
        pattern(
            r"(?:并|且|同时|的{standing_aims}|{standing_aims}$|等$|等[,;]?$|等[多若几各一二三四五六七八九十\d]|[—―])"
        ).match(rest)
        is not None
    )


def is_threshold(text: str, q: Quantity, segment: Segment, following: Quantity | None) -> bool:
    """True of a figure that says which things are meant: 年收入超5亿元的企业, 50%节能标准."""
    rest = text[q.end : segment.end]
    # 对使用超过50年和材质落后的管网: one of several qualities.
    if text[segment.start] in "对凡将" and re.match(r"[和或及、][^,;。\d]{1,12}的", rest):
        return True
    if rest.startswith("的"):
        before = _OF_ALL.sub("", text[segment.start : q.start])
        opens = len(before) <= 1 or before[-1] in "省市县区乡镇村"
        opens = opens or re.search(r"[%成][^,;%]{1,14}[和及与、]$", before) is not None
        if q.is_share and opens and pattern("{act}").search(rest):
            return False
        if q.is_share and _COVERS.search(text, segment.start, q.start):
            return False
        return pattern("的{standing_aims}").match(rest) is None
    if q.is_share and pattern("(?:的)?{standards}").match(rest):
        return True
    named = rest[:1] and not re.match(rf"[、和及与或并且,;)({LOST}]|以及", rest)
    if following is None or not named:
        return False
    between = text[q.end : following.start]
    leads = "{before.increase}|{before.decrease}|{before.at_least}|{before.at_most}"
    if pattern(f"^(?:分别|均|都|各)?(?:{leads})").match(rest):
        return False
    if q.after is not None or not q.is_share:
        return q.after is not None or not q.is_count
    return pattern("^{act}").match(between) is None


def is_rule(text: str, segment: Segment, q: Quantity) -> bool:
    """True where a figure belongs to a rule to follow or to money handed out."""
    before = text[segment.start : q.start]
    whole = text[segment.start : segment.end]
    if pattern("{money_given}").search(whole) and q.unit.endswith("元"):
        return True
    if _is_ceiling(text, segment, q):
        return True
    opener = pattern("^{rule_openers}").match(before)
    return bool(opener and pattern("的?{rule_closers}").search(text[q.end : segment.end]))


def _is_ceiling(text: str, segment: Segment, q: Quantity) -> bool:
    """True of the ceiling of a grant: 贴息比例最高不超过五成，单户不超过二十万元."""
    if not (q.is_share or q.unit.endswith("元")):
        return False
    begin = segment.start if q.is_share else text.rfind(";", 0, q.start) + 1
    ceiling = re.search(r"(?:最高|上限|封顶|不超过|不得超过)[^,;]{0,4}$", text[: q.start])
    return ceiling is not None and pattern("{grants}").search(text[begin : q.start]) is not None


def is_structure(text: str, q: Quantity, noun: str) -> bool:
    """True of counts of the document's own parts: 五项工程, 三大任务, 四个领域."""
    if text.startswith("大", q.end):
        return True
    if noun.startswith("等"):
        return False
    if q.value is not None and q.value > MOST_PARTS:
        return False
    if re.match(r"[百千万]亿元?级", noun):
        return False
    if re.match(r"(?:重点|主要|关键)?(?:领域|方面|行业|环节|层面|阶段|步骤|台阶)", noun):
        return True
    if q.unit == "条" and "工程" in noun:
        return False
    unit = q.unit in words("structure_units")
    return (
        unit
        and pattern(r"^大?[^的]{0,8}?{structure}(?:$|[、和,的内中上开集])").match(noun) is not None
    )


def runs(text: str, found: Sequence[Quantity], i: int) -> int:
    """The index after the last figure that follows with nothing but a conjunction between."""
    j = i + 1
    while j < len(found) and re.fullmatch(
        r"[、和及与或,]|以及", text[found[j - 1].end : found[j].start]
    ):
        j += 1
    return j
