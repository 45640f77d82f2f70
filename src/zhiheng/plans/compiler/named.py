"""Metric before figure: one to one, several metrics with one figure, or a 分别 list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from zhiheng.plans.compiler import coordination, phrases
from zhiheng.plans.compiler.lexicon import pattern, words
from zhiheng.plans.compiler.memory import Memory, Promise, Unread
from zhiheng.plans.compiler.operators import Lead, operator
from zhiheng.plans.compiler.quantities import Quantity
from zhiheng.plans.compiler.segments import MOST_PARTS, Segment, is_structure, stops
from zhiheng.plans.compiler.times import Mark

# 绝对指标共26项: what the document counts of itself.
_OWN_PARTS = re.compile(
    r"(?:指标|任务|措施|举措|目标|内容|方面|安排|包括)(?:主要)?(?:有|为|共有?)?$"
)
_STAGE = re.compile(r"续建|竣工|新?开工|交付|投产|完工|基本建成|建成")
_BUILDS = re.compile(r"^(?:新?开工|续建|竣工|建设|改造|完成|新建)+")
_PLACE = re.compile(r"^[^率度量数额]{2,12}(?:[市县区]|城市|地区|区域|流域)$")
_CHANGE = re.compile(r"(?:年均)?(?:增幅|增速|降幅|增长率|增长|涨幅)$")
_FALLS = pattern("{before.decrease}")


def is_named(
    said: Memory,
    segment: Segment,
    lead: Lead,
    phrase: str,
    run: list[Quantity],
    after: Quantity | None,
) -> bool:
    """True if the metric stands before the figure and nothing counted stands after it."""
    q = run[-1]
    ends = stops(said.text, q, segment, after)
    if q.is_count and is_structure(said.text, q, said.text[q.end : segment.end]):
        return False
    few = q.value is not None and q.value <= MOST_PARTS
    if few and q.unit in words("structure_units") and _OWN_PARTS.search(phrase):
        return False
    if not phrase or _repeats(said, phrase, q, lead.start) or _another(said, phrase, q):
        known = bool(said.metric or said.before) or phrases.has_head(said.subject)
        led = bool(lead.roles or phrase) or said.has_year_at(lead.start)
        return known and ends and led
    if q.is_share:
        if pattern(r"{heads}(?:\([^()]*\))?$|占").search(phrase):
            return True
        return ends and (lead.compares or q.after is not None)
    if q.unit == "":
        if not (lead.compares or q.after or (phrases.has_head(phrase) and ends)):
            return False
        return (ends or q.damaged) and not q.chinese and len(phrase) >= 2
    if q.is_time:
        return (lead.compares or phrases.has_head(phrase)) and ends and len(phrase) >= 2
    if lead.changes and not q.is_count:
        return True
    if lead.compares and phrases.has_head(phrase):
        return True
    return ends and len(phrases.without_making(phrase)) >= 2 and not _is_verb(phrase)


def named(
    said: Memory, segment: Segment, boundary: int, lead: Lead, phrase: str, run: list[Quantity]
) -> Iterator[Promise | Unread]:
    """The promises of a run of figures behind their metric or metrics."""
    each = lead.each
    if found := re.search(r"(?:分别|(?<![平年人月日])均|双双|各)(?:比[^,]*|[建创培新]*)?$", phrase):
        each, phrase = True, phrases.bare(phrase[: found.start()])
    falls = _FALLS.match(phrase) is not None and lead.roles[:1] == ("at_least",)
    if lead.changes:
        phrase = phrases.without_comparison(phrase)
    linked = boundary > segment.start
    part = said.text.startswith("其中", segment.start)
    if _another(said, phrase, run[0]):
        phrase += _BUILDS.sub("", said.metric)
    elif _repeats(said, phrase, run[0], lead.start):
        phrase = ""
    phrase = _whole(said, phrases.without_making(phrase), run[0], lead, linked)
    if part and phrases.is_level(phrase) and run[0].is_count:
        phrase += said.metric
    if len(phrase) < 2 or phrases.says_nothing(phrase):
        return
    start = said.begin(boundary, lead.start)
    end = run[-1].end
    if end < segment.end and (aim := pattern("的?{standing_aims}").match(said.text, end)):
        end = aim.end()
    years: list[Mark] | None = None
    if len(run) > 1:
        metrics = coordination.split_into(phrase, len(run))
        if metrics is None and (years := _years(said, lead.start, len(run))):
            metrics = [phrase] * len(run)
        if metrics is None and phrase == said.metric and len(said.recent) >= len(run):
            metrics = said.recent[-len(run) :]
        if metrics is None:
            yield Unread(start, end, phrase)
            return
    else:
        again = each and phrase == said.metric and len(said.group) > 1
        metrics = said.group if again else coordination.split_rates(phrase, every=each)
        run = run * len(metrics)
    said.group = list(metrics)
    for i, (metric, q) in enumerate(zip(metrics, run, strict=True)):
        if not metric:
            continue
        said.named(metric)
        op = operator(lead, q, metric, falls=falls)
        yield Promise(start, end, q, metric, op, years[i] if years else None)


def _repeats(said: Memory, phrase: str, q: Quantity, at: int) -> bool:
    """到2022年建成农田260万亩；到2025年，建成320万亩: the same again for another year."""
    dated = said.last_year(at) > said.last_end
    return _is_verb(phrase) and dated and q.unit == said.unit and bool(said.metric)


def _another(said: Memory, phrase: str, q: Quantity) -> bool:
    """开工建设住房80万平方米，续建200万平方米: another stage of the same."""
    return _STAGE.fullmatch(phrase) is not None and q.unit == said.unit and bool(said.metric)


def _years(said: Memory, before: int, count: int) -> list[Mark] | None:
    """As many years as figures, one after the other: 2025年和2030年分别达到85%和95%."""
    marks = [m for m in said.marks if m.end <= before and m.kind == "target"][-count:]
    close = all(b.start - a.end <= 2 for a, b in pairwise(marks))
    return marks if len(marks) == count and close else None


def _whole(said: Memory, phrase: str, q: Quantity, lead: Lead, linked: bool) -> str:
    """The metric with what an earlier one, or the heading, said of it."""
    if not phrase:
        known = said.metric or said.before
        return known or (said.subject if phrases.has_head(said.subject) else "")
    if _CHANGE.fullmatch(phrase) and said.metric:
        return _CHANGE.sub("", said.metric) + phrase
    if phrase.startswith("占") and said.metric and not said.metric.startswith("占"):
        return said.metric + phrase
    if q.unit == said.unit and not q.is_count and _PLACE.search(phrase):
        return coordination.of_another(said.metric, phrase) if said.metric else phrase
    if q.is_count or q.unit not in {"%", "‰", "", "个百分点"}:
        goes_on = linked and bool(said.metric) and q.is_count
        return coordination.like(said.metric, phrase) if goes_on else phrase
    bare = not phrases.has_head(phrase) and "占" not in phrase and len(phrase) <= 12
    if bare and phrases.has_head(said.metric) and lead.compares and not lead.changes:
        return coordination.of_another(said.metric, phrase)
    if len(phrase) <= 4 and phrases.is_rate(phrase) and phrases.has_head(said.metric):
        return coordination.completed([said.metric, phrase])[1]
    if phrases.is_generic(phrase) and said.subject and said.subject not in phrase:
        return said.subject + phrase
    return phrase


def _is_verb(phrase: str) -> bool:
    return pattern("^{make}$").match(phrase) is not None
