"""Names of organisations: one spelling for a name, and a key for comparing names.

`normalise_name` keeps everything that makes a name a different name, so 有限公司 and 有限责任公司
stay apart. `comparison_key` throws away what two records of one firm often disagree on, the legal
form and the leading region; it only ever proposes candidates, so two firms may share a key.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

import polars as pl

from zhiheng.subjects.identifiers.text import map_text

_BRACKETS = str.maketrans("[]{}〔〕【】〖〗「」『』〈〉《》", "()()()()()()()()()")
_NOISE = re.compile(
    "['`‘’´\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+"
)
_ASCII_NOISE = r"['`\x00-\x08\x0e-\x1b\x7f]+"
_ASCII_BLANK = r"[\x09-\x0d\x1c-\x1f ]"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
_HAS_HAN = re.compile(_HAN)
_BLANK_BESIDE_HAN = re.compile(rf"(?<={_HAN}) | (?={_HAN})")
_BLANK_BESIDE_BRACKET = re.compile(r" ?([()]) ?")
_BLANKS = re.compile(r"\s+")


@cache
def _to_simplified() -> Any:
    # Loading opencc's tables costs a tenth of a second; a command that meets no Chinese name
    # should not pay it.
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def normalise_name(text: str) -> str:
    """The one spelling of a name: half-width, simplified, upper case, single blanks.

    Brackets of every shape become ``()``; blanks beside Chinese characters and brackets go;
    apostrophes go. Empty for a text without any letter or digit.
    """
    return _normalise_many([text])[0]


def normalise_names(names: pl.Series) -> pl.Series:
    """`normalise_name` for a whole column; null stays null."""
    text = pl.col("text")
    for letters, bracket in ((r"[\[{]", "("), (r"[\]}]", ")")):
        text = text.str.replace_all(letters, bracket)
    text = text.str.replace_all(_ASCII_NOISE, "").str.replace_all(f"{_ASCII_BLANK}+", " ")
    text = text.str.replace_all(" ?([()]) ?", "${1}").str.strip_chars(" ").str.to_uppercase()
    kept = pl.when(text.str.contains(r"[0-9A-Z]") | text.is_null()).then(text).otherwise(pl.lit(""))
    return map_text(names, kept, _normalise_many)


def _normalise_many(texts: list[str]) -> list[str]:
    # One call of opencc for all: the call costs ten times the conversion of a name. No phrase
    # of its tables contains a line feed, so the names cannot influence one another.
    lines = [_BLANKS.sub(" ", unicodedata.normalize("NFKC", text)) for text in texts]
    if not all(line.isascii() for line in lines):
        lines = _to_simplified().convert("\n".join(lines)).split("\n")
    return [_tidy(line) for line in lines]


def _tidy(text: str) -> str:
    text = _NOISE.sub("", text.translate(_BRACKETS))
    if " " in text:
        text = _BLANK_BESIDE_HAN.sub("", _BLANKS.sub(" ", text))
        text = _BLANK_BESIDE_BRACKET.sub(r"\1", text).strip()
    # Once more, because taking out a blank may bring a letter and an accent together.
    text = unicodedata.normalize("NFKC", text.upper())
    return text if text.isalnum() or any(c.isalnum() for c in text) else ""


_CHINESE_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|股份公司|总公司|分公司|公司|集团|\(集团\)"
    r"|\((?:有限合伙|普通合伙|特殊普通合伙|个体工商户)\)|(?:农民)?(?:专业)?合作社)+$"
)
_ENGLISH_FORM = re.compile(
    r"(?: (?:LLC|INC|INCORPORATED|CORP|CORPORATION|CO|COMPANY|LTD|LIMITED|PLC|LLP|LP|GMBH|SA|AG))+$"
)
_PROVINCE = re.compile(
    "^(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东"
    "|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
    "(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?"
)
# 城市, 超市, 上市, 都市 and 门市 end in 市 without naming a place.
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,6}?(?<![城超上都门])(市|自治州|自治县|区|县|旗)")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_NOT_WORD = re.compile(r"[^\w\s]+|_+")
_SHORTEST_REST = 2


def comparison_key(name: str) -> str:
    """What is left of a normalised name without leading region, legal form and punctuation.

    Never empty for a name that has a letter or digit: a part is only taken off while at least
    two characters remain.
    """
    return _chinese_key(name) if _HAS_HAN.search(name) else _english_key(name)


def _chinese_key(name: str) -> str:
    for place in (_PROVINCE, _PLACE, _PLACE):
        if found := place.match(name):
            name = _if_enough(name[found.end() :], name)
    if found := _CHINESE_FORM.search(name):
        name = _if_enough(name[: found.start()], name)
    return name if name.isalnum() else _word_characters(name) or name


def _if_enough(rest: str, name: str) -> str:
    letters = rest if rest.isalnum() else _word_characters(rest)
    return rest if len(letters) >= _SHORTEST_REST else name


def _word_characters(text: str) -> str:
    return _NOT_WORD.sub("", text).replace(" ", "")


def _english_key(name: str) -> str:
    name = _DOTTED.sub(lambda found: found[0].replace(".", ""), name).replace("&", " AND ")
    words = " ".join(_NOT_WORD.sub(" ", name).split())
    return _ENGLISH_FORM.sub("", words.removeprefix("THE ")) or name
