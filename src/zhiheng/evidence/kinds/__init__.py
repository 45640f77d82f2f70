"""The first kinds of evidence, as departments keep them today."""

from __future__ import annotations

from zhiheng.evidence.declaration import Kind, register
from zhiheng.evidence.generated import discover
from zhiheng.evidence.kinds.inspections import (
    ESTABLISHMENT_INSPECTION,
    PENALTY,
    PRODUCT_INSPECTION,
    PROJECT_ACCEPTANCE,
)
from zhiheng.evidence.kinds.objections import OBJECTION
from zhiheng.evidence.kinds.registers import (
    CERTIFICATE,
    ORGANISATION_REGISTER,
    QUALITY_COST,
    REPORTED_FIGURE,
)
from zhiheng.evidence.kinds.voices import (
    COMPLAINT,
    PRODUCT_COMPLAINT,
    SATISFACTION_ANSWER,
)
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

ALL = register(
    [
        PRODUCT_INSPECTION,
        ESTABLISHMENT_INSPECTION,
        COMPLAINT,
        SATISFACTION_ANSWER,
        PRODUCT_COMPLAINT,
        PROJECT_ACCEPTANCE,
        PENALTY,
        CERTIFICATE,
        QUALITY_COST,
        REPORTED_FIGURE,
        ORGANISATION_REGISTER,
        OBJECTION,
    ]
)


def known_kind(code: str) -> Kind:
    """Raises UsageError ``kind.unknown`` with the codes there are."""
    if code not in ALL:
        raise UsageError(
            "kind.unknown",
            _("没有“{code}”这类证据。", code=code),
            _("可用：{codes}。", codes="、".join(ALL)),
        )
    return ALL[code]


def add(kind: Kind) -> None:
    """Take up a kind that is generated from another declaration; refuses two of one code."""
    ALL.update(register([*ALL.values(), kind]))


discover()
