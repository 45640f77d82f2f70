"""What helps a clerk to decide about a case: competence, firms, products, repeats, grounds.

All of it proposes; nothing here changes a case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhiheng.complaints.candidates import mentions
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.models import Mark
from zhiheng.complaints.near_duplicates import likeness, marks
from zhiheng.complaints.refusal import Complaint, Found, grounds
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.splitting import Parts, split
from zhiheng.office.actors import Actor
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.subjects.matching import Candidate, find_candidates
from zhiheng.subjects.models import Organisation
from zhiheng.subjects.proposals import known
from zhiheng.subjects.queries import organisations_visible_to

_MOST_READ, _MOST_COMPARED = 20_000, 500
_MOST_SHOWN = 10


@dataclass(frozen=True)
class Firm:
    """A firm that a case may be about, with the reasons."""

    organisation: int
    name: str
    candidate: Candidate


@dataclass(frozen=True)
class Repeat:
    """An earlier case that says nearly the same."""

    case: Case
    likeness: float


def parts_of(text: str, matter: Matter, answers: Mapping[str, Any]) -> Parts:
    """Which parts the sender ticked, and which the text suggests."""
    ticked = {matter} | ({Matter.REPORT} if answers.get("also_report") else set())
    return split(text, frozenset(ticked))


def firms(actor: Actor, text: str, answers: Mapping[str, Any], region: str) -> list[Firm]:
    """Firms among those that the actor may see, best first; each firm once."""
    named = " ".join(str(answers.get(name) or "") for name in ("respondent_code", "respondent"))
    wanted = mentions(f"{named}。{text}", region)
    if not wanted:
        return []
    visible = organisations_visible_to(actor)
    best: dict[int, Candidate] = {}
    for found in find_candidates(wanted, known(visible, wanted)):
        for candidate in found:
            before = best.get(candidate.organisation)
            if before is None or before.score < candidate.score:
                best[candidate.organisation] = candidate
    codes = [each.code for each in wanted if each.code]
    exact = {o.pk: o for o in visible.filter(uscc__in=codes)} if codes else {}
    for pk in exact:
        best.setdefault(pk, Candidate(pk, 100.0, ()))
    names = dict(Organisation.objects.filter(id__in=best).values_list("id", "name"))
    ranked = sorted(best.values(), key=lambda c: (-c.score, c.organisation))
    return [Firm(c.organisation, names[c.organisation], c) for c in ranked[:_MOST_SHOWN]]


def repeats(case: Case, text: str, on: date) -> list[Repeat]:
    """Earlier cases of the same unit and procedure whose text is nearly the same, likest first.

    Those of the last ``repeat.days`` days before the case was received count. An index of marks
    finds which may be alike, and of these the texts are compared.
    """
    least = RULES.value("repeat.similarity", on)
    since = case.received_on - timedelta(days=RULES.value("repeat.days", on))
    recent = Mark.objects.filter(
        mark__in=marks(text),
        case_id__lt=case.pk,
        case__procedure=case.procedure,
        case__unit=case.unit,
        case__received_on__range=(since, case.received_on),
    )
    shared = Counter(recent.order_by("-case_id").values_list("case_id", flat=True)[:_MOST_READ])
    likely = [number for number, _marks in shared.most_common(_MOST_COMPARED)]
    texts = PersonalAnswer.objects.filter(
        name="account", event__number=1, event__case__in=likely
    ).values_list("event__case", "value")
    near = {number: alike for number, said in texts if (alike := likeness(text, said)) >= least}
    cases = Case.objects.in_bulk(sorted(near, key=lambda n: (-near[n], n))[:_MOST_SHOWN])
    return sorted(
        (Repeat(found, near[number]) for number, found in cases.items()),
        key=lambda repeat: (-repeat.likeness, repeat.case.pk),
    )


def refusals(
    case: Case, answers: Mapping[str, Any], *, has_contact: bool, has_claim: bool
) -> list[Found]:
    """The grounds of refusal that the form supports."""
    asked = Complaint(
        received_on=case.received_on,
        known_on=answers.get("known_on"),
        has_contact=has_contact,
        has_respondent=bool(answers.get("respondent") or answers.get("respondent_code")),
        has_claim=has_claim,
    )
    return grounds(asked)
