"""Years in a sentence: which are promised, which are past, which only compare."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.plans.compiler.canon import LOST
from zhiheng.plans.compiler.head import FIVE_YEARS, five_year_end
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.numerals import number

_Y = rf"(?:(?:19|20)\d\d|{LOST}[09]\d\d|(?:20|19)[Xx×*]{{2}}|二〇[〇零一二三四五六七八九]{{2}})"
_YEAR = re.compile(
    rf"(?P<from>{_Y})年?(?:[-—―~]{{1,2}}|至|到)(?P<to>{_Y})年"
    rf"|(?P<year>{_Y})(?:年度?|(?=[底末前]))(?P<edge>年?(?:底|末|年底|年末|内)?(?:以?前|之前)?)"
    rf"|(?P<month>{_Y})[-./](?:0?[1-9]|1[0-2])(?:[-./]\d{{1,2}})?(?![\d万亿千百%‰吨个家项件元人户批台米公亩])"
)
_FIVE = re.compile(
    rf"(?:{FIVE_YEARS.pattern})(?:规划|计划)?(?:末期?|期末|期间|时期|收官)?|十[一二三四五]�(?=[”期末])"
)
_WITHIN = re.compile(
    r"(?:(?:(?<!使)用|未来|今后|力争|再用|经过)(?P<a>[一二三四五六七八九十两]|\d{1,2})(?:年|至(?P<a2>[一二三四五六七八九十]|\d)年)(?:的|左右的)?(?:时间|内|左右)?"
    r"|(?P<b>[一二三四五六七八九十两]|(?<!\d)\d{1,2})年(?:内|之内|以内|后|时间|(?:行动)?期满))"
)
_THIS = re.compile(r"当年|今年|本年度?|年内|(?<!\d年)(?:年底前|年末前|年底|年末)|全年")
_LATER = re.compile(r"[明后]年(?=[底末前,内全省市县区力各])|[明后]年(?!度)")
_EVERY = re.compile(r"每年|逐年")
_LAST = re.compile(
    r"去年|上一?年度?(?!度?目标)|前年(?!度)|(?:最近|近|过去|前)[一二三四五六七八九十几两\d]{1,3}年(?!内|行动|之?[内后])来?"
)
_COMPARES = re.compile(r"(?:(?<![占环同对])比|较|自|从|由|相比|以|与|于)(?:于|在)?$")
_REFERS = ("的基础上", "相比", "基础上", "价格", "不变价", "可比价")
# A day on which something happened dates no promise; a day until which it shall happen does.
_DAY = re.compile(
    r"\d{1,2}月\d{1,2}日(?!(?:之|以)?前|底|止|起)|(?<=\d)[-./]\d{1,2}[-./]\d{1,2}(?!\d|日?前)"
)
_PLAN_NAME = re.compile(r"《[^《》]*》")


@dataclass(frozen=True)
class Frame:
    """What the document says of its own time."""

    issued: int | None
    period: tuple[int, int] | None
    assumed: int | None = None
    """The first year that is not past, by the five-year plan that the text looks ahead to."""
    named: int | None = None
    """The last year of the plan that the text speaks of."""

    @property
    def ends(self) -> int | None:
        """The last year of the plan."""
        return self.period[1] if self.period else self.named

    @property
    def annual(self) -> int | None:
        """The year of a plan for one year."""
        return self.period[0] if self.period and self.period[0] == self.period[1] else None

    @property
    def since(self) -> int | None:
        """The first year that is not past."""
        if self.period and self.issued and self.period[0] <= self.issued <= self.period[1]:
            return self.issued
        return self.period[0] if self.period else self.issued


@dataclass(frozen=True)
class Mark:
    """A year in a sentence.

    ``kind``: target, past, base (compared with), open (20XX), every (每年) or day (a date).
    """

    start: int
    end: int
    year: int | None
    kind: str
    inferred: bool = False


def marks(text: str, frame: Frame) -> list[Mark]:
    """The years of a sentence without blanks, in order; names of documents do not count."""
    found: list[Mark] = []
    names = [(m.start(), m.end()) for m in _PLAN_NAME.finditer(text)]
    for m in _YEAR.finditer(text):
        said = m["to"] or m["year"] or m["month"]
        year, inferred = _read(said)
        found.append(_mark(text, m.start(), m.end(), year, inferred, frame, bool(m["to"])))
    for m in _FIVE.finditer(text):
        ordinal = m[1] or m[2] or m[0][:2].removesuffix(LOST)
        year = five_year_end(ordinal)
        lost = LOST in m[0]
        if year:
            found.append(_mark(text, m.start(), m.end(), year, lost, frame, False))
    for m in _WITHIN.finditer(text):
        span = number(m["a2"] or m["a"] or m["b"])
        if span and frame.since:
            year = (frame.issued or frame.since) + int(span)
            if frame.period:
                year = min(year, frame.period[1])
            found.append(Mark(m.start(), m.end(), year, "target"))
        elif span:
            found.append(Mark(m.start(), m.end(), None, "open"))
    for m in _THIS.finditer(text):
        said = [k.year for k in found if k.kind == "target" and k.end <= m.start()]
        year_now = said[-1] if said else frame.annual or frame.issued
        if said and m[0] == "当年" and text.startswith("占", m.start() - 1):
            continue
        if (year_now and m[0] != "全年") or frame.annual:
            found.append(Mark(m.start(), m.end(), year_now, "target"))
    for m in _LAST.finditer(text):
        kind = "base" if _COMPARES.search(text[: m.start()]) else "past"
        found.append(Mark(m.start(), m.end(), frame.issued - 1 if frame.issued else None, kind))
    for m in _LATER.finditer(text):
        later = frame.issued + (1 if m[0].startswith("明") else 2) if frame.issued else None
        found.append(Mark(m.start(), m.end(), later, "target" if later else "open"))
    found += [Mark(m.start(), m.end(), None, "every") for m in _EVERY.finditer(text)]
    outside = [k for k in found if not any(a <= k.start < b for a, b in names)]
    return _without_overlap(_this_year(text, sorted(outside, key=lambda mark: mark.start)))


def _this_year(text: str, found: list[Mark]) -> list[Mark]:
    """ "当年" after a bare year in the same sentence means that year: 部署2018…,当年要完成."""
    if any(mark.kind == "target" for mark in found):
        return found
    bare = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    this = _THIS.search(text)
    if bare and this and bare.start() < this.start():
        found = [*found, Mark(this.start(), this.end(), int(bare[1]), "target")]
    return found


def _read(said: str) -> tuple[int | None, bool]:
    """The year, and whether a lost digit of it was inferred; None for 20XX."""
    if said.startswith(LOST):
        readings = [int(first + said[1:]) for first in "12"]
        likely = [year for year in readings if 1949 <= year <= 2060]
        return (likely[0], True) if len(likely) == 1 else (None, True)
    if said[0] == "二":
        value = number(said)
        return (int(value) if value else None), False
    return (int(said), False) if said.isdigit() else (None, False)


def _mark(
    text: str, start: int, end: int, year: int | None, inferred: bool, frame: Frame, span: bool
) -> Mark:
    before, after = text[max(0, start - 3) : start], text[end : end + 6]
    if _DAY.match(text, start + 4 if text[end - 1] != "年" else end):
        return Mark(start, end, year, "day")
    if year is None:
        return Mark(start, end, None, "open", inferred)
    lost_comparison = (
        inferred
        and text[start] == LOST
        and pattern(r"^[^,;:]{0,3}(?:{before.increase}|{before.decrease}|[提增])").match(after)
    )
    if re.search(r"截[至止](?:到)?$", before) and not (frame.since and year > frame.since):
        return Mark(start, end, year, "past", inferred)
    compared = _COMPARES.search(before) is not None and not span
    if compared or lost_comparison or after.startswith(_REFERS):
        kind = "base"
    elif year < (frame.since or frame.assumed or year):
        kind = "past"
    else:
        kind = "target"
    if (
        kind == "base"
        and before.endswith(("于", "以"))
        and not (frame.since and year < frame.since)
    ):
        kind = "target"
    return Mark(start, end, year, kind, inferred)


def _without_overlap(found: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in found:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept
