from django.db import migrations

from zhiheng.office.append_only import append_only

_OPEN = "(SELECT state FROM evidence_batch WHERE id = OLD.batch_id) = 'open'"


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]
    operations = [
        append_only("evidence_row", delete_when=_OPEN),
        append_only("evidence_logentry"),
        append_only("evidence_batch", update_when="OLD.state = 'open'"),
    ]
