"""Promises of another shape: a share that does something, a place, a way within minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from zhiheng.plans.compiler import phrases
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.memory import Memory, Promise
from zhiheng.plans.compiler.operators import Lead, operator
from zhiheng.plans.compiler.quantities import Quantity
from zhiheng.plans.compiler.segments import Segment

# 90%的乡镇和60%的社区建立……: both do the same.
_FIRST_OF_TWO = re.compile(r"的?([^,;的]{1,12})(?:和|及|与|、|以及)")
_STRIVES = re.compile(r"力争|争取|确保|努力|进入|跻身|挤进|迈入")


def share(
    said: Memory,
    segment: Segment,
    boundary: int,
    lead: Lead,
    phrase: str,
    q: Quantity,
    after: Quantity | None,
) -> Iterator[Promise]:
    """九成企业通过认证, 工程100%执行标准: a share of something does something."""
    stop = after.start if after else segment.end
    behind = said.text[q.end : stop]
    rest = phrases.bare(behind)
    if after is not None and after.is_share and (pair := _FIRST_OF_TWO.fullmatch(behind)):
        rest = pair[1] + _act_of(said.text[after.end : segment.end])
        if rest == pair[1]:
            return
    elif phrase.endswith("覆盖") and behind.startswith("的"):
        # 覆盖80%以上的大城市: the act stands before.
        rest = behind[1:]
    elif len(rest) < 2 or pattern("{act}").search(behind) is None:
        return
    if not phrase and pattern("^{act}").match(behind):
        # 其中90%以上达到国际先进水平: a share of what was named before.
        if not (said.metric and said.text.startswith("其中", segment.start)):
            return
        phrase, rest = said.metric, behind
    if pattern("{money_given}").search(said.text[segment.start : segment.end]):
        return
    said.metric = phrases.without_making(re.sub(r"中$|^有$", "", phrase)) + rest
    # 工业废水90%达标排放: the more do it, the better, whatever it is called.
    op = operator(lead if lead.compares else Lead(q.start, ()), q, "")
    start = said.begin(boundary, lead.start) if phrase else lead.start
    yield Promise(start, said.finish(stop), q, said.metric, op)


def _act_of(text: str) -> str:
    """What is done by the second of two shares, from its verb on."""
    found = pattern("{act}").search(text)
    return text[found.start() :] if found else ""


def ranked(
    said: Memory, segment: Segment, boundary: int, phrase: str, q: Quantity
) -> Iterator[Promise]:
    """满意度位居全国前五位: a place among others; told of the past unless a year is set."""
    name = phrase or said.metric or said.before
    dated = any(m.kind == "target" and m.start < q.start for m in said.marks)
    counted = any(other.start < q.start for other in segment.quantities)
    if len(name) < 2 or counted or not (dated or _STRIVES.search(said.text, 0, q.start + 2)):
        return
    yield Promise(said.begin(boundary, q.start), q.end, q, f"{name}排名", "<=")


def reached(said: Memory, segment: Segment, boundary: int, q: Quantity) -> Promise | None:
    """新城30分钟可达中心区: within so many minutes."""
    if not q.is_time:
        return None
    rest = said.text[q.end : segment.end]
    if not (found := pattern("^(?:之?内)?{reach}").match(rest)):
        return None
    phrase = phrases.clean(said.text, boundary, q.start, said.marks)
    if len(phrase) < 2:
        return None
    metric = f"{phrase}{rest[found.start() :]}时间"
    inside = replace(q, after="at_most")
    return Promise(said.begin(boundary, q.start), segment.end, inside, metric, "<=")
