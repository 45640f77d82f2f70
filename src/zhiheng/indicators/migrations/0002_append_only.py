from django.db import migrations

from zhiheng.office.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [append_only("indicators_measurement"), append_only("indicators_estimaterow")]
