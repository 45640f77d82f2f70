"""The procedure of a complaint: a dispute between consumer and trader, to be mediated.

Source: orders 20 and 121 of the State Administration for Market Regulation; every limit is a
dated rule (`rules.yaml`), and a case keeps the version of its own day of receipt.
"""

from __future__ import annotations

from zhiheng.complaints import fields as f
from zhiheng.complaints.common import (
    ABOUT,
    CARRIED,
    CLERK,
    COMPLAINT_CODE,
    CONTACT,
    HELP_PAGE,
    LETTERS,
    REPORT_CODE,
    SENDER,
    SOURCE,
    SUPERIOR,
    to_sender,
)
from zhiheng.complaints.guards import (
    follow_up_is_a_duty,
    joint_complaint_is_sound,
    known_firm,
    mixed,
    not_delegated_before,
)
from zhiheng.complaints.limits import RULES
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, By, Clock, Facts, Of, Opens, State, Step


def competent_for_report(facts: Facts) -> tuple[str, str]:
    """Where the report of a mixed submission begins: a report has a rule of its own."""
    from zhiheng.complaints.placing import place_of_report

    return place_of_report(facts)


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
            *CONTACT,
            *ABOUT,
            f.CLAIM,
            f.AMOUNT,
            f.KNOWN_ON,
            f.PERSONS,
            f.REPRESENTATIVES,
            f.ALSO_REPORT,
            f.REAL_NAME,
        ),
        guards=(joint_complaint_is_sound,),
        letters=to_sender("complaint.received"),
        opens=(
            Opens(
                REPORT_CODE,
                carry=(*CARRIED, f.REAL_NAME.name),
                when=mixed,
                place=competent_for_report,
            ),
        ),
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
            letters=to_sender("complaint.transferred"),
        ),
        Step(
            "accept", "受理", "Accept", ("received",), "mediating", CLERK, assigns=True,
            letters=to_sender("complaint.accepted"),
        ),
        Step(
            "refuse", "不予受理", "Do not accept", ("received",), "refused", CLERK,
            form=(f.GROUND, f.REASON), letters=to_sender("complaint.refused"),
        ),
        Step(
            "merge", "并入重复的投诉", "Merge with a repeated one", ("received", "mediating"),
            "merged", CLERK, form=(f.REASON,), joins=True,
        ),
        Step(
            "appoint", "约定调解", "Appoint a mediation", ("mediating",), None, CLERK,
            form=(f.MEETING_ON, f.MEETING_PLACE), letters=to_sender("complaint.appointed"),
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
            form=(f.LEAD,), opens=(Opens(REPORT_CODE, carry=(*CARRIED, f.LEAD.name)),),
        ),
        Step(
            "agree", "达成协议", "Agree", ("mediating",), "agreed", CLERK,
            form=(f.TERMS, f.RECOVERED), letters=to_sender("complaint.agreed"),
        ),
        Step(
            "terminate", "终止调解", "End the mediation", ("mediating",), "ending", CLERK,
            form=(f.REASON,),
        ),
        Step(
            "tell_end", "告知终止", "Tell the parties", ("ending",), "terminated", CLERK,
            letters=to_sender("complaint.terminated"),
        ),
        Step(
            "withdraw", "撤回投诉", "Withdraw", ("received", "mediating", "testing"), "withdrawn",
            SENDER,
        ),
        Step(
            "rate", "评价", "Rate", ("agreed", "terminated"), None, SENDER,
            form=(f.RATING, f.COMMENT),
        ),
        Step(
            "follow_up", "回访", "Follow up", ("agreed", "terminated"), None, CLERK,
            form=(f.REACHED, f.RATING_TOLD, f.COMMENT), guards=(follow_up_is_a_duty,),
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
    help_page=HELP_PAGE,
    source=SOURCE,
)  # fmt: skip
