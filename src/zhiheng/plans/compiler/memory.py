"""What a sentence has said so far, for the pieces that leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from zhiheng.plans.compiler.quantities import Quantity
from zhiheng.plans.compiler.times import Mark


@dataclass(frozen=True)
class Promise:
    """A target within its sentence; ``start`` and ``end`` are offsets into the sentence."""

    start: int
    end: int
    quantity: Quantity
    metric: str
    op: str
    year: Mark | None = None
    """The year of this figure alone, where a list of years stands for a list of figures."""


@dataclass(frozen=True)
class Unread:
    """Figures that no one reading fits."""

    start: int
    end: int
    why: str


@dataclass
class Memory:
    """A sentence, and what its pieces have named up to now.

    ``metric`` was named last, ``before`` stands in a piece without figures, ``recent`` are all
    in turn, ``group`` those of the last figures; ``context`` stands before a list of counts,
    which goes on up to ``counted_until``.
    """

    text: str
    marks: Sequence[Mark]
    subject: str
    """What the heading speaks of."""
    metric: str = ""
    before: str = ""
    recent: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    counted_until: int = -1
    last_end: int = -1
    unit: str = ""
    context: str = ""

    def named(self, metric: str) -> None:
        self.metric = metric
        self.recent.append(metric)

    def before_year(self, at: int) -> int:
        """Where to look for the comparator: 提高到2025年的80% has it before the year."""
        for mark in self.marks:
            if mark.kind in {"target", "open"} and self.text[mark.end : at] in {"", "的"}:
                return mark.start if mark.end <= at else at
        return at

    def has_year_at(self, at: int) -> bool:
        return any(at in {mark.start, mark.end} for mark in self.marks)

    def last_year(self, at: int) -> int:
        """Where the last promised year before ``at`` stands, -1 without one."""
        return max((m.start for m in self.marks if m.start < at and m.kind == "target"), default=-1)

    def begin(self, boundary: int, stop: int) -> int:
        """The first sign of the phrase that is no punctuation."""
        while boundary < stop and self.text[boundary] in "、,;:。-—·) ":
            boundary += 1
        return boundary

    def finish(self, stop: int) -> int:
        """The end of the phrase without what joins it to the next."""
        while stop > 0 and self.text[stop - 1] in "、,;和及与":
            stop -= 1
        return stop
