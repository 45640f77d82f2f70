from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0004_people")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["verb", "id"], name="audit_by_verb"),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(fields=["kind", "region"], name="regions_of_parties"),
        ),
    ]
