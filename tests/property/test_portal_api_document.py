"""The API does what its document says, whoever asks and whatever is sent: no server error, and no
answer that the document does not describe (schemathesis over the application in process)."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from support import ledger_rows, town

from zhiheng.evidence.models import ObjectionStep
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.actors import roles_of
from zhiheng.office.models import User
from zhiheng.subjects.models import Organisation, SubjectReference

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
ASKING = {"public": "", "reporter": "yunxi", "organisation": "qiye", "staff": "fenxi"}


@pytest.fixture
def schema(canaries: town.Canaries) -> Any:
    # One person who may do everything sees the answers that many a right guards.
    User.objects.filter(username="fenxi").update(roles=sorted(roles_of("unit")))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def known_values() -> dict[str, list[Any]]:
    """Values of path parameters that exist, by the parameter's name."""
    numbers = [1, 2, *(row.id for row in ledger_rows.rows()[-3:])]
    for model in (EstimateRow, Organisation):
        numbers += list(model.objects.values_list("id", flat=True).order_by("-id")[:3])
    return {
        "event": [1],
        "number": numbers,
        "reference": list(SubjectReference.objects.values_list("id", flat=True)[:9]),
        "kind": ["product_inspection", "complaint"],
        "indicator": ["product_pass_rate"],
        "region": [town.EAST, town.CITY],
        "code": ["hengchuan-2026"],
        "target": ["T01"],
        "ending": ["xlsx"],
        "objection": list(ObjectionStep.objects.values_list("number", flat=True)),
    }


def hold_to_document(schema: Any, who: str, examples: int) -> None:
    name = ASKING[who]
    known = known_values()
    for found in schema.get_all_operations():
        # A token of its own for each: one of the operations ends tokens.
        headers = {"Authorization": f"Bearer {town.token(name)}"} if name else {}
        hold(found.ok(), headers, known, examples)


def hold(operation: Any, headers: dict[str, str], known: dict[str, Any], examples: int) -> None:
    @hypothesis.settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from(list(GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if data.draw(st.booleans()):
            for parameter in case.path_parameters or {}:
                case.path_parameters[parameter] = data.draw(st.sampled_from(known[parameter]))
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


@pytest.mark.parametrize("who", ASKING)
def test_no_answer_is_outside_of_the_document(schema, who: str) -> None:
    hold_to_document(schema, who, examples=3)


@pytest.mark.full
@pytest.mark.parametrize("who", ASKING)
def test_no_answer_is_outside_of_the_document_in_full(schema, who: str) -> None:
    hold_to_document(schema, who, examples=60)
