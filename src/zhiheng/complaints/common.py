"""What both procedures stand on: who acts, what a report takes over, dated letters, the law."""

from __future__ import annotations

from pathlib import Path

from zhiheng.complaints import fields as f
from zhiheng.procedures.declaration import HelpPage
from zhiheng.procedures.parts import By, Letter, Of, To
from zhiheng.rules import parameters

LETTERS = parameters.load(Path(__file__).with_name("letters.yaml"))
COMPLAINT_CODE, REPORT_CODE = "consumer_complaint", "violation_report"
SOURCE = "市场监督管理投诉举报处理暂行办法（总局令第20号）、处理办法（总局令第121号）"

SENDER = By(of=Of.BEARER)
"""Whoever sent it, by the receipt; at the opening, whoever `submissions.submit` lets in."""
CLERK = By("complaints.handle", Of.UNIT)
OFFICER = By("reports.handle", Of.UNIT)
HEAD = By("complaints.decide", Of.UNIT)
SUPERIOR = By("complaints.decide", Of.SCOPE)

HELP_PAGE = HelpPage(
    "/desk/complaints/", "办案参考", "Help with the case", ("complaints.handle", "reports.handle")
)

CONTACT = (f.PERSON, f.PHONE, f.EMAIL)
ABOUT = (
    f.TEXT,
    f.RESPONDENT,
    f.RESPONDENT_CODE,
    f.RESPONDENT_ADDRESS,
    f.TRADE,
    f.BUSINESS_REGION,
    f.PLATFORM_REGION,
    f.PUBLISHER_REGION,
    f.CONDUCT_REGION,
    f.UNREACHABLE,
    f.TOPIC,
    f.CHANNEL,
)
CARRIED = tuple(field.name for field in (*CONTACT, *ABOUT))
"""What a report takes over from the complaint that opens it."""


def to_sender(code: str) -> tuple[Letter, ...]:
    return (Letter(code, To.ADDRESS, f.EMAIL.name),)
