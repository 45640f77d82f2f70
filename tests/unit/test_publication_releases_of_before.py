"""Releases of homes from before releases were cases keep who asked, who decided, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from zhiheng.office import actions as office
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.home import Home
from zhiheng.office.regions import RegionVersion
from zhiheng.procedures import duties
from zhiheng.procedures import queries as machine
from zhiheng.procedures.models import Case
from zhiheng.procedures.moments import beginning
from zhiheng.publication import actions, queries

BEFORE = ("publication", "0002_append_only")
ASKED = datetime(2026, 2, 12, 2, tzinfo=UTC)
HELD = (
    (),
    ("approved",),
    ("refused",),
    ("approved", "withdrawn"),
)


def fill(apps) -> None:
    """One release of every state, as the tables were."""
    measurement = apps.get_model("indicators", "Measurement").objects.create(
        created_at=ASKED, actor="operator", log_size=7, root="ab", code_version="1", whole=True,
        estimates=0,
    )  # fmt: skip
    release_model = apps.get_model("publication", "Release")
    for decisions in HELD:
        release = release_model.objects.create(
            title="、".join(decisions) or "等待", measurement=measurement, as_of=date(2026, 1, 15),
            rules=[], requested_by="zhang", requested_party="zlb", requested_at=ASKED,
        )  # fmt: skip
        apps.get_model("publication", "ReleasedFigure").objects.create(
            release=release, kind="plan", key=f"plan-{release.id}", payload={"code": "p"}
        )
        for n, verb in enumerate(decisions, start=1):
            apps.get_model("publication", "Decision").objects.create(
                release=release, verb=verb, by="li", party="zlb", at=ASKED + timedelta(days=n),
                reason="" if verb == "approved" else "有误",
            )  # fmt: skip


@pytest.mark.record
def test_releases_of_before_become_cases(home: Home) -> None:
    operator = Actor.system()
    office.load_regions(operator, [RegionVersion("990100", "衡川市", "city")])
    office.add_party(operator, "zlb", "unit", "质量办", "990100")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("publication")
    MigrationExecutor(connection).migrate([BEFORE])
    fill(MigrationExecutor(connection).loader.project_state([BEFORE]).apps)
    MigrationExecutor(connection).migrate(newest)

    found = {release.title: release for release in queries.releases(operator)}
    assert {title: release.state for title, release in found.items()} == {
        "等待": "requested",
        "approved": "approved",
        "refused": "refused",
        "approved、withdrawn": "withdrawn",
    }
    withdrawn = found["approved、withdrawn"]
    assert (withdrawn.approved_by, withdrawn.reason) == ("li", "有误")
    assert withdrawn.approved_at == ASKED + timedelta(days=1)
    assert [plan["code"] for plan in queries.released_plans()] == ["p"]
    assert [notice.reason for notice in queries.notices()] == ["有误"]
    for case in Case.objects.all():
        standing = machine.standing(case)
        assert (case.state, case.closed_on) == (standing.state, standing.closed_on)
        assert (case.unit, case.region) == ("zlb", "990100")
        (clock,) = case.clocks.all()
        reading = standing.readings["decision"]
        kept = (reading.going, reading.due_on, reading.stopped_on, reading.in_time)
        assert (clock.going, clock.due_on, clock.stopped_on, clock.in_time) == kept
        assert clock.confirmed == reading.confirmed
    duties.look_after_clocks(beginning(date(2026, 3, 1)))
    approver = Actor("li", "zlb", ROLES["approver"], region="990100")
    actions.approve(approver, found["等待"])
    assert queries.release(approver, found["等待"].id).state == "approved"
