"""A submission sent again: the same words change nothing, other words are added to its case.

A hot-line corrects what it took down under the same number; somebody goes back in the form and
sends it once more. What was said first stays as it was said; what differs becomes added material.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from zhiheng.evidence.declaration import Column
from zhiheng.evidence.value_checks import LONGEST_TEXT
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures import actions as machine
from zhiheng.procedures import catalogue, forms
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.letters import shown_value
from zhiheng.procedures.models import Case
from zhiheng.rules.errors import ConflictError
from zhiheng.web.language import language_code

STEP = "supplement"


def changes(case: Case, answers: Mapping[str, Any]) -> list[tuple[Column, Any]]:
    """The fields that say something else than when the case was opened, with what they say.

    A field that is not sent again is not changed. Of a case whose personal fields were erased
    none is brought back.

    Raises:
        FormError: the new answers could not have opened a case.
    """
    procedure = catalogue.known(case.procedure)
    opening = case.history.get(number=1)
    personal = dict(opening.personal.values_list("name", "value"))
    before = {**forms.typed(procedure, opening.answers), **personal}
    said = forms.read(procedure.opening, answers, language_code())
    return [
        (column, said[column.name])
        for column in procedure.opening.form
        if column.name in said
        and said[column.name] != before.get(column.name)
        and (personal or not column.personal)
    ]


def add_changes(cases: Sequence[Case], changed: Sequence[tuple[Column, Any]]) -> None:
    """Add what changed to the cases of a submission that still take material in; once, however
    often it is sent.

    Raises:
        ConflictError: none of them does any more.
    """
    language = language_code()
    text = "\n".join(
        _("{field}改为：{value}", field=c.title(language), value=shown_value(c, value, language))
        for c, value in changed
    )
    mark = hashlib.sha256(text.encode()).hexdigest()[:40]
    pieces = [text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT)]
    known = [case for case in cases if case.history.filter(key=f"{mark}.0").exists()]
    able = [c for c in cases if c.state in catalogue.known(c.procedure).step_of[STEP].source]
    if not known and not able:
        raise ConflictError(
            "submission.closed",
            _("{case} 已经办结，改动的内容没有记入。", case=number_of(cases[0])),
            _("如有新的情况，请另行提交。"),
        )
    for case in able:
        for place, piece in enumerate(pieces):
            machine.take_step(
                Actor.public(), case.pk, STEP, {STEP: piece}, key=f"{mark}.{place}", bearer=True
            )
