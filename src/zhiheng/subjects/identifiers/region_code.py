"""Region codes: GB/T 2260 (six digits), with streets (nine) and villages (twelve, GB/T 10114)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_SHAPE = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}){0,2}")
NATIONAL = "100000"


@dataclass(frozen=True, slots=True, order=True)
class RegionCode:
    """A code of the right shape. Whether such a region exists is asked of the dated tree.

    A level is read from the shape alone and serves to check a table, never to aggregate: codes
    are re-issued every year, and assessment units have none.

    Raises:
        ContentError: ``region_code.shape`` or ``region_code.gap``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.text):
            raise ContentError(
                "region_code.shape",
                _("“{text}”不是行政区划代码。", text=self.text),
                _("应为 6 位数字（街道 9 位，社区和村 12 位），首位不为 0。"),
            )
        if self._skips_a_level():
            raise ContentError(
                "region_code.gap",
                _("行政区划代码“{text}”在上级为零时又有下级。", text=self.text),
                _("省级为 xx0000，地级为 xxyy00；请核对是否漏位或错位。"),
            )

    @classmethod
    def parse(cls, text: str) -> RegionCode:
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def level(self) -> str:
        """``country``, ``province``, ``city``, ``district``, ``street`` or ``village``."""
        _province, city, district, street, village = self.parts
        if village.strip("0"):
            return "village"
        if street.strip("0"):
            return "street"
        if district != "00":
            return "district"
        if city != "00":
            return "city"
        return "country" if self.text.startswith(NATIONAL) else "province"

    @property
    def parts(self) -> tuple[str, str, str, str, str]:
        """Province, city, district, street, village; absent parts are empty."""
        t = self.text
        return t[:2], t[2:4], t[4:6], t[6:9], t[9:12]

    def _skips_a_level(self) -> bool:
        # A city without districts (Dongguan, Zhongshan) has streets directly under xxyy00, so
        # only a missing city or a village without a street is a gap.
        _province, city, district, street, village = self.parts
        below_city = (district + street + village).strip("0")
        return bool((city == "00" and below_city) or (street == "000" and village.strip("0")))
