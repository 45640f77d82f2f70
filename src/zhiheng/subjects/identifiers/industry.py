"""国民经济行业分类, industries of GB/T 4754: a section letter and two, three or four digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_SHAPE = re.compile(r"([A-T]?)([0-9]{2,4})|([A-T])")

_LAST_DIVISION = {
    "2017": {
        **{"A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65},
        **{"J": 69, "K": 70, "L": 72, "M": 75, "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90},
        **{"S": 96, "T": 97},
    },
    "2011": {
        **{"A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65},
        **{"J": 69, "K": 70, "L": 72, "M": 75, "N": 78, "O": 81, "P": 82, "Q": 84, "R": 89},
        **{"S": 95, "T": 96},
    },
}
"""Last division of each section, by edition; a section begins where the one before it ends."""

MANUFACTURING = frozenset(f"{division:02}" for division in range(13, 44))
"""The 31 divisions of section C."""

PASS_RATE_DIVISIONS = MANUFACTURING - {"42", "43"}
"""The 29 divisions of the national batch pass rate: without waste recovery and repair."""


@dataclass(frozen=True, slots=True, order=True)
class IndustryCode:
    """A section (``C``), division (``C13``), group (``C131``) or class (``C1311``) of an edition.

    Raises:
        ContentError: ``industry.shape``, ``industry.edition``, ``industry.division`` or
            ``industry.section``.
    """

    section: str
    digits: str = ""
    edition: str = "2017"

    def __post_init__(self) -> None:
        text = self.section + self.digits
        if not _SHAPE.fullmatch(text) or not self.section:
            raise _bad_shape(text)
        _require_edition(self.edition)
        if self.digits and (right := _section_of(self.digits, self.edition)) != self.section:
            raise ContentError(
                "industry.section",
                _("行业代码“{text}”的门类与大类不符。", text=text),
                _("大类 {division} 属于门类 {right}。", division=self.digits[:2], right=right),
            )

    @classmethod
    def parse(cls, text: str, edition: str = "2017") -> IndustryCode:
        """Read a code with or without its letter; ``1311`` and ``C1311`` are the same."""
        found = _SHAPE.fullmatch(text)
        if not found:
            raise _bad_shape(text)
        _require_edition(edition)
        letter, digits, bare = found.groups(default="")
        return cls(bare or letter or _section_of(digits, edition), digits, edition)

    def __str__(self) -> str:
        return self.section + self.digits

    @property
    def division(self) -> str:
        """Two digits, empty for a whole section."""
        return self.digits[:2]

    @property
    def level(self) -> str:
        return {0: "section", 2: "division", 3: "group", 4: "class"}[len(self.digits)]

    @property
    def in_pass_rate(self) -> bool:
        """Whether products of this industry count in the national batch pass rate."""
        return self.division in PASS_RATE_DIVISIONS


def _section_of(digits: str, edition: str) -> str:
    division = int(digits[:2])
    for section, last in _LAST_DIVISION[edition].items():
        if 1 <= division <= last:
            return section
    raise ContentError(
        "industry.division",
        _("GB/T 4754-{edition} 没有大类“{division}”。", edition=edition, division=digits[:2]),
        _("大类为 01 至 {last}。", last=max(_LAST_DIVISION[edition].values())),
    )


def _require_edition(edition: str) -> None:
    if edition not in _LAST_DIVISION:
        raise ContentError(
            "industry.edition",
            _("没有 {edition} 版的行业分类。", edition=edition),
            _("可用版本：{editions}。", editions="、".join(_LAST_DIVISION)),
        )


def _bad_shape(text: str) -> ContentError:
    return ContentError(
        "industry.shape",
        _("“{text}”不是行业代码。", text=text),
        _("应为门类字母 A 至 T，后接 2、3 或 4 位数字，如 C13、C1311。"),
    )
