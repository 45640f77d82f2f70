"""A small procedure that uses every part of the machine, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhiheng.evidence.declaration import Column, Type
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import (
    MACHINE,
    OPENING,
    By,
    Clock,
    Facts,
    Letter,
    Of,
    Opens,
    State,
    Step,
    To,
)
from zhiheng.rules.parameters import Parameter, Parameters

CLERK = By("evidence.import", Of.UNIT)
APPROVER = By("publication.approve", Of.UNIT, other_than=("accept",))


def _versions(name: str, *versions: tuple[str, str | None, Any, bool]) -> list[Parameter]:
    return [
        Parameter(
            name,
            value,
            date.fromisoformat(first),
            date.fromisoformat(last) if last else None,
            "示例",
            confirmed,
        )
        for first, last, value, confirmed in versions
    ]


LIMITS = Parameters(
    [
        *_versions("acceptance", ("2020-01-01", None, {"days": 7, "count": "working"}, True)),
        *_versions(
            "decision",
            ("2020-01-01", "2026-04-14", {"days": 45, "count": "working"}, True),
            ("2026-04-15", None, {"days": 60, "count": "calendar"}, False),
        ),
        *_versions("longer", ("2020-01-01", None, {"days": 15, "count": "working"}, True)),
    ]
)

LETTERS = Parameters(
    _versions(
        "received",
        (
            "2020-01-01",
            None,
            {
                "subject": "收到申请 {number}",
                "subject_en": "Application {number}",
                "text": "“{matter}”已于{day}收到，受理期限{due}。",
                "text_en": "“{matter}” received on {day}; due {due}.",
            },
            True,
        ),
    )
    + _versions(
        "late",
        (
            "2020-01-01",
            None,
            {
                "subject": "{number} {clock}",
                "subject_en": "{number} {clock}",
                "text": "{title}：{clock}到{due}。",
                "text_en": "{title}: {clock} until {due}.",
            },
            True,
        ),
    )
)


def reason_given(facts: Facts) -> str | None:
    return None if len(facts.given["reason"]) >= 5 else "理由不足五个字。"


def wants_report(facts: Facts) -> bool:
    return bool(facts.given.get("also_report"))


PERMIT = Procedure(
    code="permit",
    zh="许可申请",
    en="Permit application",
    prefix="XK",
    read="evidence.read",
    states=(
        State("received", "待受理", "Received"),
        State("examined", "审查中", "Under examination"),
        State("granted", "已准予", "Granted", final=True),
        State("refused", "不予受理", "Refused", final=True),
        State("withdrawn", "已撤回", "Withdrawn", final=True),
        State("joined", "已并案", "Joined", final=True),
        State("lapsed", "逾期终止", "Lapsed", final=True),
    ),
    opening=Step(
        OPENING,
        "提交申请",
        "Apply",
        (),
        "received",
        By("evidence.import", Of.SCOPE),
        form=(
            Column("matter", "申请事项", "Matter", required=True),
            Column("also_report", "同时举报", "Also a report", Type.BOOLEAN),
            Column("email", "电子邮箱", "E-mail", personal=True),
        ),
        letters=(Letter("received", To.ADDRESS, "email"), Letter("received", To.UNIT)),
        opens=(
            Opens(
                "lead",
                carry=("matter", "email"),
                when=wants_report,
                results={"filed": "lead_filed"},
            ),
        ),
    ),
    steps=(
        Step("accept", "受理", "Accept", ("received",), "examined", CLERK, assigns=True),
        Step(
            "refuse",
            "不予受理",
            "Refuse",
            ("received",),
            "refused",
            CLERK,
            form=(Column("reason", "理由", "Reason", required=True),),
            guards=(reason_given,),
        ),
        Step("send_to_test", "送检", "Send to test", ("examined",), None, CLERK),
        Step("test_back", "检验返回", "Test is back", ("examined",), None, CLERK),
        Step("prolong", "延期", "Prolong", ("examined",), None, CLERK),
        Step(
            "hand_over",
            "移送",
            "Hand over",
            ("received", "examined"),
            "received",
            CLERK,
            hands_over=True,
        ),
        Step("join", "并案", "Join", ("received", "examined"), "joined", CLERK, joins=True),
        Step(
            "withdraw",
            "撤回",
            "Withdraw",
            ("received", "examined"),
            "withdrawn",
            By("evidence.import", Of.FILER),
        ),
        Step("lapse", "逾期终止", "Lapse", ("received",), "lapsed", MACHINE),
        Step("lead_filed", "举报立案", "Lead was filed", ("received", "examined"), None, MACHINE),
        Step(
            "grant",
            "准予",
            "Grant",
            ("examined",),
            "granted",
            APPROVER,
            form=(Column("grade", "等级", "Grade", Type.INTEGER, least=1, most=3, required=True),),
        ),
    ),
    clocks=(
        Clock(
            "acceptance",
            "受理期限",
            "Acceptance",
            "acceptance",
            (OPENING,),
            ("accept", "refuse"),
            warn=(2,),
            reminder=(Letter("late", To.UNIT),),
            expired=(Letter("late", To.SUPERIOR),),
        ),
        Clock(
            "decision",
            "办理期限",
            "Decision",
            "decision",
            ("accept",),
            ("grant", "refuse", "hand_over"),
            pause=("send_to_test",),
            resume=("test_back",),
            extend={"prolong": "longer"},
        ),
        Clock("stay", "等待期限", "Stay", "decision", (OPENING,), ("accept",), then="lapse"),
    ),
    term="decision",
    told=("grade",),
    rules=LIMITS,
    letters=LETTERS,
    source="《行政许可法》",
)

LEAD = Procedure(
    code="lead",
    zh="线索核查",
    en="Lead",
    prefix="XS",
    read="evidence.read",
    states=(
        State("received", "待核查", "Received"),
        State("filed", "立案", "Filed", final=True),
        State("dropped", "不予立案", "Not filed", final=True),
    ),
    opening=Step(
        OPENING,
        "收到线索",
        "Receive",
        (),
        "received",
        By("evidence.import", Of.SCOPE),
        form=(
            Column("matter", "线索", "Matter", required=True),
            Column("email", "电子邮箱", "E-mail", personal=True),
        ),
    ),
    steps=(
        Step("file", "立案", "File", ("received",), "filed", CLERK),
        Step("drop", "不予立案", "Drop", ("received",), "dropped", CLERK),
    ),
    source="示例",
)
