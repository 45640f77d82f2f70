"""The first kinds of evidence, as departments keep them today."""

from __future__ import annotations

from zhiheng.evidence.declaration import register
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
from zhiheng.evidence.kinds.voices import COMPLAINT, SATISFACTION_ANSWER

ALL = register(
    [
        PRODUCT_INSPECTION,
        ESTABLISHMENT_INSPECTION,
        COMPLAINT,
        SATISFACTION_ANSWER,
        PROJECT_ACCEPTANCE,
        PENALTY,
        CERTIFICATE,
        QUALITY_COST,
        REPORTED_FIGURE,
        ORGANISATION_REGISTER,
        OBJECTION,
    ]
)
