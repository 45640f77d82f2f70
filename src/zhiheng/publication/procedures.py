"""The release of figures: one person asks, another lets out, refuses, or takes back."""

from __future__ import annotations

from pathlib import Path

from zhiheng.evidence.declaration import Column
from zhiheng.procedures import catalogue
from zhiheng.procedures.declaration import HelpPage, Procedure
from zhiheng.procedures.parts import MACHINE, OPENING, By, Clock, Letter, Of, State, Step, To
from zhiheng.publication.limits import RULES
from zhiheng.rules import parameters

REQUESTED, APPROVED, REFUSED, WITHDRAWN = "requested", "approved", "refused", "withdrawn"
APPROVE, REFUSE, WITHDRAW = "approve", "refuse", "withdraw"
DECISIONS = (APPROVE, REFUSE, WITHDRAW)
"""The steps by which a release is decided about."""

DECIDER = By("publication.approve", Of.SCOPE, other_than=(OPENING,))
"""Somebody else than who asked, whose regions hold what the release speaks of."""

_WHY = Column("reason", "理由", "Reason", required=True)

RELEASE = Procedure(
    code="release",
    zh="发布",
    en="Release",
    prefix="FB",
    read="publication.read",
    states=(
        State(REQUESTED, "待核准", "To be decided"),
        State(APPROVED, "已公布", "Out", final=True),
        State(REFUSED, "已退回", "Refused", final=True),
        State(WITHDRAWN, "已撤回", "Withdrawn", final=True),
    ),
    # Opened with the figures it lets out, by `zhiheng.publication.actions.publish` alone.
    opening=Step(
        OPENING, "提出发布", "Ask", (), REQUESTED, By("publication.request", Of.BEARER),
        letters=(Letter("release.asked", To.UNIT),),
    ),
    steps=(
        Step(
            APPROVE, "核准", "Let out", (REQUESTED,), APPROVED, DECIDER,
            form=(Column("reason", "说明", "Note"),),
            letters=(Letter("release.approved", To.FILER),),
        ),
        Step(
            REFUSE, "退回", "Refuse", (REQUESTED,), REFUSED, DECIDER, form=(_WHY,),
            letters=(Letter("release.refused", To.FILER),),
        ),
        Step(
            WITHDRAW, "撤回", "Take back", (APPROVED,), WITHDRAWN,
            By("publication.approve", Of.SCOPE), form=(_WHY,),
            letters=(Letter("release.withdrawn", To.FILER),),
        ),
    ),
    clocks=(
        Clock(
            "decision", "核准期限", "Decision", "release.term", (OPENING,), (APPROVE, REFUSE),
            warn=(5, 1), reminder=(Letter("release.waiting", To.UNIT),),
            expired=(Letter("release.late", To.UNIT),),
        ),
    ),
    term="decision",
    # What readers have seen is not made as if it had not been: it is withdrawn, and asked anew.
    correct=MACHINE,
    rules=RULES,
    letters=parameters.load(Path(__file__).with_name("letters.yaml")),
    help_page=HelpPage(
        "/desk/releases/cases/", "读者将看到的内容", "What readers will see", ("publication.read",)
    ),
    source="《政府信息公开条例》；本系统发布须两人办理的约定",
)  # fmt: skip

catalogue.declare(RELEASE)
