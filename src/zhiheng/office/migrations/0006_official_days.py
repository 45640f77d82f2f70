from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("office", "0005_page_indexes")]

    operations = [
        migrations.CreateModel(
            name="OfficialDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("works", models.BooleanField()),
                ("name", models.CharField(default="", max_length=40)),
                ("source", models.CharField(max_length=200)),
            ],
        ),
    ]
