"""Which year governs a promise: its own sentence's, else what stands outside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.memory import Promise
from zhiheng.plans.compiler.scopes import Governing
from zhiheng.plans.compiler.times import Mark

_OPENS_PAST = re.compile(
    r"(?:去年|上一?年(?!度?目标)|近年来|截至目前|[近过]去?[两几三五]年来?[,,])"
)
_REACHED = re.compile(r"已(?:达到?|有|建[成立起]|完成|经|累计|超过?|突破|实现|提[高升]|[增升降]至)")


def governing_year(
    text: str, marks: Sequence[Mark], promise: Promise, outside: Governing
) -> Governing | None:
    """The governing year; None where the figure tells of the past.

    The last year before the figure governs, then one behind it in the same piece, then one at
    the sentence's end, then ``outside``. 每年 leaves the year open.
    """
    if promise.year is not None:
        return Governing(promise.year.year, promise.year.inferred)
    at = promise.quantity.start
    begin = max(text.rfind(sign, 0, at) for sign in ",;:") + 1
    end = min((i for i in (text.find(sign, at) for sign in ",;。") if i >= 0), default=len(text))
    before = [m for m in marks if m.start <= at and m.kind in {"target", "open", "past"}]
    after = [m for m in marks if at < m.start < end and m.kind in {"target", "open"}]
    dated = any(begin <= m.start for m in before)
    if not dated and pattern("(?<![比较于]){past}").search(text[begin:at]):
        return None
    if _REACHED.search(text[begin:at]) or _tells_of_past(text, marks, at):
        return None
    if before and before[-1].kind == "past":
        return None
    if any(m.kind == "every" and begin <= m.start < end for m in marks):
        return Governing(None)
    if before:
        return _governing(before[-1])
    if after:
        return _governing(after[0])
    return _at_the_end(text, marks, at) or outside


def _tells_of_past(text: str, marks: Sequence[Mark], at: int) -> bool:
    """去年共查处……件，罚没……万元: said once, at the head, for all that follows."""
    begin = text.rfind(";", 0, at) + 1
    opened = _OPENS_PAST.match(text, begin)
    return opened is not None and not any(
        m.kind in {"target", "open", "every"} and begin <= m.start <= at for m in marks
    )


def _at_the_end(text: str, marks: Sequence[Mark], at: int) -> Governing | None:
    """The only year behind the figure, in a piece without figures: ……，2026年底前完成."""
    later = [m for m in marks if m.start > at and m.kind == "target"]
    if len(later) != 1:
        return None
    begin = text.rfind(",", 0, later[0].start) + 1
    if ";" in text[at:begin]:
        return None
    rest = text[begin : later[0].start] + text[later[0].end :]
    has_figure = any(sign.isdigit() for sign in rest)
    aim_of_its_own = re.search(r"力争|实现.{4,}|全覆盖", rest) is not None
    return None if has_figure or aim_of_its_own else _governing(later[0])


def _governing(mark: Mark) -> Governing:
    return Governing(mark.year, mark.inferred)
