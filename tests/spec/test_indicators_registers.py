"""Shares of a register, as it stood at the end of a period."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.tiny_lake import measured


def firm(key: str, **said: Any) -> dict[str, Any]:
    began = date(2020, 1, 1)
    return {"organisation": key, "category": "enterprise", "occurred_on": began, **said}


def certificate(holder: str, until: date, **said: Any) -> dict[str, Any]:
    return {
        "organisation": holder,
        "scheme": "quality",
        "state": "valid",
        "occurred_on": date(2025, 1, 1),
        "valid_until": until,
        **said,
    }


REACH = certificate("nobody", date(2026, 12, 31), occurred_on=date(2026, 12, 31))


def certified(
    firms: list[dict[str, Any]],
    certificates: list[dict[str, Any]],
    period: str = "2026",
    code: str = "certified_share",
) -> tuple[float, float | None] | None:
    evidence = {"organisation_register": firms, "certificate": [*certificates, REACH]}
    share = measured(code, evidence, period=period)
    return None if share is None else (share.numerator, share.denominator)


def test_a_firm_with_a_valid_certificate_counts_once() -> None:
    certificates = [
        certificate("A", date(2027, 1, 1)),
        certificate("A", date(2028, 1, 1), scheme="environment"),
    ]
    assert certified([firm("A"), firm("B")], certificates) == (1, 2)


def test_a_registration_that_nobody_has_identified_does_not_count_and_is_told() -> None:
    firms = [firm("A"), firm("B"), firm("name:小店@990101"), firm("code:123")]
    evidence = {
        "organisation_register": firms,
        "certificate": [
            certificate("A", date(2027, 1, 1)),
            certificate("name:小店@990101", date(2027, 1, 1)),
            certificate("name:别家@990101", date(2025, 1, 1)),
            REACH,
        ],
    }
    share = measured("certified_share", evidence)
    assert share is not None
    assert (share.numerator, share.denominator, share.n) == (1, 2, 2)
    assert (share.detail["unresolved"], share.detail["unmatched"]) == (2, 1)


def test_a_certificate_holds_on_its_last_day_and_not_after() -> None:
    certificates = [certificate("A", date(2026, 6, 30))]
    assert certified([firm("A")], certificates, "2026-06") == (1, 1)
    assert certified([firm("A")], certificates, "2026-07") == (0, 1)


def test_a_certificate_counts_from_the_period_in_which_it_was_issued() -> None:
    certificates = [certificate("A", date(2028, 1, 1), occurred_on=date(2026, 5, 2))]
    assert certified([firm("A")], certificates, "2026-04") == (0, 1)
    assert certified([firm("A")], certificates, "2026Q2") == (1, 1)


@pytest.mark.parametrize("said", [{"state": "withdrawn"}, {"scheme": "compulsory"}])
def test_withdrawn_and_product_certificates_do_not_count(said: dict[str, Any]) -> None:
    assert certified([firm("A")], [certificate("A", date(2028, 1, 1), **said)]) == (0, 1)


def test_the_register_is_of_enterprises_that_have_not_ended() -> None:
    firms = [
        firm("A"),
        firm("B", ended_on=date(2026, 12, 31)),
        firm("C", category="sole_trader"),
        firm("D", occurred_on=date(2027, 1, 1)),
    ]
    assert certified(firms, [certificate("A", date(2028, 1, 1))]) == (1, 1)
    assert certified(firms, [certificate("A", date(2028, 1, 1))], "2026-11") == (1, 2)


def test_above_scale_counts_only_those_said_to_be() -> None:
    firms = [firm("A", above_scale=True), firm("B", above_scale=False), firm("C")]
    held = [certificate("A", date(2028, 1, 1)), certificate("B", date(2028, 1, 1))]
    assert certified(firms, held, code="above_scale_certified_share") == (1, 1)
    assert certified(firms, held) == (2, 3)


def test_a_period_under_way_is_taken_as_of_the_day_evidence_reaches() -> None:
    evidence = {
        "organisation_register": [firm("A"), firm("B", ended_on=date(2026, 8, 1))],
        "certificate": [certificate("A", date(2026, 7, 31), occurred_on=date(2026, 6, 15))],
    }
    share = measured("certified_share", evidence, period="2026")
    assert share is not None
    assert (share.numerator, share.denominator) == (1, 2)
    assert share.detail["as_at"] == "2026-06-15"
    assert measured("certified_share", evidence, period="2027") is None
