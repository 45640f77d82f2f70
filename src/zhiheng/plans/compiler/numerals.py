"""Numbers in all dress: 95, 98.0, 1,000, 九十五, 三万, 百分之九十五, 九成, 九成五, 半."""

from __future__ import annotations

from fractions import Fraction

from zhiheng.plans.compiler.canon import LOST

DIGITS = {**{sign: i for i, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
CHINESE = "".join([*DIGITS, *SCALES])


def number(text: str) -> Fraction | None:
    """The value of one numeral, None where it is none or where a sign of it is lost."""
    text = text.replace(",", "")
    if not text or LOST in text:
        return None
    factor = Fraction(1)
    while len(text) > 1 and text[-1] in "万亿百千" and (text[-1] in MYRIADS or text[0].isdigit()):
        factor *= {**MYRIADS, **SCALES}[text[-1]]
        text = text[:-1]
    if text[0].isdigit() and text[0].isascii():
        try:
            return Fraction(text) * factor
        except ValueError:
            return None
    whole = _chinese(text)
    return None if whole is None else whole * factor


def tenths(text: str) -> Fraction:
    """Per cent of 九成, 九成五, 九成半."""
    whole, _, rest = text.partition("成")
    more = 5 if rest == "半" else DIGITS.get(rest, 0)
    return Fraction(DIGITS[whole] * 10 + more)


def _chinese(text: str) -> Fraction | None:
    whole, point, decimals = text.partition("点")
    value = _whole(whole)
    if value is None or (point and not decimals):
        return None
    places = Fraction(0)
    for place, sign in enumerate(decimals, start=1):
        if sign not in DIGITS:
            return None
        places += Fraction(DIGITS[sign], 10**place)
    return value + places


def _whole(text: str) -> Fraction | None:
    """三百二十, 一万五千, 二〇二五."""
    if text and all(sign in DIGITS for sign in text):
        return Fraction(int("".join(str(DIGITS[sign]) for sign in text)))
    total = section = digit = 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign in SCALES:
            section += (digit or 1) * SCALES[sign]
            digit = 0
        elif sign in MYRIADS:
            total = (total + section + digit) * MYRIADS[sign]
            section = digit = 0
        else:
            return None
    return Fraction(total + section + digit) if text else None
