"""How often a sender was here before: a number, never a list, and never a reason by itself.

Of a phone number only a mark under the home's own key is kept, beside the marks of the text and
erased with them; so it is found by an index, and nobody can read it back or try numbers out.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from zhiheng.complaints.limits import RULES
from zhiheng.complaints.models import Mark
from zhiheng.procedures.models import Case


@dataclass(frozen=True)
class Often:
    """So many submissions from one phone number in so many days, this one among them."""

    count: int
    days: int
    confirmed: bool


def contact_marks(answers: Mapping[str, Any]) -> list[int]:
    """The mark of the phone number of a form, where it has one."""
    digits = "".join(filter(str.isdigit, str(answers.get("phone") or "")))
    if not digits:
        return []
    drawn = hmac.new(settings.SECRET_KEY.encode(), f"phone|{digits}".encode(), hashlib.sha256)
    return [int.from_bytes(drawn.digest()[:8], "big") >> 1]


def often(case: Case, personal: Mapping[str, str], on: date) -> Often | None:
    """How often this case's phone number was given; None below the number that the rule names."""
    mark = contact_marks(personal)
    rule = RULES.at("contact.often", on)
    days = rule.value["days"]
    since = case.received_on - timedelta(days=days)
    counted = Case.objects.filter(
        id__in=Mark.objects.filter(mark__in=mark).values("case"),
        received_on__range=(since, case.received_on),
        procedure=case.procedure,
    ).count()
    return Often(counted, days, rule.confirmed) if counted >= rule.value["times"] else None
