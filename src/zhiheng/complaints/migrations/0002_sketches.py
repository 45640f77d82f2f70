from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def sketch_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Cases of before are found like new ones."""
    from zhiheng.complaints.near_duplicates import sketch

    texts = apps.get_model("procedures", "PersonalAnswer").objects.filter(
        name="account",
        event__number=1,
        event__case__procedure__in=("consumer_complaint", "violation_report"),
    )
    made = apps.get_model("complaints", "Sketch")
    waiting = []
    for case, text in texts.values_list("event__case", "value").iterator(chunk_size=2000):
        waiting.append(made(case_id=case, bands=sketch(text)))
        if len(waiting) == 2000:
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
            name="Sketch",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="procedures.case",
                    ),
                ),
                ("bands", models.BinaryField()),
            ],
        ),
        migrations.RunPython(sketch_what_is_there, migrations.RunPython.noop),
    ]
