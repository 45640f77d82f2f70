"""The machine of evidence kinds: a kind is declared once, and everything else follows from it.

From one declaration come the Excel template, the checks of intake, the API schema, the lake's
columns and the reference page. A declaration that contradicts itself cannot be built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")


class Type(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"


class Role(StrEnum):
    """The part a column plays for every kind alike; at most one column a role."""

    EXTERNAL_ID = "external_id"
    SUBJECT_CODE = "subject_code"
    SUBJECT_NAME = "subject_name"
    SUBJECT_ADDRESS = "subject_address"
    REGION = "region"
    OCCURRED_ON = "occurred_on"


@dataclass(frozen=True)
class Choice:
    """One entry of a code list; a file may say the code or either name."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Column:
    """One column of a kind.

    ``personal`` values never enter ledger rows or lake as such: the row keeps a salted digest,
    the value lies in an erasable table. ``least`` and ``most`` bound numbers, inclusively.
    ``share_where`` names the column that says the unit: where that is %, the number is a share
    (0.95), which may also be written with the sign (95%). ``region``: the text means a region of
    the tree, by its key or any of its names.
    """

    name: str
    zh: str
    en: str
    type: Type = Type.TEXT
    role: Role | None = None
    required: bool = False
    personal: bool = False
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    example: str = ""
    note: str = ""
    share_where: str = ""
    region: bool = False

    def __post_init__(self) -> None:
        if not _CODE.match(self.name):
            raise ValueError(f"column {self.name!r}: a name is lower case letters, digits and _")
        if not (self.zh and self.en):
            raise ValueError(f"column {self.name}: needs a Chinese and an English name")
        if (self.type is Type.CODE) != bool(self.choices):
            raise ValueError(f"column {self.name}: a code column, and no other, has choices")
        if (self.least is not None or self.most is not None) and self.type not in {
            Type.INTEGER,
            Type.NUMBER,
        }:
            raise ValueError(f"column {self.name}: only numbers have bounds")
        if self.region and (self.type is not Type.TEXT or self.personal):
            raise ValueError(f"column {self.name}: a region is a text, and nothing personal")
        if self.personal and self.role:
            raise ValueError(f"column {self.name}: a column with a role cannot be personal")
        if self.personal and self.type is not Type.TEXT:
            raise ValueError(f"column {self.name}: personal columns hold text")

    @property
    def sealed_under_role(self) -> bool:
        """True if intake turns it into a column that all kinds share (id, region, day)."""
        return self.role in {Role.EXTERNAL_ID, Role.REGION, Role.OCCURRED_ON}

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class Order:
    """Two date columns of which the second may not come before the first."""

    first: str
    second: str


@dataclass(frozen=True)
class Kind:
    """One kind of evidence.

    Args:
        may_report: kinds of party that may file it (see office.Party.Kind); none where its rows
            come from what people do in the system, and no file of it is taken.
        orders: pairs of dates that must stand in order.
        source: the rule or standard that the declaration follows.
    """

    code: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    may_report: tuple[str, ...] = ("unit",)
    orders: tuple[Order, ...] = ()
    source: str = ""
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if not _CODE.match(self.code):
            raise ValueError(f"kind {self.code!r}: a code is lower case letters, digits and _")
        names = [c.name for c in self.columns]
        titles = [t for c in self.columns for t in {c.zh, c.en}]
        for what, values in (("column", names), ("title", titles)):
            if twice := {v for v in values if values.count(v) > 1}:
                raise ValueError(f"kind {self.code}: {what} declared twice: {sorted(twice)}")
        roles = [c.role for c in self.columns if c.role]
        if len(roles) != len(set(roles)):
            raise ValueError(f"kind {self.code}: a role is taken twice")
        for role in (Role.EXTERNAL_ID, Role.REGION, Role.OCCURRED_ON):
            if role not in roles:
                raise ValueError(f"kind {self.code}: no column is its {role}")
        if "organisation" in self.may_report and Role.SUBJECT_CODE not in roles:
            raise ValueError(f"kind {self.code}: organisations file it, yet it names no subject")
        object.__setattr__(self, "_by_name", {c.name: c for c in self.columns})
        for order in self.orders:
            for name in (order.first, order.second):
                if self._by_name.get(name) is None or self._by_name[name].type is not Type.DATE:
                    raise ValueError(f"kind {self.code}: {name} is not one of its dates")

    def column(self, name: str) -> Column:
        return self._by_name[name]

    def with_role(self, role: Role) -> Column | None:
        return next((c for c in self.columns if c.role is role), None)

    @cached_property
    def titles(self) -> dict[str, Column]:
        """Every text that a header may say, to its column: code, Chinese or English name."""
        found: dict[str, Column] = {}
        for c in self.columns:
            for text in (c.name, c.zh, c.en):
                found[text.casefold()] = c
        return found

    @cached_property
    def plain_columns(self) -> tuple[Column, ...]:
        """The kind's own columns in the lake: not personal, not shared by all kinds."""
        return tuple(c for c in self.columns if not c.personal and not c.sealed_under_role)

    @cached_property
    def personal_columns(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.personal)

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def register(kinds: Iterable[Kind]) -> dict[str, Kind]:
    """The kinds by code; refuses two of one code."""
    found: dict[str, Kind] = {}
    for kind in kinds:
        if kind.code in found:
            raise ValueError(f"kind {kind.code} declared twice")
        found[kind.code] = kind
    return found
