"""Estimates by indicator and year, so that a run can take over what has not changed."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from zhiheng.office.append_only import append_only, changeable

ROWS, PARTS = "indicators_estimaterow", "indicators_estimatepart"
YEAR = "CAST(substr(r.period, 1, 4) AS INTEGER)"


def divide(apps: Any, editor: Any) -> None:
    """One part for each indicator and year of every run so far; none of them is taken over."""
    editor.execute(
        f"INSERT INTO {PARTS} (indicator, year, digest, created_at, actor, log_size, root, "
        f"code_version, rules, estimates) "
        f"SELECT r.indicator, {YEAR}, 'measurement-' || CAST(m.id AS TEXT), m.created_at, m.actor, "
        f"m.log_size, m.root, m.code_version, m.rules, count(*) "
        f"FROM {ROWS} r JOIN indicators_measurement m ON m.id = r.measurement_id "
        f"GROUP BY r.indicator, {YEAR}, m.id"
    )
    editor.execute(
        f"INSERT INTO indicators_measuredpart (measurement_id, part_id) "
        f"SELECT m.id, p.id FROM {PARTS} p JOIN indicators_measurement m "
        f"ON p.digest = 'measurement-' || CAST(m.id AS TEXT)"
    )
    editor.execute(
        f"UPDATE {ROWS} SET part_id = (SELECT p.id FROM {PARTS} p "
        f"WHERE p.indicator = {ROWS}.indicator "
        f"AND p.year = CAST(substr({ROWS}.period, 1, 4) AS INTEGER) "
        f"AND p.digest = 'measurement-' || CAST({ROWS}.measurement_id AS TEXT))"
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="EstimatePart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60)),
                ("year", models.IntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=60)),
                ("log_size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("code_version", models.CharField(max_length=40)),
                ("rules", models.JSONField(default=list)),
                ("estimates", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("indicator", "year", "digest"), name="one_part")],
            },
        ),
        migrations.CreateModel(
            name="MeasuredPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measurement", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="indicators.measurement")),
                ("part", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="indicators.estimatepart")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("measurement", "part"), name="part_once")],
            },
        ),
        migrations.AddField(
            model_name="measurement",
            name="parts",
            field=models.ManyToManyField(through="indicators.MeasuredPart", to="indicators.estimatepart"),
        ),
        changeable(ROWS),
        migrations.AddField(
            model_name="estimaterow",
            name="part",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="indicators.estimatepart"),
        ),
        migrations.RunPython(divide, migrations.RunPython.noop),
    ]
