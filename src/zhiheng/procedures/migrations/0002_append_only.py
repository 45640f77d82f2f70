from django.db import migrations

from zhiheng.office.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_cases")]

    operations = [append_only("procedures_event"), append_only("procedures_link")]
