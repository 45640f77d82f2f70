"""The fields of a form as a template draws them, with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhiheng.evidence.declaration import Column, Type
from zhiheng.evidence.value_checks import LONGEST_TEXT
from zhiheng.rules.errors import ZhihengError
from zhiheng.web.language import in_language, language_code
from zhiheng.web.places import region_name, today_view

LONG = {"account", "claim", "supplement", "comment", "reason", "terms", "lead", "findings"}
_MODES = {Type.INTEGER: "numeric", Type.NUMBER: "decimal"}
_COMPLETES = {"complainant": "name", "phone": "tel", "email": "email"}
_KEYS = {"phone": "tel", "email": "email"}
_SHORT = 200


@dataclass(frozen=True)
class Asked:
    """One field: ``form`` is text, long, choice, date or yes."""

    name: str
    title: str
    form: str
    required: bool
    value: str
    unit: str = ""
    problem: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    keys: str = ""
    completes: str = "off"
    longest: int = _SHORT


def asked(
    columns: Iterable[Column], typed: Mapping[str, str], error: ZhihengError | None = None
) -> list[Asked]:
    """The fields of a form; each bears its own fault where ``error`` names them."""
    faults = {p["field"]: p["message"] for p in getattr(error, "problems", [])}
    return [_one(column, typed, faults) for column in columns]


def _one(column: Column, typed: Mapping[str, str], faults: Mapping[str, str]) -> Asked:
    name = column.name
    return Asked(
        name=name,
        title=column.title(language_code()),
        form=_form(column),
        required=column.required,
        # Of a text that no form takes so much goes back as its writer needs to shorten it.
        value=(typed.get(name) or "")[: 2 * LONGEST_TEXT],
        unit=column.unit,
        problem=faults.get(name, ""),
        choices=_choices(column),
        keys=_MODES.get(column.type) or _KEYS.get(name, ""),
        completes=_COMPLETES.get(name, "off"),
        longest=LONGEST_TEXT if name in LONG else _SHORT,
    )


def _form(column: Column) -> str:
    if column.type is Type.BOOLEAN:
        return "yes"
    if column.type is Type.DATE:
        return "date"
    if column.type is Type.CODE or column.region:
        return "choice"
    return "long" if column.name in LONG else "text"


def _choices(column: Column) -> tuple[tuple[str, str], ...]:
    if column.region:
        view = today_view()
        below = sorted(v.key for v in view if v.level in {"district", "unit"})
        return tuple((key, region_name(view, key)) for key in below)
    return tuple((c.code, in_language(c.zh, c.en)) for c in column.choices)
