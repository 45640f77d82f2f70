"""The API of complaints: a hot-line hands over, the figures are read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from zhiheng.complaints import answers, queries
from zhiheng.complaints.bulletins import SUBJECT
from zhiheng.complaints.hotline import PARTS_OF
from zhiheng.complaints.submissions import enter
from zhiheng.publication.statements import released
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN

router = Router(tags=["complaints"])


@router.post("/complaints", auth=SIGNED_IN, response={201: answers.SubmissionTaken})
def hand_over(request: HttpRequest, given: answers.SubmissionGiven) -> Any:
    """热线移交一件投诉举报 / A hot-line hands over a submission

    同一编号再次送来，得到同一案件；内容有变的补入该案。The same number again gives the same case;
    what it says otherwise is added to it.
    """
    sent = enter(
        actor_of(request),
        given.answers,
        PARTS_OF[given.parts],
        given.number,
        day=given.occurred_on,
    )
    said = {
        "case": sent.case.pk,
        "number": sent.receipt.number,
        "secret": sent.receipt.secret,
        "repeated": sent.repeated,
        "changed": list(sent.changed),
    }
    return Status(201, said)


@router.get("/complaints/statistics", auth=SIGNED_IN, response=answers.StatisticsSaid)
def statistics(request: HttpRequest, year: answers.Year | None = None) -> Any:
    """投诉办理统计，件数过少的为 null / Figures of complaint handling, small counts null"""
    today = timezone.localdate()
    found = queries.statistics(actor_of(request), year or today.year, today)
    return answers.statistics_row(found)


@router.get("/complaints/published", response=list[answers.PublishedQuarter])
def published(request: HttpRequest) -> Any:
    """已公布的各季投诉统计，最近的在前 / Published figures, newest first"""
    return [answers.published_row(said) for said in released(SUBJECT)]
