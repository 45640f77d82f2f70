from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Substr

CHUNK = 5_000


def make_findable(apps: Any, schema_editor: Any) -> None:
    """The parts of names, and the schemes of references, that the record has already."""
    from zhiheng.subjects.grams import grams

    gram = apps.get_model("subjects", "NameGram")
    for model, owner in (("Organisation", "id"), ("OrganisationName", "organisation_id")):
        names = apps.get_model("subjects", model).objects.order_by("id")
        after = 0
        while some := list(names.filter(id__gt=after).values_list("id", owner, "key")[:CHUNK]):
            after = some[-1][0]
            pairs = {(part, number) for _id, number, key in some for part in grams(key)}
            gram.objects.bulk_create(
                [gram(gram=part, organisation_id=number) for part, number in sorted(pairs)],
                ignore_conflicts=True,
                batch_size=CHUNK,
            )
    scheme = apps.get_model("subjects", "Scheme")
    references = apps.get_model("subjects", "SubjectReference").objects
    found = {ref.partition(":")[0] for ref in references.values_list("ref", flat=True).iterator()}
    scheme.objects.bulk_create([scheme(name=name) for name in sorted(found)])


def nothing(apps: Any, schema_editor: Any) -> None:
    """The tables go with what was written into them."""


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NameGram",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "gram",
                        "organisation_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("gram", models.CharField(max_length=12)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="subjects.organisation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["normal"],
                name="organisation_normal",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["key"], name="organisation_key"),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(Substr("uscc", 9, 9), name="organisation_inner_code"),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(Substr("uscc", 14, 5), name="organisation_code_end"),
        ),
        migrations.AddIndex(
            model_name="organisationname",
            index=models.Index(
                fields=["normal"], name="alias_normal", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="organisationname",
            index=models.Index(fields=["key"], name="alias_key"),
        ),
        migrations.AddIndex(
            model_name="subjectreference",
            index=models.Index(fields=["first_batch"], name="reference_of_batch"),
        ),
        migrations.RunPython(make_findable, nothing),
    ]
