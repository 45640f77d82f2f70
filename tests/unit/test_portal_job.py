"""The page of a background job, in every state and for every kind of work."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Job, User

PASSWORD = "Hengchuan-2026"
IMPORT = {"name": "处罚.csv", "kind": "penalty", "mode": "rollback"}
TAKEN = {"read": 2, "accepted": 2, "corrected": 0, "repeated": 0, "rejected": 0, "batch": 7}


@pytest.mark.parametrize(
    ("verb", "arguments", "state", "result", "said"),
    [
        ("evidence.import", IMPORT, Job.State.QUEUED, None, ("行政处罚", "处罚.csv", "排队等候")),
        ("evidence.import", IMPORT, Job.State.DONE, TAKEN, ("处罚.csv", "全部收下", "批次 7")),
        ("indicators.measure", {}, Job.State.RUNNING, None, ("进行中",)),
        ("indicators.measure", {}, Job.State.DONE, {"measurement": 3}, ("/desk/measurements/3",)),
        ("plans.publish_verdicts", {"title": "年度"}, Job.State.DONE, {"release": 1}, ("年度",)),
    ],
)
def test_the_page_says_what_the_job_is_about_and_how_it_stands(
    home: Home,
    verb: str,
    arguments: dict[str, Any],
    state: str,
    result: dict[str, Any] | None,
    said: tuple[str, ...],
) -> None:
    system = Actor.system()
    office = add_party(system, "zlb", "unit", "质量办")
    add_user(system, "zhao", "赵", office, ["reporter"], PASSWORD)
    user = User.objects.get(username="zhao")
    job = Job.objects.create(
        verb=verb, arguments=arguments, user=user, state=state, result=result,
        finished_at=timezone.now(),
    )  # fmt: skip
    client = Client()
    client.post("/sign-in", {"username": "zhao", "password": PASSWORD})
    answer = client.get(f"/desk/jobs/{job.pk}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [word for word in said if word not in page] == []
