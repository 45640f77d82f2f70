"""Numbering that opens a part: 一、 （一） 1. （1） ① ——, 第三章, 第五条, 专栏2, 附件."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.plans.compiler.numerals import number

_CN = "[一二三四五六七八九十百]"
_KINDS: tuple[tuple[str, int, str], ...] = (
    ("annex", 0, r"附\s{0,2}件\s{0,2}[\d一二三四五六七八九十]{0,2}(?=[:： \n]|$)"),
    ("chapter", 1, rf"第\s?(?:{_CN}{{1,4}}|\d{{1,3}})\s?[章编篇部]分?(?=[ \n:：]|$)"),
    ("section", 2, rf"第\s?(?:{_CN}{{1,4}}|\d{{1,3}})\s?节(?=[ \n:：]|$)"),
    ("article", 3, rf"第\s?(?:{_CN}{{1,5}}|\d{{1,3}})\s?条(?=[ \n:：]|$)"),
    ("part", 4, rf"{_CN}{{1,3}}\s?(?:、|[.](?!\d))"),
    ("item", 5, rf"\(\s?{_CN}{{1,3}}\s?\)、?"),
    ("point", 6, r"\d{1,2}\s?[.、](?!\d)"),
    ("subpoint", 7, r"\(\s?\d{1,2}\s?\)、?|\d{1,2}\)"),
    ("circle", 8, r"[①-⑳]"),
    ("box", 8, r"专\s?栏\s?[\d一二三四五六七八九十]{0,2}(?=[:： ])|专?[栏�]\s?\d{0,2}(?=[:：])"),
    ("dash", 9, r"[—―─-]{2,}|[●■◆▲•·]\s?"),
)
_OPENING = re.compile("|".join(f"(?P<{kind}>{how})" for kind, _level, how in _KINDS))
_LEVELS = {kind: level for kind, level, _how in _KINDS}
# Inside a paragraph a number opens a part only after the end of a sentence, a colon or a gap.
_INLINE = re.compile(
    rf"(?:(?<=[。;:：；)])\s{{0,20}}|(?<!\s)\s{{2,}})(?=(?:{_CN}{{1,3}}、|\({_CN}{{1,3}}\)|\d{{1,2}}[.、](?!\d)"
    rf"|\(\d{{1,2}}\)|[①-⑳]|[—―]{{2}}))"
)
_PREFIX = {"annex": "a", "chapter": "c", "section": "s", "article": "t", "box": "b", "dash": "d"}


@dataclass(frozen=True)
class Marker:
    """A numbering at the head of a part; ``ordinal`` its number, 0 where it has none."""

    kind: str
    level: int
    text: str
    ordinal: int

    @property
    def step(self) -> str:
        """The part's step in a clause id, without the number that a dash lacks."""
        return _PREFIX.get(self.kind, "")


def marker_at(line: str) -> Marker | None:
    """The numbering at the head of a line without leading blanks."""
    found = _OPENING.match(line)
    if found is None or found.lastgroup is None:
        return None
    digits = re.search(rf"{_CN}+|\d+", found[0])
    value = number(digits[0]) if digits else None
    if found.lastgroup in {"circle"}:
        value = number(str(ord(found[0][0]) - ord("①") + 1))
    return Marker(found.lastgroup, _LEVELS[found.lastgroup], found[0].strip(), int(value or 0))


def inline_openings(text: str) -> list[int]:
    """Where, inside a paragraph, further numbered parts begin."""
    return [found.end() for found in _INLINE.finditer(text) if found.end() > 0]
