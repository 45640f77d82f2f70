import django.db.models.deletion
from django.db import migrations, models

from zhiheng.office.append_only import append_only, changeable

ROWS = "indicators_estimaterow"


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_parts")]
    operations = [
        migrations.AlterField(
            model_name="estimaterow",
            name="part",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="indicators.estimatepart"),
        ),
        migrations.RemoveIndex(model_name="estimaterow", name="estimate_cell"),
        migrations.RemoveField(model_name="estimaterow", name="measurement"),
        migrations.AddIndex(
            model_name="estimaterow",
            index=models.Index(fields=["indicator", "region", "by", "period", "part"], name="estimate_cell"),
        ),
        # SQLite makes a table anew when its columns change, and its triggers are lost.
        changeable(ROWS),
        changeable("indicators_measurement"),
        append_only(ROWS),
        append_only("indicators_measurement"),
        append_only("indicators_estimatepart"),
        append_only("indicators_measuredpart"),
    ]
