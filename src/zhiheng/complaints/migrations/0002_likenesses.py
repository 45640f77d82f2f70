from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def mark_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Cases of before are found like new ones."""
    from zhiheng.complaints.near_duplicates import marks

    texts = apps.get_model("procedures", "PersonalAnswer").objects.filter(
        name="account",
        event__number=1,
        event__case__procedure__in=("consumer_complaint", "violation_report"),
    )
    made = apps.get_model("complaints", "Mark")
    waiting: list[Any] = []
    for case, text in texts.values_list("event__case", "value").iterator(chunk_size=500):
        waiting += [made(case_id=case, mark=mark) for mark in marks(text)]
        if len(waiting) >= 5000:
            made.objects.bulk_create(waiting)
            waiting = []
    made.objects.bulk_create(waiting)


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0001_receipts_photos_drafts"),
        ("procedures", "0003_indexes_of_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procedures.case",
                    ),
                ),
                ("mark", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["mark", "case"], name="cases_by_mark")],
            },
        ),
        migrations.RunPython(mark_what_is_there, migrations.RunPython.noop),
    ]
