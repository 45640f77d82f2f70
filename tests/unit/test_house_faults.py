"""The page of faults names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)::(test_\w+)`", page)
    assert len(named) > 40
    for file, name in named:
        (path,) = (ROOT / "tests").rglob(f"{file}.py")
        assert f"def {name}(" in path.read_text(encoding="utf-8"), (file, name)
