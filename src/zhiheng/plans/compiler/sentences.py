"""Sentences without blanks and line breaks, each character with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_END = re.compile(r"[。！!？]+")
_LONGEST = 1_500
"""Characters after which a sentence is cut at a comma: no person writes longer ones."""


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
    stops = [m.end() for m in _END.finditer(whole.text) if not whole.depth[m.start()]]
    begin = 0
    for stop in [*stops, len(whole.text)]:
        while begin < stop:
            end_here = stop
            if stop - begin > _LONGEST:
                comma = whole.text.rfind(",", begin + 1, begin + _LONGEST)
                end_here = comma + 1 if comma > 0 else begin + _LONGEST
            yield Sentence(whole.text[begin:end_here], whole.at[begin:end_here])
            begin = end_here
