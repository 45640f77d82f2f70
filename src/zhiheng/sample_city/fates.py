"""What becomes of the sample city's complaints and reports: every state there is, at least once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Who(StrEnum):
    """Who takes a step."""

    CLERK = "clerk"
    HEAD = "head"
    SENDER = "sender"


@dataclass(frozen=True)
class Act:
    """A step, so many days after receipt."""

    step: str
    after: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    who: Who = Who.CLERK


@dataclass(frozen=True)
class Fate:
    """What is done with a case.

    Attributes:
        share: how often it comes, against the others.
        age: days since receipt, from and to; never less than its last act asks for.
        real_name: the sender reports under the own name.
        repeats: it says again what an open case said, and is merged with that one.
    """

    share: int
    age: tuple[int, int]
    acts: tuple[Act, ...] = ()
    real_name: bool = False
    repeats: bool = False


_ACCEPT = Act("accept", 2)
_MEETING = Act("appoint", 5, {"meeting_on": 9, "meeting_place": "市市场监管局三楼调解室"})
"""A day in answers is so many days after receipt, too."""
_TESTING = Act("send_to_test", 8, {"tested": "testing", "testing_body": "衡川市质量检验研究院"})
_ENDED = Act("terminate", 34, {"reason": "双方分歧较大，商家不同意退款。"})


def _agreed(after: int, recovered: float) -> Act:
    terms = "商家退还货款并赔礼道歉，双方再无争议。"
    return Act("agree", after, {"terms": terms, "recovered": recovered})


def _rated(after: int, rating: int) -> Act:
    return Act("rate", after, {"rating": rating}, Who.SENDER)


COMPLAINT_FATES = (
    Fate(22, (0, 6)),
    Fate(3, (14, 20)),
    Fate(24, (5, 40), (_ACCEPT,)),
    Fate(16, (9, 45), (_ACCEPT, _MEETING)),
    Fate(4, (66, 80), (_ACCEPT, _MEETING)),
    Fate(5, (12, 45), (_ACCEPT, _TESTING)),
    Fate(3, (40, 55), (_ACCEPT, _TESTING, Act("test_back", 30, {"test_result": "不合格"}))),
    Fate(40, (14, 190), (_ACCEPT, _agreed(12, 86.0), _rated(14, 5))),
    Fate(30, (22, 190), (_ACCEPT, _MEETING, _agreed(20, 320.0), _rated(22, 4))),
    Fate(22, (32, 190), (_ACCEPT, _agreed(31, 1280.0))),
    Fate(6, (80, 190), (_ACCEPT, _agreed(75, 150.0), _rated(78, 2))),
    Fate(20, (38, 190), (_ACCEPT, _MEETING, _ENDED, Act("tell_end", 37))),
    Fate(4, (36, 40), (_ACCEPT, _ENDED)),
    Fate(14, (6, 190), (Act("refuse", 4, {"ground": "not_consumption", "reason": "单位采购。"}),)),
    Fate(8, (8, 190), (_ACCEPT, Act("withdraw", 8, who=Who.SENDER))),
    Fate(4, (6, 60), (Act("transfer", 3, {"authority": "市文旅局", "reason": "旅游合同纠纷。"}),)),
    Fate(2, (3, 6), (Act("dispute", 2, {"reason": "经营地在邻市。"}),)),
    Fate(6, (1, 4), (Act("merge", 1, {"reason": "同一人同一事项。"}),), repeats=True),
)

_FINDINGS = {"findings": "现场检查，发现货架上有过期食品十二件，已封存。"}
_VERIFY = Act("verify", 6, _FINDINGS)
_FILE = Act("file", 12, who=Who.HEAD)
_DO_NOT = Act("do_not_file", 12, {"reason": "没有发现违法事实。"}, Who.HEAD)

REPORT_FATES = (
    Fate(10, (0, 8)),
    Fate(2, (26, 32)),
    Fate(8, (7, 14), (_VERIFY,)),
    Fate(3, (18, 30), (_VERIFY, Act("extend", 15, {"reason": "须送检。"}, Who.HEAD))),
    Fate(3, (13, 14), (_VERIFY, _FILE), real_name=True),
    Fate(2, (13, 14), (_VERIFY, _DO_NOT), real_name=True),
    Fate(8, (16, 190), (_VERIFY, _FILE, Act("tell_filed", 15)), real_name=True),
    Fate(8, (14, 190), (_VERIFY, _FILE, Act("close_filed", 14))),
    Fate(8, (17, 190), (_VERIFY, _DO_NOT, Act("tell_not_filed", 16)), real_name=True),
    Fate(6, (14, 190), (_VERIFY, _DO_NOT, Act("close_not_filed", 13))),
    Fate(2, (5, 60), (Act("transfer", 3, {"authority": "市税务局", "reason": "属发票问题。"}),)),
)
"""A report under the own name is told of; the others are closed."""
