"""Releases are decided about by cases; those of before become cases, their decisions events."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from zhiheng.office.append_only import append_only, changeable
from zhiheng.office.working_days import WorkingCalendar, published

NEVER = "9999-12-31"
TERM = 20
STEPS = {"approved": "approve", "refused": "refuse", "withdrawn": "withdraw"}


def open_cases(apps: Any, editor: Any) -> None:
    """A case for every release, with an event for each decision, its clock, and its mark."""
    release_model = apps.get_model("publication", "Release")
    regions = dict(apps.get_model("office", "Party").objects.values_list("key", "region"))
    calendar = WorkingCalendar(published())
    for release in release_model.objects.order_by("id"):
        decisions = list(release.decisions.order_by("id"))
        case = _case(apps, release, decisions, regions)
        _events(apps, case, release, decisions)
        _clock(apps, case, decisions, calendar)
        release.case = case
        release.save(update_fields=["case"])
    if editor.connection.vendor == "postgresql":
        # The table is altered next, which waits for no deferred check.
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _case(apps: Any, release: Any, decisions: list[Any], regions: dict[str, str]) -> Any:
    figure = release.figures.filter(kind="verdict").order_by("id").first()
    return apps.get_model("procedures", "Case").objects.create(
        procedure="release",
        state=decisions[-1].verb if decisions else "requested",
        unit=release.requested_party,
        filer=release.requested_party,
        region=regions.get(release.requested_party) or (figure.region if figure else ""),
        title=release.title,
        received_on=timezone.localdate(release.requested_at),
        closed_on=timezone.localdate(decisions[-1].at) if decisions else None,
        due_on=NEVER,
        events=1 + len(decisions),
        opened_at=release.requested_at,
    )


def _events(apps: Any, case: Any, release: Any, decisions: list[Any]) -> None:
    event_model = apps.get_model("procedures", "Event")
    events = [
        event_model.objects.create(
            case=case,
            number=1,
            verb="open",
            day=case.received_on,
            at=release.requested_at,
            by=release.requested_by,
            party=release.requested_party,
            unit=case.unit,
            region=case.region,
        )
    ]
    for number, decision in enumerate(decisions, start=2):
        events.append(
            event_model.objects.create(
                case=case,
                number=number,
                verb=STEPS[decision.verb],
                day=timezone.localdate(decision.at),
                at=decision.at,
                by=decision.by,
                party=decision.party,
                answers={"reason": decision.reason} if decision.reason else {},
            )
        )
    mark = apps.get_model("procedures", "Unfiled").objects
    for event in events:
        mark.create(event=event, procedure="release")


def _clock(apps: Any, case: Any, decisions: list[Any], calendar: WorkingCalendar) -> None:
    last = calendar.after(case.received_on, TERM)
    stopped = timezone.localdate(decisions[0].at) if decisions else None
    apps.get_model("procedures", "CaseClock").objects.create(
        case=case,
        code="decision",
        going="stopped" if decisions else "running",
        started_on=case.received_on,
        due_on=last.day,
        stopped_on=stopped,
        in_time=stopped <= last.day if stopped else None,
        provisional=last.provisional,
        confirmed=False,
        # The worker looks at it in its next round and finds the day itself.
        attention_at=None if decisions else timezone.now(),
    )
    if not decisions:
        case.due_on = last.day
        case.save(update_fields=["due_on"])


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0002_append_only"),
        ("procedures", "0004_terms_in_hours"),
        ("office", "0006_official_days"),
    ]
    operations = [
        changeable("publication_release"),
        changeable("publication_decision"),
        migrations.AddField(
            "release",
            "case",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="release",
                to="procedures.case",
            ),
        ),
        migrations.RunPython(open_cases, migrations.RunPython.noop),
        migrations.AlterField(
            "release",
            "case",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="release",
                to="procedures.case",
            ),
        ),
        migrations.DeleteModel("Decision"),
        append_only("publication_release"),
    ]
