"""Counts before what is counted: 培育30户龙头企业, and the lists that go on under the verb."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiheng.plans.compiler import phrases
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.memory import Memory, Promise
from zhiheng.plans.compiler.operators import Lead, lead_before, operator
from zhiheng.plans.compiler.quantities import Quantity
from zhiheng.plans.compiler.segments import Segment, is_structure

# 培育100个以上基础好，满意度高的示范区: what is counted stands behind all that is asked of it.
_LONG = re.compile(
    r"[^,;。的\d%]{2,30}[高好强优大多全][、,][^;。\d%]{2,80}的(?P<noun>[^,;。的]{2,20})(?:$|[。;])"
)
_FIRST = re.compile(r"(?:全[国省市县区])?(?:首批|新增?|再有?|又有|另有)?")
_DONE = re.compile(
    r"(?P<noun>[^,;的]{2,24}?)(?:全[面部]|基本)?(?:建成(?:投[用产]|使用)?|投入使用|完工|竣工|开工(?:建设)?|通过验收|达标|投产)(?:$|[,;。])"
)


def counted(
    said: Memory, segment: Segment, boundary: int, run: list[Quantity], after: Quantity | None
) -> Iterator[Promise]:
    """A verb, a count, what is counted."""
    q = run[-1]
    stop = _noun_end(said.text, q, after) if after else segment.end
    noun = phrases.bare(said.text[q.end : stop])
    if after is None:
        noun = _alone(said.text, boundary, q) or noun
    verb = _verb(said, boundary, q)
    if len(noun) < 2 or phrases.says_nothing(noun) or verb is None:
        return
    if is_structure(said.text, q, noun):
        said.counted_until = said.finish(stop)
        return
    lead = lead_before(said.text, q.start, boundary, damaged=q.damaged)
    goes_on = verb == q.start and said.counted_until >= 0
    if not goes_on:
        before = phrases.clean(said.text, boundary, verb, said.marks)
        said.context = re.sub(r"(?:至少|最少|应当?|需|须|均|要)+$", "", before)
    metric = noun if len(said.context) < 4 else f"{said.context}{noun}"
    end = said.finish(stop)
    said.metric, said.counted_until = metric, end
    start = verb if goes_on else said.begin(boundary, verb)
    op = operator(lead, q, metric) if lead.roles else operator(Lead(q.start, ()), q, metric)
    if op in {"increase_by", "decrease_by", "="}:
        op = ">="
    yield Promise(start, end, q, metric, op)


def _alone(text: str, boundary: int, q: Quantity) -> str | None:
    """What the only figure of a piece counts, where more than a noun stands behind it."""
    if found := _LONG.match(text, q.end):
        return found["noun"]
    if _FIRST.fullmatch(text[boundary : q.start]) and (found := _DONE.match(text, q.end)):
        return found["noun"]
    return None


def _noun_end(text: str, q: Quantity, after: Quantity) -> int:
    """Before the next figure, or before its own metric: 15个商圈、应用场景不少于250个."""
    comma = text.rfind("、", q.end, after.start)
    alone = after.start - comma > 3 and text[after.start - 1] not in "和及与"
    return comma if comma > q.end and alone else after.start


def _verb(said: Memory, boundary: int, q: Quantity) -> int | None:
    """Where the verb that governs a count begins; a list goes on under the verb before it."""
    before = said.text[boundary : q.start]
    if found := pattern(
        r"(?:{make}[和、或并及]?)*{make}(?:好|出|一批)?"
        r"(?:[^,;、的\d]{1,6}[区市县镇乡])?(?:全[国省市县区]|约|近|超过|至少|不少于|不低于|突破|达到|逾|超|总数|各|力争|在|先在)*$"
    ).search(before):
        return boundary + found.start()
    if found := re.search(r"(?:至少|不少于)(?:建?有|设有|配[备有])$", before):
        return boundary + found.start()
    rest = said.text[q.end : q.end + 30]
    if (found := re.search(r"(?:先)?(?:在|选择|选取)$", before)) and pattern("{pilots}").search(
        rest
    ):
        return boundary + found.start()
    if pattern("^[^,;]{2,30}?(?:{act}|{make})").match(rest) and (
        found := re.search(r"(?:为|服务|惠及|帮助|助力|面向)$", before)
    ):
        return boundary + found.start()
    # 首批100个示范社区全面建成: the verb stands behind.
    if _FIRST.fullmatch(before) and _DONE.match(rest):
        return boundary
    if (
        said.counted_until >= 0
        and boundary >= said.counted_until
        and re.fullmatch(r"[、和及与,]|以及|", before)
    ):
        return q.start
    return None
