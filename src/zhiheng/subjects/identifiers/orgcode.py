"""组织机构代码, the organisation code of GB 11714-1997: eight characters and a check character."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_BODY = re.compile(r"[0-9A-Z]{8}")
_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, order=True)
class OrgCode:
    """A code whose check character is right; written on paper as ``71526726-X``.

    Raises:
        ContentError: ``orgcode.shape`` or ``orgcode.check``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.text):
            raise ContentError(
                "orgcode.shape",
                _("“{text}”不是组织机构代码。", text=self.text),
                _("应为 8 位数字或大写字母，加 1 位校验码（数字或 X）。"),
            )
        expected, found = orgcode_check_character(self.text[:8]), self.text[8]
        if found != expected:
            raise ContentError(
                "orgcode.check",
                _(
                    "组织机构代码“{text}”校验不符，第9位是 {found}。",
                    text=self.text,
                    found=self.text[8],
                ),
                _("按前8位推算，第9位应为 {expected}；请逐位核对。", expected=expected),
            )

    @classmethod
    def parse(cls, text: str) -> OrgCode:
        """Read the canonical spelling without dash; see `normalise_code`."""
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def printed(self) -> str:
        return f"{self.text[:8]}-{self.text[8]}"


def orgcode_check_character(body: str) -> str:
    """Check character of eight characters ``[0-9A-Z]``; 10 is written ``X`` and 11 ``0``."""
    if not _BODY.fullmatch(body):
        raise ValueError(f"not eight characters of [0-9A-Z]: {body!r}")
    total = sum(int(c, 36) * weight for c, weight in zip(body, WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
