"""Nothing in the checkout is copied from the source documents: facts may be shared, wording not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from support.places import CHECKOUT

LONGEST = 17
"""Chinese characters in a row that two texts may have in common, as titles and terms do."""

_RUN = re.compile(rf"[\u3400-\u9fff]{{{LONGEST + 1},}}")


def _pieces(text: str) -> set[str]:
    """Every stretch of `LONGEST` + 1 Chinese characters."""
    width = LONGEST + 1
    return {
        run[start : start + width]
        for run in _RUN.findall(text)
        for start in range(len(run) - width + 1)
    }


def test_no_sentence_is_copied_from_the_source_documents(shared: Path) -> None:
    theirs: set[str] = set()
    for folder in ("seeds", "policy"):
        for file in (shared / folder).rglob("*"):
            if file.is_file():
                theirs |= _pieces(file.read_bytes().decode("utf-8", "ignore"))
    assert theirs
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    )
    copied = {
        name: sorted(found)[:3]
        for name in filter(None, listed.stdout.split("\0"))
        if (CHECKOUT / name).is_file()
        and (found := theirs & _pieces((CHECKOUT / name).read_bytes().decode("utf-8", "ignore")))
    }
    assert copied == {}


def test_a_copied_sentence_would_be_found() -> None:
    sentence = "一二三四五六七八九十甲乙丙丁戊己庚辛"
    assert _pieces(f"他说:{sentence}。") == {sentence}
    assert _pieces(sentence[:-1]) == set()
