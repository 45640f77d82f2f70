from django.db import migrations

from zhiheng.office.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [append_only("plans_planrecord"), append_only("plans_targetrecord")]
