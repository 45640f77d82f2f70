"""What follows from the judgements about one reference. Pure: lists in, a resolution out.

Judgements are never changed. A later one outweighs an earlier one, and a judgement that was
undone counts for nothing, so that the state before it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhiheng.office.words import _

SAME = "same"
DIFFERENT = "different"
NEW = "new"
UNDO = "undo"
DECISIONS = (SAME, DIFFERENT, NEW)

RESOLVED = "resolved"
REVIEW = "review"


def decision_word(decision: str) -> str:
    """A decision as people read it."""
    words = {SAME: _("同一主体"), DIFFERENT: _("不是"), NEW: _("新主体"), UNDO: _("撤销")}
    return words[decision]


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement: ``same`` or ``new`` name an organisation; ``different`` may name the one it
    refuses; ``undo`` names the judgement it takes back."""

    id: int
    decision: str
    organisation: int | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a reference stands: the organisation it names, and whether anybody need look at it.

    ``refused`` are the organisations it was judged not to be.
    """

    organisation: int | None
    state: str
    refused: frozenset[int] = frozenset()


def resolve(judgements: Iterable[Judged], automatic: int | None) -> Resolution:
    """Fold the effective judgements, oldest first, over what the code alone says.

    Args:
        automatic: the organisation that a valid code names; None for a reference by name.

    ``different`` without an organisation says that the reference is none of those known and
    stays by itself: nobody need look again. With one it takes that organisation out of the
    proposals, and sends the reference back to review if it stood resolved to it.
    """
    found = Resolution(automatic, RESOLVED if automatic is not None else REVIEW)
    for judged in effective(sorted(judgements, key=lambda j: j.id)):
        found = _after(judged, found)
    return found


def effective(judgements: Sequence[Judged]) -> list[Judged]:
    """Those that decide and were not undone, in the given order."""
    undone = {judged.undoes for judged in judgements if judged.decision == UNDO}
    return [j for j in judgements if j.decision != UNDO and j.id not in undone]


def _after(judged: Judged, before: Resolution) -> Resolution:
    organisation = judged.organisation
    if judged.decision in (SAME, NEW):
        refused = before.refused - {organisation} if organisation is not None else before.refused
        return Resolution(organisation, RESOLVED, refused)
    if organisation is None:
        return Resolution(None, RESOLVED, before.refused)
    refused = before.refused | {organisation}
    if before.organisation == organisation:
        return Resolution(None, REVIEW, refused)
    return Resolution(before.organisation, before.state, refused)
