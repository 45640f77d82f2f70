"""The committed reference is what the declarations generate."""

from __future__ import annotations

import pytest
from make_reference import REFERENCE, pages
from support.places import CHECKOUT


@pytest.mark.parametrize("name", ["kinds.md", "indicators.md", "cli.md", "errors.md"])
def test_a_page_is_as_generated(name: str) -> None:
    committed = (REFERENCE / name).read_text("utf-8")
    assert committed == pages()[name], "run: .venv/bin/python scripts/make_reference.py"


def test_no_other_page_lies_there() -> None:
    assert {page.name for page in (CHECKOUT / "docs" / "reference").iterdir()} == set(pages())
