"""A mixed submission holds a complaint (a dispute) and a report (a violation): which is there?

What the submitter ticked stands. Where nothing is ticked the text proposes, cue by cue, and a
person decides; nothing here splits anything by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhiheng.complaints.routing import Matter

_CUES: dict[Matter, tuple[str, ...]] = {
    Matter.COMPLAINT: (
        "退款", "退钱", "退货", "退一赔三", "退还", "赔偿", "赔付", "补偿", "换货", "更换", "维修",
        "调解", "投诉", "协商", "三包", "保修", "押金", "售后", "refund", "compensation",
    ),
    Matter.REPORT: (
        "举报", "查处", "处罚", "违法", "违规", "无照经营", "无证经营", "假冒", "伪劣", "假货",
        "三无产品", "过期", "掺假", "虚假宣传", "虚假广告", "偷税", "立案", "取缔", "非法",
        "黑作坊",
    ),
}  # fmt: skip
_NEGATED = re.compile(r"(?:不是|并非|不要求|不需要|无需|没有)(?:要求|想要|想)?$")
_PATTERNS = {
    matter: re.compile("|".join(sorted(map(re.escape, cues), key=len, reverse=True)), re.IGNORECASE)
    for matter, cues in _CUES.items()
}


@dataclass(frozen=True)
class Cue:
    """A word of the text that speaks for one of the two."""

    matter: Matter
    word: str
    start: int


@dataclass(frozen=True)
class Parts:
    """What a submission is taken to hold.

    Attributes:
        ticked: as the submitter said; it stands.
        proposed: what the text alone would suggest.
        cues: the words behind the proposal, in the order of the text.
    """

    ticked: frozenset[Matter]
    proposed: frozenset[Matter]
    cues: tuple[Cue, ...]

    @property
    def taken(self) -> frozenset[Matter]:
        """The parts to open: those ticked, else a complaint, the form's own purpose."""
        return self.ticked or frozenset({Matter.COMPLAINT})

    @property
    def differs(self) -> bool:
        """True where the text suggests a part that was not ticked: a person should look."""
        return bool(self.proposed - self.taken)


def split(text: str, ticked: frozenset[Matter] = frozenset()) -> Parts:
    """The parts of a submission: as ticked, and as its text suggests."""
    cues = [
        Cue(matter, found[0], found.start())
        for matter, pattern in _PATTERNS.items()
        for found in pattern.finditer(text)
        if not _NEGATED.search(text[: found.start()])
    ]
    cues.sort(key=lambda cue: cue.start)
    return Parts(ticked, frozenset(cue.matter for cue in cues), tuple(cues))
