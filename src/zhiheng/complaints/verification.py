"""The procedure of a report: a lead on a violation, to be verified.

Source: orders 20 and 121 of the State Administration for Market Regulation and its rules of
penalty procedure; every limit is a dated rule (`rules.yaml`).
"""

from __future__ import annotations

from zhiheng.complaints import fields as f
from zhiheng.complaints.common import (
    ABOUT,
    CONTACT,
    HEAD,
    HELP_PAGE,
    LETTERS,
    OFFICER,
    REPORT_CODE,
    SENDER,
    SOURCE,
    to_sender,
)
from zhiheng.complaints.guards import (
    anonymous,
    known_firm,
    not_extended_before,
    repeats_need_no_handling,
    under_own_name,
    verified,
)
from zhiheng.complaints.limits import RULES
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, By, Clock, Of, State, Step

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
        State("repeated", "重复举报不再处理", "Repeats one that was handled", final=True),
        State("transferred", "已移送", "Handed to another authority", final=True),
        State("merged", "已并案", "Merged", final=True),
    ),
    opening=Step(
        OPENING, "提出举报", "Report", (), "received", SENDER,
        form=(*CONTACT, *ABOUT, f.REAL_NAME, f.LEAD_CARRIED),
        letters=to_sender("report.received"),
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
            OFFICER, form=(f.AUTHORITY, f.REASON), letters=to_sender("report.transferred"),
        ),
        Step(
            "merge", "并入重复的举报", "Merge with a repeated one", ("received",), "merged",
            OFFICER, form=(f.REASON,), joins=True,
        ),
        Step(
            "close_repeated", "重复举报不再处理", "Close as a repeat", ("received",), "repeated",
            OFFICER, form=(f.EARLIER, f.REASON), guards=(repeats_need_no_handling,),
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
            OFFICER, guards=(under_own_name,), letters=to_sender("report.filed"),
        ),
        Step(
            "tell_not_filed", "告知不予立案", "Tell that it is not filed", ("not_filed",),
            "closed_not_filed", OFFICER, guards=(under_own_name,),
            letters=to_sender("report.not_filed"),
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
            ("file", "do_not_file", "transfer", "merge", "close_repeated"),
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
    help_page=HELP_PAGE,
    source=SOURCE,
)  # fmt: skip
