"""GS1 keys: trade items, locations and logistic units (GS1 General Specifications).

A key of thirteen digits may be a GTIN or a GLN; which one it is comes from the context, never
from its length, so these are separate types.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_DIGITS = re.compile(r"[0-9]+")


def gs1_check_digit(body: str) -> str:
    """Check digit of the digits left of it: weights 3, 1, 3, 1 … from the right."""
    total = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body)))
    return str(-total % 10)


def require_gs1_key(key: str, text: str, lengths: tuple[int, ...]) -> None:
    """Refuse a text that is no key of one of these lengths with a right check digit.

    ``key`` names the key in messages and, in lower case, in the error's code:
    ``<key>.digits``, ``<key>.length``, ``<key>.check``.
    """
    if not _DIGITS.fullmatch(text):
        raise ContentError(
            f"{key.lower()}.digits",
            _("{key}“{text}”含有数字以外的字符。", key=key, text=text),
            _("只可用半角数字 0-9。"),
        )
    if len(text) not in lengths:
        raise ContentError(
            f"{key.lower()}.length",
            _("{key}“{text}”有 {n} 位。", key=key, text=text, n=len(text)),
            _("应为 {lengths} 位。", lengths="、".join(map(str, lengths))),
        )
    expected = gs1_check_digit(text[:-1])
    if text[-1] != expected:
        raise ContentError(
            f"{key.lower()}.check",
            _("{key}“{text}”校验不符，末位是 {found}。", key=key, text=text, found=text[-1]),
            _("按前面各位推算，末位应为 {expected}；请对照条码核对。", expected=expected),
        )


@dataclass(frozen=True, slots=True, order=True)
class Gtin:
    """Global trade item number, held as 14 digits whatever length it was printed in.

    Raises:
        ContentError: ``gtin.digits``, ``gtin.length`` or ``gtin.check``.
    """

    text: str

    def __post_init__(self) -> None:
        require_gs1_key("GTIN", self.text, (14,))

    @classmethod
    def parse(cls, text: str) -> Gtin:
        """Read GTIN-8, -12, -13 or -14; leading zeros do not change the check digit."""
        require_gs1_key("GTIN", text, (8, 12, 13, 14))
        return cls(text.zfill(14))

    def __str__(self) -> str:
        return self.text

    @property
    def prefix(self) -> str:
        """GS1 prefix, three digits: 690-699 is GS1 China; it tells the issuer, not the origin."""
        return self.text[1:4]

    @property
    def is_internal(self) -> bool:
        """Prefixes 20-29 are given by a shop to itself and mean nothing outside it."""
        return self.text[1] == "2"

    def with_indicator(self, indicator: int) -> Gtin:
        """The GTIN-14 of a grouping of this item; indicator 1-8, or 9 for variable measure."""
        if not 1 <= indicator <= 9:
            raise ValueError(f"indicator {indicator} is not 1-9")
        body = f"{indicator}{self.text[1:13]}"
        return Gtin(body + gs1_check_digit(body))


@dataclass(frozen=True, slots=True, order=True)
class Gln:
    """Global location number, 13 digits.

    Raises:
        ContentError: ``gln.digits``, ``gln.length`` or ``gln.check``.
    """

    text: str

    def __post_init__(self) -> None:
        require_gs1_key("GLN", self.text, (13,))

    @classmethod
    def parse(cls, text: str) -> Gln:
        return cls(text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, order=True)
class Sscc:
    """Serial shipping container code, 18 digits.

    Raises:
        ContentError: ``sscc.digits``, ``sscc.length`` or ``sscc.check``.
    """

    text: str

    def __post_init__(self) -> None:
        require_gs1_key("SSCC", self.text, (18,))

    @classmethod
    def parse(cls, text: str) -> Sscc:
        return cls(text)

    @classmethod
    def build(cls, extension: int, company_prefix: str, serial: int) -> Sscc:
        """From extension digit 0-9, company prefix and the serial that fills up to 17 digits."""
        width = 16 - len(company_prefix)
        if not 0 <= extension <= 9 or not 0 <= serial < 10**width:
            raise ValueError(f"extension {extension} or serial {serial} does not fit 17 digits")
        body = f"{extension}{company_prefix}{serial:0{width}}"
        return cls(body + gs1_check_digit(body))

    def __str__(self) -> str:
        return self.text
