from django.db import migrations

from zhiheng.office.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]
    operations = [
        append_only("publication_release"),
        append_only("publication_releasedfigure"),
        append_only("publication_decision"),
    ]
