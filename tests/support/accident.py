"""A small procedure with limits in hours and in months, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, By, Clock, Of, State, Step
from zhiheng.rules.parameters import Parameter, Parameters

CLERK = By("evidence.import", Of.UNIT)


def _rule(name: str, value: dict[str, Any]) -> Parameter:
    return Parameter(name, value, date(2020, 1, 1), None, "示例", confirmed=True)


ACCIDENT = Procedure(
    code="accident",
    zh="事故报告",
    en="Accident report",
    prefix="SG",
    read="evidence.read",
    states=(
        State("known", "已知悉", "Known"),
        State("reported", "已上报", "Reported"),
        State("closed", "已办结", "Closed", final=True),
    ),
    opening=Step(OPENING, "知悉", "Learn of it", (), "known", By("evidence.import", Of.SCOPE)),
    steps=(
        Step("hold", "暂停", "Hold", ("known", "reported"), None, CLERK),
        Step("go_on", "继续", "Go on", ("known", "reported"), None, CLERK),
        Step("prolong", "延长", "Prolong", ("known", "reported"), None, CLERK),
        Step("report", "上报", "Report", ("known",), "reported", CLERK),
        Step("close", "办结", "Close", ("reported",), "closed", CLERK),
    ),
    clocks=(
        Clock(
            "report", "上报时限", "Report", "two_hours", (OPENING,), ("report",),
            ("hold",), ("go_on",), {"prolong": "half_a_day"}, warn=(1,),
        ),
        Clock(
            "inquiry", "调查期限", "Inquiry", "two_months", (OPENING,), ("close",),
            ("hold",), ("go_on",), {"prolong": "one_month"},
        ),
    ),
    term="report",
    rules=Parameters(
        [
            _rule("two_hours", {"hours": 2}),
            _rule("half_a_day", {"hours": 12}),
            _rule("two_months", {"months": 2, "rolls": True}),
            _rule("one_month", {"months": 1}),
        ]
    ),
    source="示例",
)  # fmt: skip
