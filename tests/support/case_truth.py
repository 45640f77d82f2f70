"""Whether what came of a year's complaints is what was drawn: clocks, overdue lists, figures."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from support.casework import LAST, Story
from support.complaints import CITY
from zhiheng.complaints import queries
from zhiheng.complaints.statistics import Share, figures
from zhiheng.office.actors import Actor
from zhiheng.procedures import worklists
from zhiheng.procedures.models import Case, CaseClock


def _late(due: date, done: date | None, on: date) -> bool | None:
    """Whether a limit was missed by a day; None where that is still open."""
    if done is not None and done <= on:
        return done > due
    return True if due < on else None


def _share(known: list[bool | None]) -> Share:
    told = [late for late in known if late is not None]
    return Share(told.count(False), len(told))


def clocks_are_right(stories: list[Story], number: dict[int, int]) -> None:
    stored = {(c.case_id, c.code): c for c in CaseClock.objects.all()}
    for story in stories:
        clock = stored[number[story.number], "acceptance"]
        assert clock.due_on == story.accept_due, story
        assert clock.stopped_on == story.decided, story
        if story.mediation_due is not None:
            clock = stored[number[story.number], "mediation"]
            assert clock.due_on == story.mediation_due, story
            assert clock.stopped_on == story.ended, story
            assert clock.in_time == (
                None if story.ended is None else story.ended <= story.mediation_due
            )


def overdue_are_flagged(stories: list[Story], number: dict[int, int], city: Actor) -> None:
    today = timezone.localdate()
    truth = set()
    for story in stories:
        if story.decided is None and story.accept_due < today:
            truth.add(number[story.number])
        if story.accepted and story.ended is None and story.mediation_due < today:
            truth.add(number[story.number])
    listed: set[int] = set()
    after = None
    while page := worklists.worklist(city, worklists.OVERDUE, after=after, limit=200):
        listed |= {case.pk for case in page}
        after = (page[-1].due_on, page[-1].pk)
    assert listed == truth
    assert truth


def figures_are_the_truth(stories: list[Story], city: Actor) -> None:
    frame = queries.cases_frame(city)
    assert frame.height == len(stories) == Case.objects.count()
    for on in (date(2026, 3, 31), date(2026, 7, 15), LAST):
        seen = [s for s in stories if s.received <= on]
        decided = [s for s in seen if s.decided is not None and s.decided <= on]
        accepted = [s for s in decided if s.accepted]
        ended = [s for s in accepted if s.ended is not None and s.ended <= on]
        ends = Counter(s.outcome for s in ended)
        rated = [s.rating for s in ended if s.rating]
        found = figures(frame, on)
        assert found.received == len(seen)
        assert found.accepted_in_time == _share([_late(s.accept_due, s.decided, on) for s in seen])
        assert found.ended_in_time == _share(
            [_late(s.mediation_due, s.ended, on) for s in accepted]
        )
        assert found.mediated == Share(ends["agree"], ends["agree"] + ends["terminate"])
        assert found.satisfied == Share(sum(r >= 4 for r in rated), len(rated))
        assert found.recovered == pytest.approx(sum(s.recovered for s in ended))
    lines = queries.statistics(city, 2026, LAST).lines
    of_year = [s for s in stories if s.received.year == 2026]
    by_region = Counter(s.region for s in of_year)
    assert {line.region: line.figures.received for line in lines} == {
        CITY: len(of_year), **by_region,
    }  # fmt: skip
