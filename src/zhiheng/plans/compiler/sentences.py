"""Sentences without blanks and line breaks, each character with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_END = re.compile(r"[。！!？]+")
_BLANK = re.compile(r"\s+")
_OPEN, _CLOSE = "(〔《“", ")〕》”"


@dataclass(frozen=True)
class Sentence:
    """Text to the next full stop; ``at[i]`` is the offset of its i-th character."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the document of the characters from ``start`` up to ``end``."""
        return self.at[start], self.at[end - 1] + 1

    @cached_property
    def depth(self) -> list[int]:
        """How many brackets are open at each character; a stray bracket closes nothing."""
        found, open_now = [], 0
        for sign in self.text:
            if sign == "(":
                open_now += 1
            found.append(open_now)
            if sign == ")" and open_now:
                open_now -= 1
        return found if open_now == 0 else [0] * len(self.text)


def compact(canon: str, start: int, end: int) -> Sentence:
    """The characters from ``start`` to ``end`` without blanks."""
    at = [i for i in range(start, end) if not canon[i].isspace()]
    return Sentence("".join(canon[i] for i in at), tuple(at))


def sentences(canon: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of a paragraph; a full stop inside brackets ends none."""
    whole = compact(canon, start, end)
    begin = 0
    for found in _END.finditer(whole.text):
        if whole.depth[found.start()] or found.end() == begin:
            continue
        yield Sentence(whole.text[begin : found.end()], whole.at[begin : found.end()])
        begin = found.end()
    if begin < len(whole.text):
        yield Sentence(whole.text[begin:], whole.at[begin:])
