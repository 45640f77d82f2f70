"""Numbers that Word writes before the items of a list, which are not part of its text."""

from __future__ import annotations

import re
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "taiwaneseCountingThousand",
}
_DIGITS = "零一二三四五六七八九"


class ListNumbers:
    """Counts the items of a document's lists in the order in which they are asked for."""

    def __init__(self, document: Any) -> None:
        self._levels = _levels_of(document)
        self._counts: dict[tuple[str, int], int] = {}

    def before(self, paragraph: Any) -> str:
        """The number that Word shows before the paragraph, empty where it shows none."""
        number = paragraph._p.find(f"{_W}pPr/{_W}numPr")
        if number is None:
            return ""
        list_id = _value(number.find(f"{_W}numId"))
        level = int(_value(number.find(f"{_W}ilvl")) or 0)
        if (list_id, level) not in self._levels or not paragraph.text.strip():
            return ""
        shape, pattern, start = self._levels[list_id, level]
        count = self._counts.get((list_id, level), start - 1) + 1
        self._counts[list_id, level] = count
        for deeper in [key for key in self._counts if key[0] == list_id and key[1] > level]:
            del self._counts[deeper]

        def said(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            own = self._levels.get((list_id, at), (shape, "", 1))
            return _numeral(self._counts.get((list_id, at), own[2]), own[0])

        return "" if shape in {"bullet", "none"} else re.sub(r"%(\d)", said, pattern)


def _levels_of(document: Any) -> dict[tuple[str, int], tuple[str, str, int]]:
    """(list, level) to (kind of numeral, pattern such as "%1、", first number)."""
    if not any(map(_is_numbering, document.part.rels.values())):
        return {}
    root = document.part.numbering_part.element
    shapes = {
        abstract.get(f"{_W}abstractNumId"): abstract for abstract in root.iter(f"{_W}abstractNum")
    }
    found = {}
    for number in root.iter(f"{_W}num"):
        abstract = shapes.get(_value(number.find(f"{_W}abstractNumId")))
        for level in abstract.iter(f"{_W}lvl") if abstract is not None else ():
            found[number.get(f"{_W}numId"), int(level.get(f"{_W}ilvl") or 0)] = (
                _value(level.find(f"{_W}numFmt")) or "decimal",
                _value(level.find(f"{_W}lvlText")),
                int(_value(level.find(f"{_W}start")) or 1),
            )
    return found


def _is_numbering(relation: Any) -> bool:
    return relation.reltype.endswith("/numbering") and not relation.is_external


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{_W}val") or ""


def _numeral(value: int, shape: str) -> str:
    if shape not in _CHINESE or not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")
