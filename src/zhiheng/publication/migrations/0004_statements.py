
import django.db.models.deletion
from django.db import migrations, models

from zhiheng.office.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("publication", "0003_release_is_a_case")]
    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                ("period", models.CharField(max_length=8)),
                ("payload", models.JSONField()),
                ("rules", models.JSONField()),
                ("log_size", models.BigIntegerField()),
                ("root", models.CharField(max_length=64)),
                ("requested_by", models.CharField(max_length=60)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="procedures.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "period"], name="statements_of_a_period")
                ]
            },
        ),
        append_only("publication_statement"),
    ]
