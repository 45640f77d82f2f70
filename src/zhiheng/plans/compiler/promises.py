"""From a sentence to its promises: which figure is promised of what, and with which comparator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiheng.plans.compiler import phrases
from zhiheng.plans.compiler.counted import counted
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.memory import Memory, Promise, Unread
from zhiheng.plans.compiler.named import is_named, named
from zhiheng.plans.compiler.operators import Lead, lead_before
from zhiheng.plans.compiler.quantities import Quantity, masked, quantities, same_unit
from zhiheng.plans.compiler.segments import Segment, is_rule, is_threshold, runs, segments, stops
from zhiheng.plans.compiler.sentences import Sentence
from zhiheng.plans.compiler.shapes import ranked, reached, share
from zhiheng.plans.compiler.times import Mark

_BASELINE = re.compile(
    r"(?:(?<![理事])由|从(?![业事])|自(?![主来]))(?:[^,，]{0,12}的|[^,，的]{1,6})?$"
    r"|(?:(?<![占对环同])比|较)[^,，]{2,14}的$"
)
_RISES = pattern("[到至为]|{before.increase}|{before.decrease}")
_JOINED = re.compile(r"[、和或及]|以及")
_TREND = re.compile(
    r"(?:逐[年步]|明显|显著|大幅|稳步|持续|进一步|不断|有效|快速|较快|平稳|稳定|合理)+(?:下降|减少|降低|提[高升]|上升|增[长加])$"
    r"|实现[零负]增长$"
)


def read_promises(
    sentence: Sentence, marks: list[Mark], subject: str, metric: str = ""
) -> list[Promise | Unread]:
    """All promises of a sentence; baselines, thresholds and counts of structure left out.

    Args:
        subject: what the heading speaks of, for a metric that the sentence leaves bare.
        metric: what the sentence before spoke of, for one that names nothing (力争达到400个).
    """
    text = sentence.text
    found = quantities(masked(text, marks, sentence.depth))
    if not found:
        return []
    said = Memory(text, marks, subject, before=metric)
    read: list[Promise | Unread] = []
    for segment in segments(sentence, found):
        read += _segment(said, segment)
        _remember(said, segment)
    return read


def _segment(said: Memory, segment: Segment) -> Iterator[Promise | Unread]:
    """Figure after figure; one that is not promised may be a baseline, or part of a name."""
    figures = _promised(said.text, segment)
    boundary, holes, i = segment.start, list[tuple[int, int]](), 0
    while i < len(figures):
        q = figures[i]
        at = max(boundary, said.before_year(q.start))
        lead = lead_before(said.text, at, boundary, damaged=q.damaged)
        before = said.text[boundary : lead.start]
        last = runs(said.text, figures, i)
        baseline = _BASELINE.search(before) if last < len(figures) else None
        if baseline and _RISES.search(said.text, figures[last - 1].end, figures[last].start):
            holes.append((boundary + baseline.start(), figures[last - 1].end))
            i = last
            continue
        run = same_unit(list(figures[i:last]))
        after = figures[last] if last < len(figures) else None
        phrase = phrases.clean(said.text, boundary, lead.start, said.marks, holes)
        read = list(_promises(said, segment, boundary, lead, phrase, run, after))
        yield from read
        if read:
            said.last_end, said.unit = run[-1].end, run[-1].unit
            boundary = max(boundary, max(p.end for p in read), run[-1].end)
            holes = []
        elif stops(said.text, run[-1], segment, after):
            boundary = run[-1].end
        i = last


def _promised(text: str, segment: Segment) -> list[Quantity]:
    """The figures of a piece without rules, money given and thresholds."""
    figures = [q for q in segment.quantities if not is_rule(text, segment, q)]
    kept: list[Quantity] = []
    following: Quantity | None = None
    threshold = False
    for q in reversed(figures):
        joined = following is not None and _JOINED.fullmatch(text, q.end, following.start)
        # 超过1000亿元、500亿元的企业: what the last of a list is, all are.
        if not (joined and threshold and following and following.unit == q.unit):
            threshold = is_threshold(text, q, segment, following)
        kept += [] if threshold else [q]
        following = q
    return kept[::-1]


def _promises(
    said: Memory,
    segment: Segment,
    boundary: int,
    lead: Lead,
    phrase: str,
    run: list[Quantity],
    after: Quantity | None,
) -> Iterator[Promise | Unread]:
    q = run[0]
    if q.rank:
        yield from ranked(said, segment, boundary, phrase, q)
    elif q.unit == "番":
        yield from named(said, segment, boundary, lead, phrase, run)
    elif way := reached(said, segment, boundary, q):
        yield way
    elif is_named(said, segment, lead, phrase, run, after):
        yield from named(said, segment, boundary, lead, phrase, run)
    elif q.is_share:
        yield from share(said, segment, boundary, lead, phrase, q, after)
    elif (q.is_count and q.unit) or (q.is_extent and not run[-1].after):
        yield from counted(said, segment, boundary, run, after)


def _remember(said: Memory, segment: Segment) -> None:
    """A piece without figures may name what the next one speaks of: 压减办理时间，压减至5天."""
    if segment.quantities:
        return
    if trend := _TREND.search(said.text, segment.start, segment.end):
        phrase = phrases.clean(said.text, segment.start, trend.start(), said.marks)
        if 2 <= len(phrase) <= 30 and (phrases.has_head(phrase) or phrase[-1] in "量率度数额"):
            said.metric = phrase
            return
    if not said.metric:
        phrase = phrases.clean(said.text, segment.start, segment.end, said.marks)
        phrase = re.sub(rf"^.{{0,4}}?{any_of('before.decrease', 'before.increase')}", "", phrase)
        phrase = pattern("^{make}").sub("", phrase)
        if phrases.has_head(phrase) and len(phrase) <= 20:
            said.before = phrase
