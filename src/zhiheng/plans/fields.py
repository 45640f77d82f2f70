"""Typed reading of the entries of a plan file: a wrong one becomes a problem, not an end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from zhiheng.office.words import _
from zhiheng.plans.declaration import Problem


class Fields:
    """Reads the entries of one target (or of the head, with an empty name).

    Every method gives the typed value, or an empty one after noting the problem.
    """

    def __init__(self, target: str, problems: list[Problem]) -> None:
        self.target = target
        self.problems = problems
        self.told: set[str] = set()

    def wrong(self, field: str, value: Any, allowed: str, fix: str = "") -> None:
        self.told.add(field.split(".")[0])
        said = "" if value is None else str(value)
        self.problems.append(Problem(self.target, field, said, allowed, fix))

    def mapping(
        self, field: str, value: Any, allowed: Collection[str] | None = None
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.wrong(field, value, _("键值对"))
            return {}
        for key in value:
            if allowed is not None and key not in allowed:
                name = f"{field}.{key}" if field else str(key)
                self.wrong(name, value[key], "、".join(allowed), _("请删去或改正此项。"))
        return value

    def text(self, field: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, (dict, list, bool, float)):
            self.wrong(field, value, _("文字"), _("请加引号。"))
            return ""
        return str(value)

    def texts(self, field: str, value: Any) -> tuple[str, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(field, value, _("名称列表"), _("请写成 YAML 列表，一个名称一项。"))
            return ()
        return tuple(self.text(field, each) for each in value)

    def number(self, field: str, value: Any) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong(field, value, _("数字"), _("百分数写 95，单位写在 unit。"))
            return None
        return float(value)

    def flag(self, field: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.wrong(field, value, "true / false")
            return False
        return value

    def year_or_day(self, field: str, value: Any) -> int | date | None:
        if value is None or type(value) is int:
            return value
        return self.day(field, value)

    def day(self, field: str, value: Any) -> date | None:
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(field, value, _("2025-12-31 形式的日期"), _("请改正。"))
            return None

    def pair(self, field: str, value: Any, allowed: str) -> tuple[int, int] | None:
        if value is None:
            return None
        if not (isinstance(value, list) and [type(number) for number in value] == [int, int]):
            self.wrong(field, value, allowed, _("请改正。"))
            return None
        return value[0], value[1]
