from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import zhiheng.evidence.models
from zhiheng.office.append_only import append_only

_OPEN = "(SELECT state FROM evidence_batch WHERE id = OLD.batch_id) = 'open'"
_GUARD = append_only("evidence_row", delete_when=_OPEN)


def guard_again(apps: Any, editor: Any) -> None:
    """SQLite changes a table by copying it, and the copy has lost its triggers."""
    if editor.connection.vendor == "sqlite":
        _GUARD.code(apps, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0003_objections"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="row", name="row_external_id"),
        migrations.RemoveField(model_name="row", name="content"),
        migrations.AlterField(
            model_name="row",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="evidence.batch",
            ),
        ),
        migrations.AlterField(
            model_name="row",
            name="id",
            field=zhiheng.evidence.models.RowId(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="row",
            name="supersedes",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="row",
            index=models.Index(fields=["external_id"], name="row_number"),
        ),
        migrations.AddConstraint(
            model_name="row",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", False)),
                fields=("supersedes",),
                name="one_correction_of_a_row",
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
        migrations.CreateModel(
            name="LakeFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("rows", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="evidence.batch"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "year"), name="one_lake_file")
                ],
            },
        ),
    ]
