"""A year of complaints across the change of law, handled by simulated staff: nothing may differ
from what was drawn. 500 cases; 20,000 at the full size."""

from __future__ import annotations

import pytest
from support.case_truth import clocks_are_right, figures_are_the_truth, overdue_are_flagged
from support.casework import draw, handle
from support.complaints import people

from zhiheng.office.actors import Actor
from zhiheng.procedures.filing import file_evidence

SIZES = [500, pytest.param(20_000, marks=pytest.mark.full)]


@pytest.mark.parametrize("count", SIZES)
def test_a_year_is_handled_and_every_figure_is_the_truth(home, count) -> None:
    staff = people()
    stories = draw(count, seed=6)
    number = handle(stories, staff)
    clocks_are_right(stories, number)
    overdue_are_flagged(stories, number, staff["city"])
    file_evidence(Actor.system())
    figures_are_the_truth(stories, staff["city"])
