"""A release is a case like others: lists, clock, letters and evidence come from its declaration."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from support.cases import CITY, EAST, WEST, person, settle

from zhiheng.indicators.models import Measurement
from zhiheng.office import notices
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.procedures import actions as machine
from zhiheng.procedures import duties, filing, worklists
from zhiheng.procedures.models import OutgoingLetter
from zhiheng.procedures.moments import beginning
from zhiheng.publication import actions, queries
from zhiheng.publication.models import Release
from zhiheng.publication.standing import edition
from zhiheng.rules.errors import ConflictError, RightError, UsageError

VERDICT = {
    "plan": "p", "target": "T01", "indicator": "product_pass_rate", "period": "2025", "by": {},
    "verdict": "met", "estimate": 0.95, "n": 100,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _settled(home: Home) -> None:
    settle()


def asked(actor: Actor, region: str = EAST) -> Release:
    measurement = Measurement.objects.create(
        created_at=timezone.now(), actor="operator", log_size=7, root="ab", code_version="1",
        whole=True, estimates=0,
    )  # fmt: skip
    verdict = VERDICT | {"region": region}
    as_of = timezone.localdate()
    return actions.publish(
        actor, measurement, [{"code": "p"}], [verdict], as_of=as_of, title="判定"
    )


def test_it_waits_on_the_lists_until_somebody_else_decides() -> None:
    release = asked(person("lin"))
    for who in ("zhou", "he"):
        assert [c.pk for c in worklists.worklist(person(who), "week")] == []
        assert [c.pk for c in worklists.worklist(person(who), "overdue")] == []
        assert [c.pk for c in worklists.worklist(person(who), "all")] == [release.case_id]
    before = edition()
    machine.take_step(person("zhou"), release.case_id, "approve")
    assert edition() != before
    assert [plan["code"] for plan in queries.released_plans()] == ["p"]
    with pytest.raises(ConflictError, match="已公布"):
        machine.take_step(person("he"), release.case_id, "refuse", {"reason": "有误"})


def test_who_asked_decides_through_no_door() -> None:
    both = replace(person("lin"), rights=person("lin").rights | person("zhou").rights)
    release = asked(both)
    for decide in (
        lambda: machine.take_step(both, release.case_id, "approve"),
        lambda: actions.decide(both, release, "approve"),
    ):
        with pytest.raises(RightError) as refused:
            decide()
        assert refused.value.code == "step.same_person"
    assert queries.released_plans() == []


def test_a_release_of_another_district_is_out_of_sight() -> None:
    release = asked(person("lin"))
    stranger = replace(
        person("zhou"), name="wu", party="west", region=WEST, regions=frozenset([WEST])
    )
    assert not queries.releases(stranger)
    with pytest.raises(UsageError, match="不在您的范围内"):
        machine.take_step(stranger, release.case_id, "approve")
    city = asked(replace(person("he"), rights=person("lin").rights), CITY)
    with pytest.raises(UsageError, match="不在您的范围内"):
        actions.approve(person("zhou"), city)


def test_no_case_of_a_release_opens_without_its_figures() -> None:
    with pytest.raises(RightError):
        machine.open_case(person("lin"), "release", {}, region=EAST, unit="east")


def test_what_readers_saw_is_not_taken_back_by_a_correction() -> None:
    release = asked(person("lin"))
    approval = actions.approve(person("zhou"), release)
    for who in (person("zhou"), person("he"), Actor.system()):
        with pytest.raises(RightError):
            machine.correct(who, release.case_id, approval.number, "有误", void=True)


def test_its_limit_reminds_runs_out_and_is_told_of() -> None:
    release = asked(person("lin"))
    clock = release.case.clocks.get()
    duties.look_after_clocks(beginning(clock.due_on))
    duties.look_after_clocks(beginning(clock.due_on + timedelta(days=1)))
    codes = OutgoingLetter.objects.filter(case=release.case, user=None).values_list(
        "code", flat=True
    )
    assert list(codes) == ["release.asked", "release.waiting", "release.late"]
    actions.refuse(person("zhou"), release, "数据未核")
    assert "已退回：判定" in {notices.text_of(n) for n in notices.notices(person("lin"))}


def test_it_leaves_evidence() -> None:
    release = asked(person("lin"))
    actions.approve(person("zhou"), release)
    assert filing.file_evidence(Actor.system()) == 2
    assert filing.file_evidence(Actor.system()) == 0
