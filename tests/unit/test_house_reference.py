"""The committed reference is what the declarations generate."""

from __future__ import annotations

import re

import pytest
from make_reference import REFERENCE, pages
from support.places import CHECKOUT


@pytest.mark.parametrize("name", ["kinds.md", "indicators.md", "cli.md", "errors.md"])
def test_a_page_is_as_generated(name: str) -> None:
    committed = (REFERENCE / name).read_text("utf-8")
    assert committed == pages()[name], "run: .venv/bin/python scripts/make_reference.py"


def test_no_other_page_lies_there() -> None:
    assert {page.name for page in (CHECKOUT / "docs" / "reference").iterdir()} == set(pages())


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_exist(document: str) -> None:
    page = pages()["cli.md"]
    known = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    lines = re.findall(r"^\.venv/bin/zhiheng (.+)$", (CHECKOUT / document).read_text("utf-8"), re.M)
    assert len(lines) >= 8
    for line in lines:
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        assert name is not None, f"no command: {line}"
        for option in (word for word in words if word.startswith("-")):
            assert re.search(rf"`(?:[^`]*, )?{option}(?:, [^`]*)?`", known[name]), line
