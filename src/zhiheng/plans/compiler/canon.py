"""The canonical text: one character for one, so that every offset stays what it was.

Full-width letters become half-width, traditional characters simplified, remnants of mark-up
blanks, and every sign of a lost character one sign, `LOST`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

LOST = "�"
"""Stands for a character that a broken encoding has destroyed."""

_WIDTH = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    ord("　"): " ",
    ord("\xa0"): " ",
    ord("\t"): " ",
    ord("\r"): " ",
    ord("﻿"): " ",
    ord("​"): " ",
    ord("？"): "？",
    ord("！"): "！",
    ord("＊"): " ",
    ord("～"): "~",
    ord("〜"): "~",
    ord("–"): "-",
    ord("﹪"): "%",
    ord("│"): "|",
    ord("┃"): "|",
    ord("［"): "〔",
    ord("］"): "〕",
    ord("○"): "〇",
    ord("Ｏ"): "O",
    ord("□"): LOST,
    ord("〓"): LOST,
    ord("■"): LOST,
    ord("｡"): "。",
}
_REMNANT = re.compile(
    r"&?nbsp;|&?[lr]dquo;|&?[lr]squo;|&?mdash;|&?middot;|&?hellip;|&?amp;|&?emsp;|&?ensp;"
    r"|<?/p>|<?br ?/>|<?/?(?:strong|span|div|td|tr|b)>|\*\*"
)
# Where a paragraph's closing tag lost its first sign, the full stop or colon before it lost its
# last byte and became another sign, with which no paragraph can end.
_END_LOST = re.compile(r"[、9](?=/p>)")
_ENDINGS = {"、": "。", "9": ":"}
_QUOTES = {"ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "middot": "·"}
# Some sites print the reading behind every traditional character: 質(zhì)量.
_READING = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňɡ]{1,6}\)")
# Control characters, zero-width signs and the private use area, which stands for nothing we know.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060\ue000-\uf8ff]")
# A question mark stands for something lost where no question can end: before a digit, a sign of
# per cent, a letter, or inside a word.
_LOST_MARK = re.compile(r"\?(?=[\d.%A-Za-z年])|(?<=\d)\?+|\?(?=个百分点)")


def canonical(text: str) -> str:
    """The text in one spelling, of the same length."""
    width = _UNSEEN.sub(" ", text.translate(_WIDTH))
    if "&" in width or ";" in width or ">" in width or "*" in width:
        width = _END_LOST.sub(lambda found: _ENDINGS[found[0]], width)
        width = _REMNANT.sub(_blank, width)
    width = _READING.sub(lambda found: " " * len(found[0]), width)
    return _lost(_simplified(width))


def as_written(text: str, canon: str) -> dict[int, str]:
    """The signs by which a text in traditional characters writes the simplified ones.

    For ``str.translate``; empty for a text in simplified characters.
    """
    table = _table()
    pairs = Counter((b, a) for a, b in zip(text, canon, strict=True) if ord(a) in table)
    if sum(pairs.values()) < len(canon) / 20:
        return {}
    plain = Counter(text)
    found: dict[int, str] = {}
    for (simple, sign), count in pairs.most_common():
        if count > plain[simple]:
            found.setdefault(ord(simple), sign)
    return found


def is_damaged(canon: str) -> bool:
    """True where signs of lost characters are too many to be a slip."""
    return canon.count(LOST) >= 3


def is_strange(sign: str) -> bool:
    """True of a character that everyday Chinese (GB 2312 level 1) does not use."""
    try:
        return not 0xB0 <= sign.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return True


def _blank(found: re.Match[str]) -> str:
    remnant = found[0]
    quote = next((sign for name, sign in _QUOTES.items() if name in remnant), " ")
    return quote + " " * (len(remnant) - 1)


def _lost(text: str) -> str:
    if "?" not in text:
        return text
    marked = _LOST_MARK.sub(lambda found: LOST * len(found[0]), text)
    if marked.count(LOST) >= 3:
        return marked.replace("?", LOST)
    return marked.replace("?", "？")


@cache
def _table() -> dict[int, str]:
    """Traditional characters that mean one simplified character."""
    from opencc import OpenCC

    every = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(every)).split("\n")
    return {ord(a): b for a, b in zip(every, simple, strict=True) if a != b and len(b) == 1}


def _simplified(text: str) -> str:
    return text.translate(_table())
