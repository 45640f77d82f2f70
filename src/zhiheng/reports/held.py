"""All that is held about a firm or a person: what, since when, from whom, for what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from zhiheng.evidence import queries as evidence
from zhiheng.evidence import retention
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import PersonalValue
from zhiheng.evidence.rows import row_said
from zhiheng.evidence.scope import Narrowed
from zhiheng.evidence.shown_rows import Filed, mask
from zhiheng.indicators.indicators import ALL as INDICATORS
from zhiheng.office import queries as office
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party, User
from zhiheng.office.words import _
from zhiheng.reports.held_cases import cases_about
from zhiheng.rules.errors import UsageError
from zhiheng.subjects import queries as subjects
from zhiheng.web.language import language_code

AT_ONCE = 1000
FORMAT = "zhiheng-held-1"


@dataclass(frozen=True)
class Section:
    """The rows of one kind, and what may be said of all of them."""

    kind: Kind
    rows: list[Filed]

    def plain(self) -> dict[str, Any]:
        recorded = [row.recorded_at for row in self.rows]
        return {
            "kind": self.kind.code,
            "zh": self.kind.zh,
            "en": self.kind.en,
            "rows": len(self.rows),
            "first_recorded": min(recorded),
            "last_recorded": max(recorded),
            "from": parties({row.source for row in self.rows}),
            "basis": self.kind.source,
            "used_for": [
                indicator.title(language_code())
                for indicator in INDICATORS.values()
                if self.kind in indicator.kinds
            ],
            "kept_days": {
                column.name: retention.rule_of(self.kind, column, timezone.localdate()).value
                for column in self.kind.personal_columns
            },
        }


@dataclass(frozen=True)
class Held:
    """What is held: ``about`` describes the firm, or the accounts of the person."""

    title: str
    made_at: datetime
    made_for: str
    about: dict[str, Any]
    sections: tuple[Section, ...]
    cases: tuple[dict[str, Any], ...] = ()

    def plain(self) -> dict[str, Any]:
        """Everything as plain values; rows as the API says them."""
        return {
            "format": FORMAT,
            "title": self.title,
            "made_at": self.made_at,
            "made_for": self.made_for,
            "about": self.about,
            "kinds": [section.plain() for section in self.sections],
            "rows": [row_said(row) for section in self.sections for row in section.rows],
            "cases": list(self.cases),
        }


def about_organisation(actor: Actor, number: int) -> Held:
    """What the actor may see about one organisation; other people's personal values left out.

    Raises:
        UsageError: there is none the actor may see.
    """
    found = subjects.organisation(actor, number)
    rows = (_without_persons(actor, row) for row in _rows_about(actor, number))
    said = asdict(found)
    return Held(found.name, timezone.now(), actor.name, said, _sections(rows))


def about_person(actor: Actor, value: str) -> Held:
    """Every row and every case that says a personal value, and the accounts that bear it.

    Raises:
        RightError: the actor may not read personal values.
        UsageError: nothing that the actor may see says it.
    """
    actor.require("evidence.personal")
    sought = value.strip()
    of_rows = PersonalValue.objects.filter(value=sought).values_list("row", flat=True)
    rows = evidence.rows(actor, sorted(set(of_rows)))
    accounts = _accounts(actor, sought)
    cases = tuple(cases_about(actor, sought))
    if not sought or not (rows or accounts or cases):
        raise UsageError(
            "person.unknown",
            _("没有保存“{value}”的个人信息，或不在您的辖区。", value=mask(sought)),
            _("请核对姓名或号码，须与报送时完全一致。"),
        )
    title = mask(sought)
    about = {"accounts": accounts}
    return Held(title, timezone.now(), actor.name, about, _sections(rows), cases)


def parties(keys: Iterable[str]) -> list[str]:
    """Names of the parties, or the keys of those that are not in the record."""
    named = dict(Party.objects.filter(key__in=list(keys)).values_list("key", "name"))
    return sorted(named.get(key, key) for key in keys)


def _rows_about(actor: Actor, number: int) -> Iterator[Filed]:
    before = None
    while rows := evidence.visible_rows(
        actor, Narrowed(organisation=number), before=before, limit=AT_ONCE
    ):
        yield from rows
        before = rows[-1].id


def _without_persons(actor: Actor, row: Filed) -> Filed:
    """A firm is not told who complained: only what it filed itself keeps its personal values."""
    own = actor.organisation is not None and row.source == actor.party
    hidden = {
        column.name: _("（不公开）")
        for column in ALL[row.kind].personal_columns
        if not own and row.values.get(column.name) is not None
    }
    return Filed(**{**vars(row), "values": {**row.values, **hidden}})


def _sections(rows: Iterable[Filed]) -> tuple[Section, ...]:
    by_kind: dict[str, list[Filed]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        by_kind.setdefault(row.kind, []).append(row)
    return tuple(Section(kind, by_kind[code]) for code, kind in ALL.items() if code in by_kind)


def _accounts(actor: Actor, value: str) -> list[dict[str, Any]]:
    """Accounts of the home that bear the name or the address, for who manages the office."""
    if not actor.can("office.manage"):
        return []
    named = User.objects.filter(Q(name=value) | Q(email=value) | Q(username=value))
    return [
        {
            "account": user.username,
            "name": user.name,
            "email": user.email,
            "party": user.party.name,
            "roles": user.roles,
            "active": user.is_active,
            "tokens": [office.token_row(t) for t in office.tokens(actor).filter(user=user)],
        }
        for user in named.select_related("party").order_by("id")
    ]
