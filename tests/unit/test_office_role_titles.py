"""People read what a role is called, not its code."""

from __future__ import annotations

from zhiheng.office.actors import ROLES
from zhiheng.office.role_titles import title


def test_every_role_has_a_name_of_its_own() -> None:
    titles = {title(role) for role in ROLES}
    assert len(titles) == len(ROLES)
    assert not titles & set(ROLES)


def test_what_is_no_role_any_more_keeps_its_code() -> None:
    assert title("scribe") == "scribe"
