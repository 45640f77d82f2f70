"""Every figure of a sentence with its unit, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from zhiheng.plans.compiler.canon import LOST
from zhiheng.plans.compiler.lexicon import alternatives, any_of, words
from zhiheng.plans.compiler.numerals import CHINESE, number, tenths
from zhiheng.plans.compiler.times import Mark

_MASK = "\x00"
# Dates, numbers of documents and standards, names in quotes, sums of slogans: digits, no figures.
_NO_FIGURES = re.compile(
    r"《[^《》]*》|〔\d{4}〕\d{0,6}号?|第[一二三四五六七八九十百\d]{1,6}"
    r"|\d{1,2}月(?:\d{1,2}日|份|底|末)?|\d{1,2}日(?=[,。前起])"
    r"|每[一二三四五六七八九十百千万\d]{1,5}亿?(?:人口?|户|台|元|平方公里|辆|名|个|家|件|次|吨|公里)"
    r"|(?:\d{1,3}|[十百千])[百千万]?(?:人口|人|台|户|辆|车|吨|公里|小时|(?=从业|就业))"
    r"(?=[^,;。、\d]{0,14}(?:死亡|事故|发病|受伤|伤亡|故障|投诉|发案)[^,;。、\d]{0,4}率)"
    r"|[“‘][^“”‘’]{1,16}[”’]|前(?:[一二三四五六七八九十]{1,2}|\d{1,3})(?:位|名|强)?(?![\d.%个家])"
    r"|(?<![A-Za-z])[A-Za-z]{1,12}[A-Za-z/.\- ]{0,12}\d{1,8}(?:[.\-—]\d{1,8}){0,4}"
    r"|(?<!\d)\d{1,6}(?!(?:[KMG]bps|[GTP]B|[KMG]W)(?![A-Za-z]))[A-Za-z]\w{0,8}级?|(?<!\d)\d{1,4}(?:[+·*×]\d{1,4})+"
    r"|(?<![\d./])\d{1,2}/\d{1,2}(?![\d./万])"
    r"|[一二三四五六七八九十两\d]{1,4}分之[一二三四五六七八九十两\d]{1,4}"
    rf"|(?<![\d.])(?:1[02]|9[56])\d{{3}}(?![\d.,万亿%]|{any_of('units.count', 'units.measure')})"
    r"|[十一二三四五六七八九\d]{1,3}届(?=[一二三四五六七八九]中|全会|全国|人大|政协|中央|[省市县区]委)"
    rf"|[(〔]?国发{LOST}\d{{1,4}}{LOST}号|{LOST}星级|\d{{1,3}}版本"
)
# A figure alone in brackets belongs to the name before it: 合格率（95%以上）.
_BRACKETED = re.compile(
    r"(?<=[\u4e00-\u9fff])\((?:[≥≤><]|不低于|不超过|达到)?[\d.]{1,8}"
    r"(?:%(?:以上|以下|以内|左右)?|[分件个家项](?:以上|以下|以内|左右))\)"
)
_TENTHS = re.compile(
    r"[一二三四五六七八九]成(?:[一二三四五六七八九半])?(?![立为员果本功分型效就长套体熟名才交品])"
)
# A place among others: 位居全国前五位; a mere 前100强 is part of a name.
_RANK = re.compile(
    r"(?:(?:稳|位)?居|[位名]?列|进入|跻身|挤进|迈入|排名?|保持(?=[全世国]))在?"
    r"(?:全[国省市区球州盟]|世界|国际|国内|同类|副省级|省内)[\u4e00-\u9fff]{0,8}?"
    r"前(?P<place>[一二三四五六七八九十]{1,3}|\d{1,3})(?P<unit>[位名])?(?![\d.%个家强类])"
)
_DOUBLING = re.compile(
    r"翻(?P<times>[一两二三四])?番|(?<=实现|力争|完成)(?:规模|总量)?倍增(?![计行工效企])"
)

_AT_LEAST = re.compile(r"(?:至少|不少于|不低于|最少)(?:有|建有|设|配备|建成|建设)?$")
# 20兆比特每秒（Mbps）和4Mbps: the unit explained, then the list goes on.
_GLOSS = re.compile(rf"{_MASK}{{3,8}}(?=[和、及与])")
_ASIDE = re.compile(rf"{_MASK}{{3,12}}(?=以|左|上)")


@dataclass(frozen=True)
class Quantity:
    """A figure: ``end`` includes unit and trailing comparator, ``value`` is in base units."""

    start: int
    end: int
    value: Fraction | None
    unit: str
    value_max: Fraction | None = None
    after: str | None = None
    said: str = ""
    damaged: bool = False
    chinese: bool = False
    rank: bool = False
    """True of a place among others, of which the first is the best."""

    @property
    def is_share(self) -> bool:
        return self.unit in words("units.share")

    @property
    def is_time(self) -> bool:
        return self.unit in words("units.time")

    @property
    def is_count(self) -> bool:
        return self.unit in words("units.count")

    @property
    def is_extent(self) -> bool:
        """True of a length, an area or the like, of which so much may be built."""
        return self.unit in words("units.extent")

    @property
    def only_hundred(self) -> bool:
        """True if a lost first digit can only have been the 1 of 100."""
        return self.said == f"{LOST}00" and self.unit == "%"


@cache
def _figure() -> re.Pattern[str]:
    one = (
        rf"(?:\d{{1,3}}(?:,\d{{3}})+(?![\d])|[\d{LOST}]+(?:\.[\d{LOST}]+)?|{LOST}\.\d+"
        rf"|[{CHINESE}]+(?:点[{CHINESE}]+)?)(?:万亿|亿|万|千(?!米|克|瓦)|百)?"
    )
    unit = any_of("units.count", "units.measure", "units.time", "units.share")
    per = any_of("units.per")
    more = alternatives(words("after.more"))
    after = any_of("after.at_least", "after.at_most", "after.about")
    return re.compile(
        rf"(?P<part>[百千]分之)?(?P<low>{one}){more}?"
        rf"(?:(?P<unit_low>{unit})?[-—―~至到]{{1,2}}(?:[百千]分之)?(?P<high>{one}))?{more}?"
        rf"(?P<unit>{unit}(?:(?:/|每){per})?|/(?:百|千|[十百]?万|10万|100万)人?)?(?P<after>{after})?"
    )


def masked(text: str, marks: list[Mark], depth: list[int]) -> str:
    """The sentence with everything blotted out that holds digits but no figure."""
    signs = list(text)
    for mark in marks:
        signs[mark.start : mark.end] = _MASK * (mark.end - mark.start)
    ranks = [found.span() for found in _RANK.finditer("".join(signs))]
    for found in _NO_FIGURES.finditer("".join(signs)):
        if any(a <= found.start() < b for a, b in ranks):
            continue
        signs[found.start() : found.end()] = _MASK * (found.end() - found.start())
    inside = depth[0] if depth else 0
    unit = re.compile(r"[套台制](\([间套修]\))|[驰](\(著\))")
    kept = {i for found in unit.finditer(text) for i in range(found.start(), found.end())}
    for found in _BRACKETED.finditer(text):
        kept |= set(range(found.start() + 1, found.end() - 1))
    for i, open_now in enumerate(depth):
        if open_now > inside and i not in kept:
            signs[i] = _MASK
    return "".join(signs)


def quantities(text: str) -> list[Quantity]:
    """The figures of a masked sentence in order.

    A numeral in characters counts only with a unit; a figure in which a sign is lost has no value.
    """
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for m in _TENTHS.finditer(text):
        end, after = _after(text, m.end())
        found.append(
            Quantity(m.start(), end, tenths(m[0]), "%", after=after, said=m[0], chinese=True)
        )
        taken.append((m.start(), m.end()))
    for m in _RANK.finditer(text):
        place = number(m["place"])
        found.append(Quantity(m.start(), m.end(), place, m["unit"] or "", said=m[0], rank=True))
        taken.append((m.start(), m.end()))
    for m in _DOUBLING.finditer(text):
        times = number(m["times"] or "一") or 1
        found.append(Quantity(m.start(), m.end(), Fraction(2 ** int(times)), "番", said=m[0]))
        taken.append((m.start(), m.end()))
    for m in _figure().finditer(text):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        if quantity := _quantity(text, m):
            found.append(quantity)
    return sorted(found, key=lambda q: q.start)


def _quantity(text: str, m: re.Match[str]) -> Quantity | None:
    low, high = m["low"], m["high"]
    unit = m["unit"] or m["unit_low"] or ""
    if m["part"]:
        unit = "%" if m["part"].startswith("百") else "‰"
    chinese = low[0] in CHINESE and not m["part"]
    one = low == "一" and not high and not _AT_LEAST.search(text[: m.start()])
    if chinese and (not unit or one):
        return None
    if set(low) <= {LOST} and not (unit in {"%", "个百分点", "‰"} or (unit and m["after"])):
        return None
    damaged = LOST in low or LOST in (high or "")
    value = None if damaged else number(low)
    value_max = None if damaged or high is None else number(high)
    if value is None and not damaged:
        return None
    if value_max is not None and value is not None:
        value = _same_scale(low, high, value, value_max)
        if value >= value_max:
            return None
    after = next(
        (op for op in ("at_least", "at_most", "about") if m["after"] in words(f"after.{op}")), None
    )
    end = m.end()
    if gloss := _GLOSS.match(text, end):
        end = gloss.end()
    if after is None and (aside := _ASIDE.match(text, end)):
        end, after = _after(text, aside.end())
        if after is None:
            end = m.end()
    if m["after"] == "内" and not (unit in words("units.time") or unit == "%"):
        after, end = None, m.start("after")
    if unit == "百分点":
        unit = "个百分点"
    return Quantity(m.start(), end, value, unit, value_max, after, low, damaged, chinese)


def _same_scale(low: str, high: str, value: Fraction, value_max: Fraction) -> Fraction:
    """3—5万家 means from 30,000."""
    scale = high[-1] if high[-1] in "万亿" else ""
    if scale and low[-1] not in "万亿" and value * 10**4 <= value_max * 10:
        return value * (10**4 if scale == "万" else 10**8)
    return value


def _after(text: str, at: int) -> tuple[int, str | None]:
    for op in ("at_least", "at_most", "about"):
        for word in words(f"after.{op}"):
            if text.startswith(word, at):
                return at + len(word), op
    return at, None


def same_unit(run: list[Quantity]) -> list[Quantity]:
    """In "95、85%" the last unit holds for all, and so does the last comparator."""
    last = run[-1]
    return [
        replace(
            q, unit=q.unit if q.unit not in {"", "个"} else last.unit, after=q.after or last.after
        )
        for q in run
    ]
