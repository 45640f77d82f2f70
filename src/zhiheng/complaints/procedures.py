"""The two procedures: a complaint is mediated, a report of a violation is verified.

Source: orders 20 and 121 of the State Administration for Market Regulation; every limit is a
dated rule (`rules.yaml`), and a case keeps the version of its own day of receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from zhiheng.complaints import fields as f
from zhiheng.complaints.guards import (
    anonymous,
    joint_complaint_is_sound,
    known_firm,
    mixed,
    not_delegated_before,
    not_extended_before,
    under_own_name,
    verified,
)
from zhiheng.complaints.limits import RULES
from zhiheng.indicators import later
from zhiheng.procedures import catalogue
from zhiheng.procedures.declaration import (
    OPENING,
    By,
    Clock,
    Letter,
    Of,
    Opens,
    Procedure,
    State,
    Step,
    To,
)
from zhiheng.rules import parameters

if TYPE_CHECKING:
    from zhiheng.indicators.declaration import Indicator

LETTERS = parameters.load(Path(__file__).with_name("letters.yaml"))
COMPLAINT_CODE, REPORT_CODE = "consumer_complaint", "violation_report"
SOURCE = "市场监督管理投诉举报处理暂行办法（总局令第20号）、处理办法（总局令第121号）"

SENDER = By(of=Of.BEARER)
"""Whoever sent it, by the receipt; at the opening, whoever `actions.submit` lets in."""
CLERK = By("complaints.handle", Of.UNIT)
OFFICER = By("reports.handle", Of.UNIT)
HEAD = By("complaints.decide", Of.UNIT)
SUPERIOR = By("complaints.decide", Of.SCOPE)

_CONTACT = (f.PERSON, f.PHONE, f.EMAIL)
_ABOUT = (
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
_CARRIED = tuple(field.name for field in (*_CONTACT, *_ABOUT))


def _to_sender(code: str) -> tuple[Letter, ...]:
    return (Letter(code, To.ADDRESS, f.EMAIL.name),)


COMPLAINT = Procedure(
    code=COMPLAINT_CODE,
    zh="消费投诉",
    en="Consumer complaint",
    prefix="TS",
    read="complaints.handle",
    states=(
        State("received", "待受理", "Received"),
        State("disputed", "管辖争议", "Competence disputed"),
        State("mediating", "调解中", "In mediation"),
        State("testing", "检验鉴定中", "At testing"),
        State("ending", "待告知终止", "End to be told"),
        State("agreed", "达成协议", "Agreed", final=True),
        State("terminated", "终止调解", "Ended without agreement", final=True),
        State("refused", "不予受理", "Not accepted", final=True),
        State("transferred", "已移送", "Handed to another authority", final=True),
        State("merged", "已并案", "Merged", final=True),
        State("withdrawn", "已撤回", "Withdrawn", final=True),
    ),
    opening=Step(
        OPENING,
        "提出投诉",
        "Complain",
        (),
        "received",
        SENDER,
        form=(
            *_CONTACT,
            *_ABOUT,
            f.CLAIM,
            f.AMOUNT,
            f.KNOWN_ON,
            f.PERSONS,
            f.REPRESENTATIVES,
            f.ALSO_REPORT,
        ),
        guards=(joint_complaint_is_sound,),
        letters=_to_sender("complaint.received"),
        opens=(Opens(REPORT_CODE, carry=_CARRIED, when=mixed),),
    ),
    steps=(
        Step(
            "supplement", "补充材料", "Add material", ("received", "mediating"), None, SENDER,
            form=(f.SUPPLEMENT,),
        ),
        Step(
            "identify", "认定被投诉主体", "Identify the respondent", ("received", "mediating"),
            None, CLERK, form=(f.FIRM,), guards=(known_firm,),
        ),
        Step(
            "hand_over", "转给有管辖权的单位", "Pass to the competent unit", ("received",), None,
            CLERK, form=(f.REASON,), hands_over=True,
        ),
        Step(
            "dispute", "提出管辖争议", "Dispute competence", ("received",), "disputed", CLERK,
            form=(f.REASON,),
        ),
        Step(
            "designate", "指定管辖", "Designate the competent unit", ("disputed",), "received",
            SUPERIOR, form=(f.REASON,), hands_over=True,
        ),
        Step(
            "transfer", "移送其他机关", "Hand to another authority", ("received", "mediating"),
            "transferred", CLERK, form=(f.AUTHORITY, f.REASON),
            letters=_to_sender("complaint.transferred"),
        ),
        Step(
            "accept", "受理", "Accept", ("received",), "mediating", CLERK, assigns=True,
            letters=_to_sender("complaint.accepted"),
        ),
        Step(
            "refuse", "不予受理", "Do not accept", ("received",), "refused", CLERK,
            form=(f.GROUND, f.REASON), letters=_to_sender("complaint.refused"),
        ),
        Step(
            "merge", "并入重复的投诉", "Merge with a repeated one", ("received", "mediating"),
            "merged", CLERK, form=(f.REASON,), joins=True,
        ),
        Step(
            "appoint", "约定调解", "Appoint a mediation", ("mediating",), None, CLERK,
            form=(f.MEETING_ON, f.MEETING_PLACE), letters=_to_sender("complaint.appointed"),
        ),
        Step(
            "delegate", "委托调解", "Delegate the mediation", ("mediating",), None, CLERK,
            form=(f.DELEGATE,), guards=(not_delegated_before,),
        ),
        Step(
            "replace_mediator", "调解人员回避", "Replace the mediator", ("mediating",), None,
            By("complaints.decide", Of.UNIT, other_than=("accept",)), form=(f.REASON,),
        ),
        Step(
            "send_to_test", "委托检验鉴定", "Send to testing", ("mediating",), "testing", CLERK,
            form=(f.TESTED, f.TESTING_BODY),
        ),
        Step(
            "test_back", "收到检验鉴定结论", "Result is back", ("testing",), "mediating", CLERK,
            form=(f.TEST_RESULT,),
        ),
        Step(
            "refer_lead", "移交违法线索", "Refer a lead", ("mediating",), None, CLERK,
            form=(f.LEAD,), opens=(Opens(REPORT_CODE, carry=(*_CARRIED, f.LEAD.name)),),
        ),
        Step(
            "agree", "达成协议", "Agree", ("mediating",), "agreed", CLERK,
            form=(f.TERMS, f.RECOVERED), letters=_to_sender("complaint.agreed"),
        ),
        Step(
            "terminate", "终止调解", "End the mediation", ("mediating",), "ending", CLERK,
            form=(f.REASON,),
        ),
        Step(
            "tell_end", "告知终止", "Tell the parties", ("ending",), "terminated", CLERK,
            letters=_to_sender("complaint.terminated"),
        ),
        Step(
            "withdraw", "撤回投诉", "Withdraw", ("received", "mediating", "testing"), "withdrawn",
            SENDER,
        ),
        Step(
            "rate", "评价", "Rate", ("agreed", "terminated"), None, SENDER,
            form=(f.RATING, f.COMMENT),
        ),
    ),
    clocks=(
        Clock(
            "acceptance", "受理期限", "Acceptance", "complaint.accept", (OPENING,),
            ("accept", "refuse", "transfer", "merge", "withdraw"), warn=(2,),
        ),
        Clock(
            "mediation", "调解期限", "Mediation", "complaint.mediation", ("accept",),
            ("agree", "terminate", "transfer", "merge", "withdraw"),
            pause=("send_to_test",), resume=("test_back",), warn=(5,),
        ),
        Clock(
            "end_notice", "告知终止期限", "Telling of the end", "complaint.termination_notice",
            ("terminate",), ("tell_end",), warn=(2,),
        ),
        Clock(
            "dispute_term", "管辖争议期限", "Dispute of competence", "routing.dispute",
            ("dispute",), ("designate",), warn=(2,),
        ),
    ),
    term="mediation",
    told=(
        "topic",
        "trade",
        "channel",
        "amount",
        "ground",
        "recovered",
        "rating",
        "persons",
        "firm",
    ),
    rules=RULES,
    letters=LETTERS,
    help_page="/desk/complaints/",
    source=SOURCE,
)  # fmt: skip

REPORT = Procedure(
    code=REPORT_CODE,
    zh="违法举报",
    en="Report of a violation",
    prefix="JB",
    read="reports.handle",
    states=(
        State("received", "待核查", "To be verified"),
        State("filed", "已立案", "Filed as a case"),
        State("not_filed", "不予立案", "Not filed"),
        State("closed_filed", "立案办结", "Closed, filed", final=True),
        State("closed_not_filed", "不立案办结", "Closed, not filed", final=True),
        State("transferred", "已移送", "Handed to another authority", final=True),
        State("merged", "已并案", "Merged", final=True),
    ),
    opening=Step(
        OPENING, "提出举报", "Report", (), "received", SENDER,
        form=(*_CONTACT, *_ABOUT, f.REAL_NAME, f.LEAD_CARRIED),
        letters=_to_sender("report.received"),
    ),
    steps=(
        Step(
            "supplement", "补充线索", "Add to it", ("received",), None, SENDER,
            form=(f.SUPPLEMENT,),
        ),
        Step(
            "identify", "认定被举报主体", "Identify the respondent", ("received",), None, OFFICER,
            form=(f.FIRM,), guards=(known_firm,),
        ),
        Step(
            "hand_over", "转给有管辖权的单位", "Pass to the competent unit", ("received",), None,
            OFFICER, form=(f.REASON,), hands_over=True,
        ),
        Step(
            "transfer", "移送其他机关", "Hand to another authority", ("received",), "transferred",
            OFFICER, form=(f.AUTHORITY, f.REASON), letters=_to_sender("report.transferred"),
        ),
        Step(
            "merge", "并入重复的举报", "Merge with a repeated one", ("received",), "merged",
            OFFICER, form=(f.REASON,), joins=True,
        ),
        Step(
            "verify", "记录核查情况", "Note what was found", ("received",), None, OFFICER,
            form=(f.FINDINGS,), assigns=True,
        ),
        Step(
            "extend", "延长核查期限", "Extend the verification", ("received",), None, HEAD,
            form=(f.REASON,), guards=(not_extended_before,),
        ),
        Step(
            "file", "立案", "File a case", ("received",), "filed",
            By("complaints.decide", Of.UNIT, other_than=("verify",)),
            guards=(verified,),
        ),
        Step(
            "do_not_file", "不予立案", "Do not file", ("received",), "not_filed",
            By("complaints.decide", Of.UNIT, other_than=("verify",)),
            form=(f.REASON,), guards=(verified,),
        ),
        Step(
            "tell_filed", "告知已立案", "Tell that it is filed", ("filed",), "closed_filed",
            OFFICER, guards=(under_own_name,), letters=_to_sender("report.filed"),
        ),
        Step(
            "tell_not_filed", "告知不予立案", "Tell that it is not filed", ("not_filed",),
            "closed_not_filed", OFFICER, guards=(under_own_name,),
            letters=_to_sender("report.not_filed"),
        ),
        Step(
            "close_filed", "办结", "Close", ("filed",), "closed_filed", OFFICER,
            guards=(anonymous,),
        ),
        Step(
            "close_not_filed", "办结", "Close", ("not_filed",), "closed_not_filed", OFFICER,
            guards=(anonymous,),
        ),
    ),
    clocks=(
        Clock(
            "verification", "核查期限", "Verification", "report.verify", (OPENING,),
            ("file", "do_not_file", "transfer", "merge"),
            extend={"extend": "report.verify_extension"}, warn=(3,),
        ),
        Clock(
            "decision_notice", "告知期限", "Telling the reporter", "report.notice",
            ("file", "do_not_file"),
            ("tell_filed", "tell_not_filed", "close_filed", "close_not_filed"), warn=(1,),
        ),
    ),
    term="verification",
    told=("topic", "trade", "channel", "real_name", "firm"),
    rules=RULES,
    letters=LETTERS,
    help_page="/desk/complaints/",
    source=SOURCE,
)  # fmt: skip


def _indicators() -> Iterable[Indicator]:
    from zhiheng.complaints.indicators import INDICATORS

    return INDICATORS


catalogue.declare(COMPLAINT)
catalogue.declare(REPORT)
later.add(_indicators)
