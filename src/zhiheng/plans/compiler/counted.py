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


def counted(
    said: Memory, segment: Segment, boundary: int, run: list[Quantity], after: Quantity | None
) -> Iterator[Promise]:
    """A verb, a count, what is counted."""
    q = run[-1]
    stop = after.start if after else segment.end
    noun = phrases.bare(said.text[q.end : stop])
    verb = _verb(said, boundary, q)
    if len(noun) < 2 or verb is None:
        return
    if is_structure(said.text, q, noun):
        said.counted_until = said.finish(stop)
        return
    lead = lead_before(said.text, q.start, boundary, damaged=q.damaged)
    goes_on = verb == q.start and said.counted_until >= 0
    if not goes_on:
        said.context = phrases.clean(said.text, boundary, verb, said.marks)
    metric = noun if len(said.context) < 4 else f"{said.context}{noun}"
    end = said.finish(stop)
    said.metric, said.counted_until = metric, end
    start = verb if goes_on else said.begin(boundary, verb)
    op = operator(lead, q, metric) if lead.roles else operator(Lead(q.start, ()), q, metric)
    if op in {"increase_by", "decrease_by", "="}:
        op = ">="
    yield Promise(start, end, q, metric, op)


def _verb(said: Memory, boundary: int, q: Quantity) -> int | None:
    """Where the verb that governs a count begins; a list goes on under the verb before it."""
    before = said.text[boundary : q.start]
    if found := pattern(
        r"(?:{make}[和、或并及]?)*{make}(?:了|好|出|一批)?"
        r"(?:全[国省市县区]|约|近|超过|至少|不少于|不低于|突破|达到|逾|超|总数|各|力争|在|先在)*$"
    ).search(before):
        return boundary + found.start()
    if found := re.search(r"(?:至少|不少于)(?:建?有|设有|配[备有])$", before):
        return boundary + found.start()
    rest = said.text[q.end : q.end + 30]
    if (found := re.search(r"(?:先)?(?:在|选择|选取)$", before)) and pattern("{pilots}").search(
        rest
    ):
        return boundary + found.start()
    if pattern("^[^的,;]{2,20}?(?:{act}|{make})").match(rest) and (
        found := re.search(r"(?:为|服务|惠及|帮助|助力|面向)$", before)
    ):
        return boundary + found.start()
    if (
        said.counted_until >= 0
        and boundary >= said.counted_until
        and re.fullmatch(r"[、和及与,]|以及|", before)
    ):
        return q.start
    return None
