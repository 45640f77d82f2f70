"""Special equipment: catalogue classes, equipment codes, old registration codes, lift plates.

Sources: the special-equipment catalogue (特种设备目录, 2014), the coding rule for equipment codes
(2015, serial of five), the earlier registration code of twenty digits, the city-level rescue
number of 96333 platforms. None of these codes has a check digit: only the shape can be refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers.region_code import RegionCode

CATEGORIES = {
    "1": "boiler",
    "2": "pressure_vessel",
    "3": "lift",
    "4": "crane",
    "5": "works_vehicle",
    "6": "amusement_ride",
    "7": "pipe_component",
    "8": "pressure_pipe",
    "9": "ropeway",
    "F": "safety_accessory",
}
"""First character of a catalogue code: 锅炉, 压力容器, 电梯, 起重机械, 场(厂)内专用机动车辆,
大型游乐设施, 压力管道元件, 压力管道, 客运索道, 安全附件."""

_CLASS = re.compile(r"[1-9F][0-9]{3}")
_CODE = re.compile(r"([1-9F][0-9]{3})([0-9]{5})((?:19|20)[0-9]{2})([0-9A-Z][0-9]{3,4})")
_REGISTRATION = re.compile(
    r"([1-9F][0-9]{3})([1-9][0-9]{5})((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-9]{4})"
)
_LICENCE = re.compile(r"TS[0-9]{2}([0-9]{5})")
_RESCUE = re.compile(r"([0-9]{6})-([0-9]{6})")
_MUNICIPALITIES = {"11", "12", "31", "50"}


@dataclass(frozen=True, slots=True, order=True)
class EquipmentClass:
    """A four-character code of the catalogue, e.g. ``3110`` for a traction passenger lift.

    Raises:
        ContentError: ``equipment_class.shape``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _CLASS.fullmatch(self.text):
            raise ContentError(
                "equipment_class.shape",
                _("“{text}”不是特种设备目录代码。", text=self.text),
                _("应为 4 位：首位 1 至 9 或 F，后接 3 位数字，如 3110。"),
            )

    @classmethod
    def parse(cls, text: str) -> EquipmentClass:
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def category(self) -> str:
        return CATEGORIES[self.text[0]]


@dataclass(frozen=True, slots=True, order=True)
class EquipmentCode:
    """设备代码: class, maker, year and serial; 18 characters by the 2015 rule, 17 before it.

    Raises:
        ContentError: ``equipment_code.shape``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.text):
            raise ContentError(
                "equipment_code.shape",
                _("“{text}”不是特种设备的设备代码。", text=self.text),
                _(
                    "应依次为目录代码 4 位、制造单位代号 5 位、制造年份 4 位、制造顺序号 5 位"
                    "（旧规则 4 位），共 18 或 17 位，如 215010890201500098。"
                ),
            )

    @classmethod
    def parse(cls, text: str) -> EquipmentCode:
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def equipment_class(self) -> EquipmentClass:
        return EquipmentClass(self.text[:4])

    @property
    def maker(self) -> str:
        """Two digits of the licensing region and three of the licence, see `maker_of_licence`."""
        return self.text[4:9]

    @property
    def year(self) -> int:
        return int(self.text[9:13])

    @property
    def serial(self) -> str:
        """Serial of that maker in that year; beyond 99999 its first character is a letter."""
        return self.text[13:]


def maker_of_licence(licence: str) -> str:
    """The maker's five digits in a manufacturing licence: ``TS2210890`` gives ``10890``.

    Raises:
        ContentError: ``equipment_licence.shape``.
    """
    found = _LICENCE.fullmatch(licence)
    if not found:
        raise ContentError(
            "equipment_licence.shape",
            _("“{text}”不是特种设备制造许可证编号。", text=licence),
            _("应为 TS 后接 7 位数字，如 TS2210890。"),
        )
    return found[1]


@dataclass(frozen=True, slots=True, order=True)
class EquipmentRegistration:
    """旧注册代码, twenty characters: class, region, year and month, serial of four.

    Raises:
        ContentError: ``equipment_registration.shape``, or ``region_code.gap``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _REGISTRATION.fullmatch(self.text):
            raise ContentError(
                "equipment_registration.shape",
                _("“{text}”不是特种设备旧注册代码。", text=self.text),
                _(
                    "应依次为目录代码 4 位、行政区划 6 位、年月 6 位、顺序号 4 位，共 20 位，"
                    "如 21603101012006010101。"
                ),
            )
        RegionCode(self.text[4:10])

    @classmethod
    def parse(cls, text: str) -> EquipmentRegistration:
        return cls(text)

    def __str__(self) -> str:
        return self.text

    @property
    def equipment_class(self) -> EquipmentClass:
        return EquipmentClass(self.text[:4])

    @property
    def region(self) -> RegionCode:
        return RegionCode(self.text[4:10])

    @property
    def year_month(self) -> tuple[int, int]:
        return int(self.text[10:14]), int(self.text[14:16])

    @property
    def serial(self) -> str:
        return self.text[16:]


@dataclass(frozen=True, slots=True, order=True)
class LiftRescueNumber:
    """The six digits in a lift's car, which are unique within one city only.

    Written ``<city>-<number>``, e.g. ``370200-012345``.

    Raises:
        ContentError: ``lift_rescue.shape``, ``lift_rescue.city`` or one of the region code's.
    """

    city: RegionCode
    number: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{6}", self.number):
            raise _bad_rescue_number(self.number)
        is_municipality = self.city.level == "province" and self.city.parts[0] in _MUNICIPALITIES
        if self.city.level != "city" and not is_municipality:
            raise ContentError(
                "lift_rescue.city",
                _("“{city}”不是设区的市。", city=self.city),
                _("电梯应急救援编号在一个市内唯一，请用市级代码（直辖市用省级代码），如 370200。"),
            )

    @classmethod
    def parse(cls, text: str) -> LiftRescueNumber:
        found = _RESCUE.fullmatch(text)
        if not found:
            raise _bad_rescue_number(text)
        return cls(RegionCode(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.city}-{self.number}"


def _bad_rescue_number(text: str) -> ContentError:
    return ContentError(
        "lift_rescue.shape",
        _("“{text}”不是电梯应急救援编号。", text=text),
        _("编号为 6 位数字，全称为市级代码加短横加编号，如 370200-012345。"),
    )
