"""People read what a right is called, not its code, and who has it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from zhiheng.office.actors import EVERY_RIGHT, Actor
from zhiheng.office.right_titles import title
from zhiheng.rules.errors import RightError


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_right_has_a_name_of_its_own(language: str) -> None:
    with override(language):
        titles = {title(right) for right in EVERY_RIGHT}
    assert len(titles) == len(EVERY_RIGHT)
    assert not titles & EVERY_RIGHT


def test_what_is_no_right_keeps_its_code() -> None:
    assert title("moon.walk") == "moon.walk"


def test_a_refusal_names_the_roles_that_may() -> None:
    with pytest.raises(RightError) as refused, override("en"):
        Actor("zhao", "office", frozenset()).require("publication.approve")
    assert "zhao may not approve releases" in refused.value.message
    assert "Approver of releases" in refused.value.fix


def test_what_no_role_may_is_left_to_the_operator() -> None:
    with pytest.raises(RightError, match=r"命令行"):
        Actor("zhao", "office", frozenset()).require("evidence.erase")
