"""Letters: laid on desks and put on their way in the transaction of what they tell; their text.

What a letter says follows from the case's dated text and the values that were kept when it was
written, so that it reads the same whenever it is opened. Personal values never stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from zhiheng.evidence.declaration import Column, Type
from zhiheng.office import notices
from zhiheng.office.models import Party, User
from zhiheng.office.queries import region_tree
from zhiheng.procedures import catalogue
from zhiheng.procedures.clocks import Reading
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.holding import Held, number_of
from zhiheng.procedures.models import Case, OutgoingLetter, PersonalAnswer
from zhiheng.procedures.parts import Letter, To
from zhiheng.rules.parameters import Parameter

ENGLISH, CHINESE = "en", "zh-hans"


@dataclass(frozen=True)
class Text:
    """What a letter says in one language."""

    subject: str
    text: str


def write(held: Held, letters: Iterable[Letter], occasion: str, reading: Reading | None) -> None:
    """Write letters to all whom they concern; the same occasion writes each only once.

    Args:
        occasion: what they tell, within the case: the number of an event, a clock and its day.
        reading: the clock they speak of; None: the one that runs out first.
    """
    for letter in letters:
        values = _values(held, reading)
        if letter.to is To.ADDRESS:
            _to_address(held, letter, occasion, values)
            continue
        user = held.standing.assignee if letter.to is To.ASSIGNEE else ""
        for party in sorted(_parties(held, letter.to)):
            _to_party(held, letter, occasion, values, party, user)


def _parties(held: Held, to: To) -> set[str]:
    if to is To.FILER:
        return {held.standing.filer}
    if to is not To.SUPERIOR:
        return {held.standing.unit}
    view = region_tree().as_of(timezone.localdate())
    above = view.ancestors(held.standing.region)[1:2]
    units = Party.objects.filter(kind=Party.Kind.UNIT, region__in=above)
    return set(units.values_list("key", flat=True))


def _to_party(
    held: Held, letter: Letter, occasion: str, values: dict[str, Any], party: str, username: str
) -> None:
    """On the party's desk, and to those of its people who have an address."""
    desk, new = _written(held.case, letter, occasion, values, f"desk {party}", party=party)
    if not new:
        return
    both = {
        "subject": said(desk, CHINESE).subject,
        "subject_en": said(desk, ENGLISH).subject,
    }
    notices.lay_on_desks({party}, notices.LETTER, both, f"/desk/cases/{held.case.pk}")
    people = User.objects.filter(party__key=party, is_active=True).exclude(email="")
    for user in people.filter(username=username) if username else people:
        _written(held.case, letter, occasion, values, f"user {user.pk}", party=party, user=user.pk)


def _to_address(held: Held, letter: Letter, occasion: str, values: dict[str, Any]) -> None:
    answers = PersonalAnswer.objects.filter(event__case=held.case, name=letter.address)
    newest = answers.order_by("-event__number").first()
    if newest is not None:
        _written(held.case, letter, occasion, values, "address", answer=newest)


def _written(
    case: Case, letter: Letter, occasion: str, values: dict[str, Any], whom: str, **more: Any
) -> tuple[OutgoingLetter, bool]:
    now = timezone.now()
    by_mail = "user" in more or "answer" in more
    return OutgoingLetter.objects.get_or_create(
        reference=f"{number_of(case)} {occasion} {letter.code} {whom}",
        defaults={
            "case": case,
            "code": letter.code,
            "values": values,
            "written_at": now,
            "next_try_at": now if by_mail else None,
            **more,
        },
    )


def _values(held: Held, reading: Reading | None) -> dict[str, Any]:
    """What the text may name, in the form that JSON keeps."""
    from zhiheng.procedures.forms import plain

    if reading is None:
        running = [r for r in held.standing.readings.values() if r.due_on and not r.stopped_on]
        reading = min(running, key=lambda r: r.due_on or date.max, default=None)
    return plain(
        {
            **held.standing.answers,
            "number": number_of(held.case),
            "title": held.case.title,
            "state": held.standing.state,
            "day": held.entries[-1].day,
            "due": reading.due_on if reading else None,
            "clock": reading.clock if reading else "",
            "provisional": bool(reading and reading.provisional),
        }
    )


def version_of(letter: OutgoingLetter) -> Parameter:
    """The text in force on the case's own day of receipt."""
    procedure = catalogue.known(letter.case.procedure)
    return procedure.letters.at(letter.code, letter.case.received_on)


def said(letter: OutgoingLetter, language: str) -> Text:
    """What a letter says."""
    english = language.startswith("en")
    procedure = catalogue.known(letter.case.procedure)
    words = _words(procedure, letter.values, ENGLISH if english else "zh")
    version = version_of(letter).value
    suffix = "_en" if english else ""
    return Text(
        version[f"subject{suffix}"].format(**words).replace("\n", " "),
        version[f"text{suffix}"].format(**words),
    )


def _words(procedure: Procedure, values: dict[str, Any], language: str) -> dict[str, str]:
    """The values as a reader of the language sees them; a field not answered is empty."""
    shown = {
        name: shown_value(column, None, language) for name, column in procedure.columns.items()
    }
    on = date.fromisoformat(values["day"])
    for name, value in values.items():
        if name in procedure.columns:
            shown[name] = shown_value(procedure.columns[name], value, language, on)
    due = _day(values["due"], language) if values["due"] else ""
    if values["provisional"]:
        due += "（暂定）" if language != ENGLISH else " (provisional)"
    clock = procedure.clock_of.get(values["clock"])
    return shown | {
        "number": values["number"],
        "procedure": procedure.title(language),
        "title": values["title"],
        "state": procedure.state_of[values["state"]].title(language),
        "day": _day(values["day"], language),
        "due": due,
        "clock": clock.title(language) if clock else "",
    }


def shown_value(column: Column, value: Any, language: str, on: date | None = None) -> str:
    """A value of a form as its readers see it; empty where it was not answered.

    Args:
        on: the day whose names of regions are said; today unless given.
    """
    if value is None:
        return ""
    if column.region:
        return _region(value, language, on or timezone.localdate())
    if column.type is Type.CODE:
        chosen = next((c for c in column.choices if c.code == value), None)
        return (chosen.en if language == ENGLISH else chosen.zh) if chosen else str(value)
    if column.type is Type.DATE:
        return _day(str(value), language)
    if column.type is Type.BOOLEAN:
        yes, no = ("yes", "no") if language == ENGLISH else ("是", "否")
        return yes if value else no
    if column.type is Type.NUMBER:
        return f"{value:g}"
    return str(value)


def _region(said: str, language: str, on: date) -> str:
    version = region_tree().as_of(on).version(said)
    if version is None:
        return said
    return (version.name_en if language == ENGLISH else "") or version.name


def _day(iso: str, language: str) -> str:
    day = date.fromisoformat(iso)
    return iso if language == ENGLISH else f"{day.year}年{day.month}月{day.day}日"


def as_word(letter: OutgoingLetter, language: str) -> bytes:
    """The letter as a Word document in the official layout."""
    from zhiheng.documents.model import Document, Paragraph
    from zhiheng.documents.word import write_docx

    text = said(letter, language)
    blocks = tuple(Paragraph(line) for line in text.text.splitlines() if line.strip())
    party = Party.objects.filter(key=letter.case.unit).first()
    document = Document(
        title=text.subject,
        issuer=party.name if party else letter.case.unit,
        date=timezone.localtime(letter.written_at).date(),
        blocks=blocks,
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "letter.docx"
        write_docx(document, path)
        return path.read_bytes()
