"""Cases that hold something about a person: the forms in which it stands, and the photos."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhiheng.complaints.models import Photo
from zhiheng.complaints.photos import place
from zhiheng.complaints.submissions import folder
from zhiheng.documents.model import Block, Heading, Table
from zhiheng.office.actors import Actor
from zhiheng.office.queries import party_names
from zhiheng.office.words import _
from zhiheng.procedures import catalogue, retention
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.procedures.queries import in_scope
from zhiheng.web.language import language_code


def cases_about(actor: Actor, value: str) -> list[dict[str, Any]]:
    """Every case of the actor's scope in which a personal field says the value.

    Whoever may read personal values reads them in cases of every procedure, also of those that
    they do not handle. Of each the personal fields of those forms, and no other people's.
    """
    of_value = PersonalAnswer.saying(value)
    found = in_scope(actor).filter(id__in=of_value.values("event__case"))
    cases = list(found.order_by("id"))
    units = party_names(case.unit for case in cases)
    return [_case(case, value, units[case.unit]) for case in cases]


def _case(case: Case, value: str, unit: str) -> dict[str, Any]:
    procedure, language = catalogue.known(case.procedure), language_code()
    of_value = PersonalAnswer.saying(value).filter(event__case=case)
    answers = PersonalAnswer.objects.filter(event__in=of_value.values("event"))
    columns, today = procedure.columns, timezone.localdate()
    return {
        "case": case.pk,
        "number": number_of(case),
        "procedure": procedure.title(language),
        "state": procedure.state_of[case.state].title(language),
        "unit": unit,
        "received_on": case.received_on,
        "closed_on": case.closed_on,
        "basis": procedure.source,
        "fields": [
            {
                "event": answer.event.number,
                "field": answer.name,
                "title": columns[answer.name].title(language)
                if answer.name in columns
                else answer.name,
                "value": answer.value,
                "kept_days_after_end": retention.rule_of(procedure, answer.name, today).value,
            }
            for answer in answers.select_related("event").order_by("event__number", "id")
        ],
        "photos": [f"photos/{path.name}" for path in photos_of(case.pk)],
    }


def photos_of(case: int) -> list[Path]:
    """The files of a case's photos."""
    digests = Photo.objects.filter(case=case).order_by("id").values_list("digest", flat=True)
    return [place(folder(), digest) for digest in digests]


def table_of(case: dict[str, Any]) -> list[Block]:
    """A case as people read it."""
    head = [
        (_("状态"), case["state"]),
        (_("承办单位"), case["unit"]),
        (_("收到"), case["received_on"].isoformat()),
        (_("依据"), case["basis"]),
    ]
    return [
        Heading(1, f"{case['procedure']} {case['number']}"),
        Table(
            (_("事项"), _("内容")),
            [*head, *_fields(case["fields"]), (_("照片"), str(len(case["photos"])))],
            alignments=("left", "left"),
            widths=(22, 78),
        ),
    ]


def _fields(fields: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(field["title"], field["value"]) for field in fields]
