"""From a sentence to its promises: which figure is promised of what, and with which comparator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from zhiheng.plans.compiler import phrases
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.operators import Lead, lead_before, operator
from zhiheng.plans.compiler.quantities import Quantity, masked, quantities, same_unit
from zhiheng.plans.compiler.segments import (
    Segment,
    is_rule,
    is_structure,
    is_threshold,
    runs,
    segments,
    stops,
)
from zhiheng.plans.compiler.sentences import Sentence
from zhiheng.plans.compiler.times import Mark

_BASELINE = re.compile(r"(?:(?<![理事])由|从|自)(?:[^,，]{0,12}的)?$")
_TREND = re.compile(
    r"(?:逐[年步]|明显|显著|大幅|稳步|持续|进一步|不断|有效)+(?:下降|减少|降低|提[高升]|上升|增[长加])$"
)
_STRIVES = re.compile(r"力争|争取|确保|努力|进入|跻身|挤进|迈入")
_FALLS = pattern("{before.decrease}")


@dataclass(frozen=True)
class Promise:
    """A target within its sentence; ``start`` and ``end`` are offsets into the sentence."""

    start: int
    end: int
    quantity: Quantity
    metric: str
    op: str
    year: Mark | None = None
    """The year of this figure alone, where a list of years stands for a list of figures."""


@dataclass(frozen=True)
class Unread:
    """Figures that no one reading fits."""

    start: int
    end: int
    why: str


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
    reader = _Reader(text, marks, subject, metric)
    said: list[Promise | Unread] = []
    for segment in segments(sentence, found):
        said += reader.segment(segment)
        reader.remember(segment)
    return said


class _Reader:
    """Reads the segments of one sentence in turn and remembers what later ones leave out."""

    def __init__(self, text: str, marks: list[Mark], subject: str, metric: str) -> None:
        self.text, self.marks, self.subject = text, marks, subject
        self.metric, self.before = "", metric
        self.recent: list[str] = []
        self.counted_until = self.last_end = -1
        self.unit = ""
        self.context = ""

    def segment(self, segment: Segment) -> Iterator[Promise | Unread]:
        found = [q for q in segment.quantities if not is_rule(self.text, segment, q)]
        nexts = [*found[1:], None]
        found = [
            q
            for q, following in zip(found, nexts, strict=False)
            if not is_threshold(self.text, q, segment, following)
        ]
        boundary, holes, i = segment.start, list[tuple[int, int]](), 0
        while i < len(found):
            q = found[i]
            at = max(boundary, self._before_year(q.start))
            lead = lead_before(self.text, at, boundary, damaged=q.damaged)
            before = self.text[boundary : lead.start]
            if (baseline := _BASELINE.search(before)) and i + 1 < len(found):
                holes.append((boundary + baseline.start(), q.end))
                i += 1
                continue
            last = runs(self.text, found, i)
            run = same_unit(list(found[i:last]))
            after = found[last] if last < len(found) else None
            phrase = phrases.clean(self.text, boundary, lead.start, self.marks, holes)
            said = list(self._promises(segment, boundary, lead, phrase, run, after))
            yield from said
            if said:
                self.last_end, self.unit = run[-1].end, run[-1].unit
                boundary = max(boundary, max(p.end for p in said), run[-1].end)
                holes = []
            elif stops(self.text, run[-1], segment, after):
                boundary = run[-1].end
            i = last

    def remember(self, segment: Segment) -> None:
        """A piece without figures may name what the next one speaks of: 压减办理时间，压减至5天."""
        if segment.quantities:
            return
        if trend := _TREND.search(self.text, segment.start, segment.end):
            phrase = phrases.clean(self.text, segment.start, trend.start(), self.marks)
            if 2 <= len(phrase) <= 30 and (phrases.has_head(phrase) or phrase[-1] in "量率度数额"):
                self.metric = phrase
                return
        if not self.metric:
            phrase = phrases.clean(self.text, segment.start, segment.end, self.marks)
            phrase = re.sub(
                rf"^.{{0,4}}?{any_of('before.decrease', 'before.increase')}", "", phrase
            )
            phrase = pattern("^{make}").sub("", phrase)
            if phrases.has_head(phrase) and len(phrase) <= 20:
                self.before = phrase

    def _before_year(self, at: int) -> int:
        """Where to look for the comparator: 提高到2025年的80% has it before the year."""
        for mark in self.marks:
            if mark.kind in {"target", "open"} and self.text[mark.end : at] in {"", "的"}:
                return mark.start if mark.end <= at else at
        return at

    def _after_year(self, at: int) -> bool:
        return any(at in {mark.start, mark.end} for mark in self.marks)

    def _promises(
        self,
        segment: Segment,
        boundary: int,
        lead: Lead,
        phrase: str,
        run: list[Quantity],
        after: Quantity | None,
    ) -> Iterator[Promise | Unread]:
        q = run[0]
        if q.rank:
            yield from self._ranked(segment, boundary, phrase, q)
        elif q.unit == "番":
            yield from self._named(segment, boundary, lead, phrase, run)
        elif reach := self._reached(segment, boundary, q):
            yield reach
        elif self._is_named(segment, lead, phrase, run, after):
            yield from self._named(segment, boundary, lead, phrase, run)
        elif q.is_share:
            yield from self._share(segment, boundary, lead, phrase, q, after)
        elif q.is_count and q.unit:
            yield from self._counted(segment, boundary, run, after)

    def _is_named(
        self, segment: Segment, lead: Lead, phrase: str, run: list[Quantity], after: Quantity | None
    ) -> bool:
        """True if the metric stands before the figure and nothing counted stands after it."""
        q = run[-1]
        ends = stops(self.text, q, segment, after)
        if q.is_count and is_structure(self.text, q, self.text[q.end : segment.end]):
            return False
        if not phrase or self._repeats(phrase, q, lead.start):
            known = bool(self.metric or self.before) or phrases.has_head(self.subject)
            said = bool(lead.roles or phrase) or self._after_year(lead.start)
            return known and ends and said
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

    def _repeats(self, phrase: str, q: Quantity, at: int) -> bool:
        """到2022年建成农田260万亩；到2025年，建成320万亩: the same again for another year."""
        dated = self._mark_before(at) > self.last_end
        return _is_verb(phrase) and dated and q.unit == self.unit and bool(self.metric)

    def _mark_before(self, at: int) -> int:
        """Where the last year before ``at`` stands, -1 without one."""
        before = [m.start for m in self.marks if m.start < at and m.kind == "target"]
        return max(before, default=-1)

    def _named(
        self, segment: Segment, boundary: int, lead: Lead, phrase: str, run: list[Quantity]
    ) -> Iterator[Promise | Unread]:
        """Metric before figure: one to one, several metrics with one figure, or a 分别 list."""
        each = lead.each
        if found := re.search(
            r"(?:分别|(?<![平年人月日])均|双双|各)(?:比[^,]*|[建创培新]*)?$", phrase
        ):
            each, phrase = True, phrases.bare(phrase[: found.start()])
        falls = _FALLS.match(phrase) is not None and lead.roles[:1] == ("at_least",)
        if lead.changes:
            phrase = phrases.without_comparison(phrase)
        linked = boundary > segment.start
        part = self.text.startswith("其中", segment.start)
        if self._repeats(phrase, run[0], lead.start):
            phrase = ""
        phrase = self._whole(phrases.without_making(phrase), run[0], lead, linked)
        if part and phrases.is_level(phrase) and run[0].is_count:
            phrase += self.metric
        if len(phrase) < 2:
            return
        start = self._start(boundary, lead.start)
        end = run[-1].end
        if end < segment.end and (aim := pattern("的?{standing_aims}").match(self.text, end)):
            end = aim.end()
        years: list[Mark] | None = None
        if len(run) > 1:
            metrics = phrases.split_into(phrase, len(run))
            if metrics is None and (years := self._years(lead.start, len(run))):
                metrics = [phrase] * len(run)
            if metrics is None and phrase == self.metric and len(self.recent) >= len(run):
                metrics = self.recent[-len(run) :]
            if metrics is None:
                yield Unread(start, end, phrase)
                return
        else:
            metrics = phrases.split_rates(phrase, every=each)
            run = run * len(metrics)
        for i, (metric, q) in enumerate(zip(metrics, run, strict=True)):
            self.metric = metric
            self.recent.append(metric)
            op = operator(lead, q, metric, falls=falls)
            yield Promise(start, end, q, metric, op, years[i] if years else None)

    def _years(self, before: int, count: int) -> list[Mark] | None:
        """As many years as figures, one after the other: 2025年和2030年分别达到85%和95%."""
        marks = [m for m in self.marks if m.end <= before and m.kind == "target"][-count:]
        close = all(b.start - a.end <= 2 for a, b in pairwise(marks))
        return marks if len(marks) == count and close else None

    def _whole(self, phrase: str, q: Quantity, lead: Lead, linked: bool) -> str:
        """The metric with what an earlier one, or the heading, said of it."""
        if not phrase:
            known = self.metric or self.before
            return known or (self.subject if phrases.has_head(self.subject) else "")
        if phrase.startswith("占") and self.metric and not self.metric.startswith("占"):
            return self.metric + phrase
        if q.is_count or q.unit not in {"%", "‰", "", "个百分点"}:
            goes_on = linked and bool(self.metric) and q.is_count
            return phrases.like(self.metric, phrase) if goes_on else phrase
        bare = not phrases.has_head(phrase) and "占" not in phrase and len(phrase) <= 12
        if bare and phrases.has_head(self.metric) and lead.compares and not lead.changes:
            return phrases.of_another(self.metric, phrase)
        if len(phrase) <= 4 and phrases.is_rate(phrase) and phrases.has_head(self.metric):
            return phrases.completed([self.metric, phrase])[1]
        if phrases.is_generic(phrase) and self.subject and self.subject not in phrase:
            return self.subject + phrase
        return phrase

    def _share(
        self,
        segment: Segment,
        boundary: int,
        lead: Lead,
        phrase: str,
        q: Quantity,
        after: Quantity | None,
    ) -> Iterator[Promise]:
        """九成企业通过认证, 工程100%执行标准: a share of something does something."""
        stop = after.start if after else segment.end
        said = self.text[q.end : stop]
        rest = phrases.bare(said)
        if len(rest) < 2 or pattern("{act}").search(said) is None:
            return
        if not phrase and pattern("^{act}").match(rest):
            return
        if pattern("{money_given}").search(self.text[segment.start : segment.end]):
            return
        metric = phrases.without_making(re.sub(r"中$", "", phrase)) + rest
        self.metric = metric
        op = operator(lead if lead.compares else Lead(q.start, ()), q, metric)
        start = self._start(boundary, lead.start) if phrase else lead.start
        yield Promise(start, self._text_end(stop), q, metric, op)

    def _ranked(
        self, segment: Segment, boundary: int, phrase: str, q: Quantity
    ) -> Iterator[Promise]:
        """满意度位居全国前五位: a place among others; told of the past unless a year is set."""
        name = phrase or self.metric or self.before
        dated = any(m.kind == "target" and m.start < q.start for m in self.marks)
        counted = any(other.start < q.start for other in segment.quantities)
        if len(name) < 2 or counted or not (dated or _STRIVES.search(self.text, 0, q.start + 2)):
            return
        yield Promise(self._start(boundary, q.start), q.end, q, f"{name}排名", "<=")

    def _reached(self, segment: Segment, boundary: int, q: Quantity) -> Promise | None:
        """新城30分钟可达中心区: within so many minutes."""
        if not q.is_time:
            return None
        rest = self.text[q.end : segment.end]
        if not (found := pattern("^(?:之?内)?{reach}").match(rest)):
            return None
        start = boundary
        phrase = phrases.clean(self.text, start, q.start, self.marks)
        if len(phrase) < 2:
            return None
        metric = f"{phrase}{rest[found.start() :]}时间"
        inside = replace(q, after="at_most")
        return Promise(self._start(start, q.start), segment.end, inside, metric, "<=")

    def _counted(
        self, segment: Segment, boundary: int, run: list[Quantity], after: Quantity | None
    ) -> Iterator[Promise]:
        """培育30户龙头企业: a verb, a count, what is counted."""
        q = run[-1]
        stop = after.start if after else segment.end
        noun = phrases.bare(self.text[q.end : stop])
        verb = self._verb(boundary, q)
        if len(noun) < 2 or verb is None:
            return
        if is_structure(self.text, q, noun):
            self.counted_until = self._text_end(stop)
            return
        lead = lead_before(self.text, q.start, boundary, damaged=q.damaged)
        goes_on = verb == q.start and self.counted_until >= 0
        if not goes_on:
            self.context = phrases.clean(self.text, boundary, verb, self.marks)
        context = self.context
        metric = noun if len(context) < 4 else f"{context}{noun}"
        end = self._text_end(stop)
        self.metric, self.counted_until = metric, end
        start = verb if goes_on else self._start(boundary, verb)
        op = operator(lead, q, metric) if lead.roles else operator(Lead(q.start, ()), q, metric)
        if op in {"increase_by", "decrease_by", "="}:
            op = ">="
        yield Promise(start, end, q, metric, op)

    def _verb(self, boundary: int, q: Quantity) -> int | None:
        """Where the verb that governs a count begins; a list goes on under the verb before it."""
        before = self.text[boundary : q.start]
        if found := pattern(
            r"(?:{make}[和、或并及]?)*{make}(?:了|好|出|一批)?"
            r"(?:全[国省市县区]|约|近|超过|至少|不少于|不低于|突破|达到|逾|超|总数|各|力争|在|先在)*$"
        ).search(before):
            return boundary + found.start()
        rest = self.text[q.end : q.end + 30]
        if (found := re.search(r"(?:先)?(?:在|选择|选取)$", before)) and pattern("{pilots}").search(
            rest
        ):
            return boundary + found.start()
        if pattern("^[^的,;]{2,20}?(?:{act}|{make})").match(rest) and (
            found := re.search(r"(?:为|服务|惠及|帮助|助力|面向)$", before)
        ):
            return boundary + found.start()
        if (
            self.counted_until >= 0
            and boundary >= self.counted_until
            and re.fullmatch(r"[、和及与,]|以及|", before)
        ):
            return q.start
        return None

    def _start(self, boundary: int, stop: int) -> int:
        """The first sign of the phrase that is no punctuation."""
        while boundary < stop and self.text[boundary] in "、,;:。-—·) ":
            boundary += 1
        return boundary

    def _text_end(self, stop: int) -> int:
        while stop > 0 and self.text[stop - 1] in "、,;和及与":
            stop -= 1
        return stop


def _is_verb(phrase: str) -> bool:
    return pattern("^{make}$").match(phrase) is not None
