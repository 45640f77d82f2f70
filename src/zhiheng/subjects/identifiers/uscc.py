"""统一社会信用代码, the unified social credit code of GB 32100-2015.

Eighteen characters of a 31-symbol alphabet (no I, O, S, V, Z): registering authority, category,
six digits of the registering region, the nine of the organisation code, one check character.
`Uscc` reads one code and says what is wrong with it; `uscc_valid` reads a column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers.orgcode import OrgCode, orgcode_check_character

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKE = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}

KINDS = {
    "11": "government",
    "12": "public_institution",
    "13": "mass_organisation",
    "31": "law_firm",
    "51": "association",
    "52": "private_institution",
    "53": "foundation",
    "81": "trade_union",
    "91": "enterprise",
    "92": "sole_trader",
    "93": "cooperative",
}
"""Kind of body by authority and category, the common ones; the list is extended by notice."""


@dataclass(frozen=True, slots=True, order=True)
class Uscc:
    """A code whose alphabet, region digits and check character are right.

    The region part is the region of registration on that day and need not be a county of today:
    development zones register under digits that GB/T 2260 does not list. Nor are the first two
    characters held to a list: the authorities of GB 32100 are extended by notice.

    Raises:
        ContentError: ``uscc.length``, ``uscc.character``, ``uscc.region`` or ``uscc.check``.
    """

    text: str

    def __post_init__(self) -> None:
        _require_length(self.text)
        _require_alphabet(self.text)
        _require_region_digits(self.text)
        _require_check(self.text)

    @classmethod
    def parse(cls, text: str) -> Uscc:
        """Read the canonical spelling; see `normalise_code` for what people type."""
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def authority(self) -> str:
        """Registering authority, e.g. ``9`` for market regulation."""
        return self.text[0]

    @property
    def category(self) -> str:
        """Kind of body within the authority, e.g. ``1`` of ``91`` for enterprises."""
        return self.text[1]

    @property
    def kind(self) -> str:
        """One of `KINDS`, empty for a class of body that is not among the common ones."""
        return KINDS.get(self.text[:2], "")

    @property
    def region(self) -> str:
        """Six digits of the registering region, as issued."""
        return self.text[2:8]

    @property
    def organisation_code(self) -> OrgCode | None:
        """The embedded organisation code, or None where its own check character is off.

        GB 32100 checks the whole by the last character alone. A part that fails GB 11714 in a
        whole that passes was minted so by its authority, and is no reason to refuse the code.
        """
        part = self.text[8:17]
        return OrgCode(part) if orgcode_check_character(part[:8]) == part[8] else None


def uscc_check_character(body: str) -> str:
    """Check character of the first 17; a remainder of 0 gives ``0``, never 31."""
    total = sum(_VALUE[c] * weight for c, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def _require_length(text: str) -> None:
    if len(text) != LENGTH:
        raise ContentError(
            "uscc.length",
            _("统一社会信用代码“{text}”有 {n} 位。", text=text, n=len(text)),
            _("应为 18 位；请对照营业执照或登记证书补全。"),
        )


def _require_alphabet(text: str) -> None:
    wrong = [(at, c) for at, c in enumerate(text, start=1) if c not in _VALUE]
    if not wrong:
        return
    places = "、".join(_("第{at}位“{c}”", at=at, c=c) for at, c in wrong)
    fix = _("只用数字和大写字母，且没有 I、O、S、V、Z。")
    if (likely := _look_alike(text)) is not None:
        fix += _("若为形近误写，可能是 {likely}；请核对证照原件。", likely=likely)
    raise ContentError(
        "uscc.character",
        _("统一社会信用代码“{text}”中{places}不在字母表内。", text=text, places=places),
        fix,
    )


def _require_region_digits(text: str) -> None:
    if not text[2:8].isdigit():
        raise ContentError(
            "uscc.region",
            _("统一社会信用代码“{text}”第3至8位“{part}”不是数字。", text=text, part=text[2:8]),
            _("第3至8位是登记机关行政区划码，应为 6 位数字；请核对证照原件。"),
        )


def _require_check(text: str) -> None:
    expected = uscc_check_character(text[:17])
    if text[17] != expected:
        raise ContentError(
            "uscc.check",
            _("统一社会信用代码“{text}”校验不符，第18位是 {found}。", text=text, found=text[17]),
            _(
                "按前17位推算，第18位应为 {expected}；前17位也可能有错，请逐位核对证照原件。",
                expected=expected,
            ),
        )


def _look_alike(text: str) -> str | None:
    """The code with look-alike letters replaced, if that makes it valid."""
    replaced = "".join(_LOOK_ALIKE.get(c, c) for c in text.upper())
    right = all(c in _VALUE for c in replaced) and replaced[2:8].isdigit()
    return replaced if right and uscc_check_character(replaced[:17]) == replaced[17] else None


_NOT_IN_ALPHABET = 255
_VALUE_OF_BYTE = np.full(256, _NOT_IN_ALPHABET, dtype=np.uint8)
_VALUE_OF_BYTE[np.frombuffer(ALPHABET.encode(), dtype=np.uint8)] = np.arange(31, dtype=np.uint8)
_WEIGHT_VECTOR = np.array([*WEIGHTS, 1], dtype=np.int32)


def uscc_valid(codes: pl.Series) -> pl.Series:
    """Which of a column of texts `Uscc.parse` would accept; null counts as not valid.

    Weighing the check character itself with 1 makes the sum of a valid code divisible by 31.
    """
    long_enough = (codes.str.len_bytes() == LENGTH).fill_null(False)
    valid = long_enough.to_numpy().copy()
    if valid.any():
        joined = codes.filter(long_enough).str.join("")[0].encode()
        valid[valid] = _rows_valid(np.frombuffer(joined, dtype=np.uint8).reshape(-1, LENGTH))
    return pl.Series(codes.name, valid, dtype=pl.Boolean)


def _rows_valid(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    values = _VALUE_OF_BYTE[letters]
    in_alphabet = values.max(axis=1) < len(ALPHABET)
    digits = values[:, 2:8].max(axis=1) < 10
    # float32 goes through BLAS and is exact here: no sum exceeds 18 * 255 * 30.
    sums = values.astype(np.float32) @ _WEIGHT_VECTOR.astype(np.float32)
    divisible = sums.astype(np.int32) % 31 == 0
    return np.asarray(in_alphabet & digits & divisible)
