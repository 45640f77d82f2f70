"""Limits in hours: events have a moment, clocks a last moment; what is looked at has a time.

The course of each procedure is kept, so that changes of it are held to the cases there are.
"""

from datetime import datetime, time
from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

from zhiheng.office.append_only import append_only, changeable


def from_days(apps: Any, editor: Any) -> None:
    """The beginning of the day on which a clock was to be looked at."""
    clocks = apps.get_model("procedures", "CaseClock").objects
    days = clocks.exclude(attention_on=None).values_list("attention_on", flat=True).distinct()
    zone = timezone.get_current_timezone()
    for day in list(days):
        begins = datetime.combine(day, time.min, zone)
        clocks.filter(attention_on=day).update(attention_at=begins)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0003_indexes_of_lists")]

    operations = [
        changeable("procedures_event"),
        migrations.AddField("event", "moment", models.DateTimeField(null=True)),
        append_only("procedures_event"),
        migrations.AddField("caseclock", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("caseclock", "attention_at", models.DateTimeField(null=True)),
        migrations.RunPython(from_days, migrations.RunPython.noop),
        migrations.RemoveIndex("caseclock", "clocks_to_look_at"),
        migrations.RemoveField("caseclock", "attention_on"),
        migrations.AddIndex(
            "caseclock",
            models.Index(
                fields=["attention_at", "id"],
                condition=Q(attention_at__isnull=False),
                name="clocks_to_look_at",
            ),
        ),
        migrations.CreateModel(
            "KeptCourse",
            [
                ("procedure", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("course", models.JSONField()),
                ("kept_at", models.DateTimeField()),
            ],
        ),
    ]
