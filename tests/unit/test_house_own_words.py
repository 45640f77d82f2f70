"""Nothing in the checkout is copied from the source documents: facts may be shared, wording not."""

from __future__ import annotations

import re
from pathlib import Path

from support.places import CHECKOUT, tracked_files

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
    copied = {
        str(file.relative_to(CHECKOUT)): sorted(found)[:3]
        for file in tracked_files()
        if (found := theirs & _pieces(file.read_bytes().decode("utf-8", "ignore")))
    }
    assert copied == {}


def test_a_copied_sentence_would_be_found() -> None:
    sentence = "一二三四五六七八九十甲乙丙丁戊己庚辛"
    assert _pieces(f"他说:{sentence}。") == {sentence}
    assert _pieces(sentence[:-1]) == set()
