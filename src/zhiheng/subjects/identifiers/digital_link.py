"""GS1 Digital Link URIs: one web address that carries a GS1 key, its qualifiers and attributes.

``https://id.example.cn/01/06901234567892/10/LOT-7/21/0001?17=271231``. Source: GS1 Digital Link
Standard, URI Syntax; element formats from the GS1 General Specifications.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote, urlsplit

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers.gs1 import Gtin, require_gs1_key

Pair = tuple[str, str]

_CHARACTERS_82 = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
_AI = re.compile(r"[0-9]{2,4}")


def _key(name: str, digits: int, tail: int = 0, skip: int = 0) -> Callable[[str], None]:
    """A check of ``skip`` leading zeros, ``digits`` digits with check digit, and a serial."""

    def check(value: str) -> None:
        core = value[skip : skip + digits]
        require_gs1_key(name, core, (digits,))
        rest = value[skip + digits :]
        if value[:skip].strip("0") or len(rest) > tail:
            raise _refused_value(name, value, _("序列部分至多 {tail} 位。", tail=tail))
        if rest:
            _text(name, tail)(rest)

    return check


def _text(name: str, longest: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if not _CHARACTERS_82.fullmatch(value) or len(value) > longest:
            raise _refused_value(
                name, value, _("应为 1 至 {longest} 个 GS1 82 字符集内的字符。", longest=longest)
            )

    return check


PRIMARY_KEYS: dict[str, Callable[[str], None]] = {
    "00": _key("SSCC", 18),
    "01": _key("GTIN", 14),
    "253": _key("GDTI", 13, tail=17),
    "255": _key("GCN", 13, tail=12),
    "401": _text("GINC", 30),
    "402": _key("GSIN", 17),
    "414": _key("GLN", 13),
    "417": _key("PGLN", 13),
    "8003": _key("GRAI", 13, tail=16, skip=1),
    "8004": _text("GIAI", 30),
    "8017": _key("GSRN", 18),
    "8018": _key("GSRN", 18),
}
"""Keys a link may identify, by application identifier, each with the check of its value."""

QUALIFIERS: dict[str, dict[str, Callable[[str], None]]] = {
    "01": {"22": _text("CPV", 20), "10": _text("LOT", 20), "21": _text("SERIAL", 20)},
    "414": {"254": _text("GLN EXTENSION", 20)},
}
"""Key qualifiers of a key in the only order in which they may stand."""

_DATES = ("11", "12", "13", "15", "16", "17")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A parsed link; values are plain, percent-encoding happens on the way in and out.

    ``stem`` is scheme, host and any leading path; ``attributes`` keeps the query in its order,
    AI attributes as well as resolver words such as ``linkType``.

    Raises:
        ContentError: ``digital_link.…``, or the key's own code such as ``gtin.check``.
    """

    key: Pair
    qualifiers: tuple[Pair, ...] = ()
    attributes: tuple[Pair, ...] = ()
    stem: str = "https://id.gs1.org"

    def __post_init__(self) -> None:
        ai, value = self.key
        if ai not in PRIMARY_KEYS:
            raise ContentError(
                "digital_link.key",
                _("“{ai}”不是可作主键的应用标识符。", ai=ai),
                _("可用主键：{keys}。", keys="、".join(PRIMARY_KEYS)),
            )
        PRIMARY_KEYS[ai](value)
        _check_qualifiers(ai, self.qualifiers)
        for name, text in self.attributes:
            if name in _DATES:
                _check_date(name, text)

    @classmethod
    def parse(cls, text: str) -> DigitalLink:
        """Read a URI; a GTIN-8, -12 or -13 in the place of a GTIN is padded to 14 digits."""
        try:
            parts = urlsplit(text)
        except ValueError:
            raise _unreadable(text) from None
        written = parts.path.strip("/").split("/")
        segments = [unquote(segment) for segment in written]
        start = _first_key(segments)
        if parts.scheme not in {"http", "https"} or not parts.netloc or start is None:
            raise _unreadable(text)
        (ai, value), *qualifiers = zip(segments[start::2], segments[start + 1 :: 2], strict=True)
        return cls(
            key=(ai, Gtin.parse(value).text if ai == "01" else value),
            qualifiers=tuple(qualifiers),
            attributes=_query_pairs(parts.query),
            stem="/".join([f"{parts.scheme}://{parts.netloc}", *written[:start]]),
        )

    def __str__(self) -> str:
        pairs = (self.key, *self.qualifiers)
        path = "/".join(quote(part, safe="") for pair in pairs for part in pair)
        query = "&".join(f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in self.attributes)
        return f"{self.stem}/{path}" + (f"?{query}" if query else "")

    @property
    def gtin(self) -> Gtin | None:
        return Gtin(self.key[1]) if self.key[0] == "01" else None

    def qualifier(self, ai: str) -> str | None:
        """Value of a qualifier: ``22`` variant, ``10`` lot, ``21`` serial."""
        return dict(self.qualifiers).get(ai)


def _first_key(segments: list[str]) -> int | None:
    """Where the first primary key stands that is followed by whole pairs of AI and value."""
    for start in range(len(segments) - 1):
        rest = segments[start:]
        if rest[0] in PRIMARY_KEYS and len(rest) % 2 == 0 and all(map(_AI.fullmatch, rest[::2])):
            return start
    return None


def _query_pairs(query: str) -> tuple[Pair, ...]:
    """Unlike a form's query, a plus sign here is a plus sign of a serial number."""
    fields = (field.partition("=") for field in re.split("[&;]", query) if field)
    return tuple((unquote(name), unquote(value)) for name, _equals, value in fields)


def _check_qualifiers(ai: str, qualifiers: tuple[Pair, ...]) -> None:
    allowed = QUALIFIERS.get(ai, {})
    order = list(allowed)
    names = [name for name, _value in qualifiers]
    if unknown := [name for name in names if name not in allowed]:
        raise ContentError(
            "digital_link.qualifier",
            _("主键 {ai} 之后不能有“{unknown}”。", ai=ai, unknown="、".join(unknown)),
            _("可用限定符：{order}。", order="、".join(order))
            if order
            else _("这个主键不带限定符。"),
        )
    if names != sorted(set(names), key=order.index):
        raise ContentError(
            "digital_link.order",
            _("限定符的次序“{names}”不对或有重复。", names="、".join(names)),
            _("应依次为：{order}，每个至多一次。", order="、".join(order)),
        )
    for name, value in qualifiers:
        allowed[name](value)


def _check_date(ai: str, text: str) -> None:
    """YYMMDD, where day 00 stands for the month's last day."""
    try:
        if not re.fullmatch(r"[0-9]{6}", text):
            raise ValueError(text)
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]) or 1)
    except ValueError:
        raise _refused_value(ai, text, _("应为 YYMMDD 六位日期，日可为 00。")) from None


def _refused_value(name: str, value: str, fix: str) -> ContentError:
    return ContentError(
        "digital_link.value", _("{name} 的值“{value}”不合格式。", name=name, value=value), fix
    )


def _unreadable(text: str) -> ContentError:
    return ContentError(
        "digital_link.shape",
        _("“{text}”不是 GS1 Digital Link 网址。", text=text),
        _("形如 https://域名/01/14位GTIN/10/批号/21/序列号?17=YYMMDD。"),
    )
