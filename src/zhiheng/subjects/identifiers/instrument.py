"""Measuring instruments have no national serial number: four facts together are the key."""

from __future__ import annotations

from dataclasses import dataclass, fields

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_SEPARATOR = "|"


@dataclass(frozen=True, slots=True, order=True)
class InstrumentKey:
    """Manufacturer, model, pattern-approval number and factory number of one instrument.

    ``approval`` (型式批准号, CPA mark) is empty for instruments made without one. Written with
    ``|`` between the four.

    Raises:
        ContentError: ``instrument.shape`` or ``instrument.empty``.
    """

    manufacturer: str
    model: str
    approval: str
    factory_number: str

    def __post_init__(self) -> None:
        for field in fields(self):
            value: str = getattr(self, field.name)
            if _SEPARATOR in value or value != value.strip():
                raise _bad_shape(value)
            if not value and field.name != "approval":
                raise ContentError(
                    "instrument.empty",
                    _("计量器具标识“{text}”不完整。", text=self),
                    _("制造单位、型号、出厂编号不能为空；没有型式批准号的可以空着。"),
                )

    @classmethod
    def parse(cls, text: str) -> InstrumentKey:
        parts = text.split(_SEPARATOR)
        if len(parts) != len(fields(cls)):
            raise _bad_shape(text)
        return cls(*(part.strip() for part in parts))

    def __str__(self) -> str:
        return _SEPARATOR.join(getattr(self, field.name) for field in fields(self))


def _bad_shape(text: str) -> ContentError:
    return ContentError(
        "instrument.shape",
        _("“{text}”不是计量器具标识。", text=text),
        _("应为“制造单位|型号|型式批准号|出厂编号”，各部分首尾没有空格，也不含竖线。"),
    )
