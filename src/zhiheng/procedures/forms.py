"""What a step's form brought: typed values, or everything that is wrong with it at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from unicodedata import normalize

import polars as pl

from zhiheng.evidence.conversion import read_column
from zhiheng.evidence.declaration import Column, Type
from zhiheng.evidence.value_checks import LONGEST_TEXT, expectation
from zhiheng.office.words import _
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import Step
from zhiheng.rules.errors import ContentError
from zhiheng.subjects.references import personal_codes

Problem = dict[str, str]

_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class FormError(ContentError):
    """A form that cannot be taken; ``problems`` names every field with its fault."""

    def __init__(self, step: str, problems: list[Problem]) -> None:
        said = "；".join(f"{p['title']}：{p['message']}" for p in problems)
        fixes = dict.fromkeys(p["fix"] for p in problems if p["fix"])
        super().__init__("form.invalid", f"{step}：{said}。", "".join(fixes))
        self.problems = problems


def read(step: Step, given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values of a step's form by field; a field left empty is not among them.

    Values may be typed already, or text as a person writes it.

    Raises:
        FormError: with every fault, and every field that the form does not have.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in step.form:
        found = _field(column, given.get(column.name), language)
        if isinstance(found, dict):
            problems.append(found)
        elif found is not None:
            values[column.name] = found
    known = {column.name for column in step.form}
    for name in sorted(set(given) - known):
        fix = _("可用：{names}。", names="、".join(sorted(known)) or _("（无）"))
        problems.append(_problem(name, name, given[name], "unknown", _("没有这一项"), fix))
    if problems:
        raise FormError(step.title(language), problems)
    return values


def _field(column: Column, value: Any, language: str) -> Any:
    """The typed value, None where it is empty, or the problem."""
    title = column.title(language)
    text = "" if value is None else _text(value).strip()
    if not text:
        if not column.required:
            return None
        fix = _("请补填{example}。", example="")
        return _problem(column.name, title, "", "required", _("为必填，却是空的"), fix)
    if "\0" in text:
        return _problem(column.name, title, "", "text", _("含有不可用的字符"), "")
    if column.type is Type.TEXT:
        return _long_or_personal(column, title, text) or text
    typed = read_column(pl.Series([text]), column).typed[0]
    if typed is None:
        what, fix = expectation(column)
        said = _("“{value}”不是{what}", value=text[:40], what=what)
        return _problem(column.name, title, text, column.type.value, said, fix)
    if column.type in {Type.INTEGER, Type.NUMBER}:
        least = -math.inf if column.least is None else column.least
        most = math.inf if column.most is None else column.most
        if not least <= typed <= most:
            said = _("“{value}”超出范围", value=text[:40])
            fix = _("应在 {least} 与 {most} 之间。", least=f"{least:g}", most=f"{most:g}")
            return _problem(column.name, title, text, "range", said, fix)
    return typed


def _long_or_personal(column: Column, title: str, text: str) -> Problem | None:
    if len(text) > LONGEST_TEXT:
        said = _("有 {length} 个字符，过长", length=len(text))
        fix = _("最多 {longest} 个字符。", longest=LONGEST_TEXT)
        return _problem(column.name, title, text[:40], "length", said, fix)
    numbers = pl.Series(_IDENTITY.findall(normalize("NFKC", text)), dtype=pl.String)
    if not column.personal and personal_codes(numbers.str.to_uppercase()).any():
        said = _("是居民身份证号，不能写在这里")
        return _problem(column.name, title, "", "personal_id", said, _("请删去身份证号。"))
    return None


def _problem(field: str, title: str, value: Any, rule: str, message: str, fix: str) -> Problem:
    said = str(value)[:40]
    return {
        "field": field, "title": title, "value": said, "rule": rule, "message": message, "fix": fix,
    }  # fmt: skip


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as JSON keeps them."""
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in values.items()}


def typed(procedure: Procedure, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Back from JSON to typed values; a field that the procedure has no more stays as it is."""
    days = {n for n, column in procedure.columns.items() if column.type is Type.DATE}
    return {n: date.fromisoformat(v) if n in days and v else v for n, v in kept.items()}
