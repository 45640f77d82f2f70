"""The log and the audit trail held to themselves, and both to the batches."""

from __future__ import annotations

import json

from zhiheng.evidence import proofs
from zhiheng.evidence.intact import UNREADABLE, NotAsSealed, unreadable
from zhiheng.evidence.models import LogEntry
from zhiheng.office import audit
from zhiheng.office.models import AuditEntry
from zhiheng.office.words import _


def check_log(entries: list[LogEntry]) -> None:
    """The root beside each entry is that of all entries up to it."""
    tree = proofs.GrowingTree()
    for entry in entries:
        tree.add(bytes(entry.leaf))
        if tree.root() != bytes(entry.root):
            raise NotAsSealed(
                None, None, _("日志第 {position} 条的根与其各条不符", position=entry.position)
            )


def check_audit(entries: list[LogEntry]) -> None:
    trail = AuditEntry.objects.order_by("id")
    try:
        broken = audit.first_broken(trail.iterator())
    except UNREADABLE:
        raise unreadable(trail) from None
    if broken is not None:
        raise NotAsSealed(None, None, _("审计记录第 {id} 条被改动或其前有缺失", id=broken.id))
    for entry in entries:
        if entry.kind == "audit":
            block = json.loads(entry.body)["audit"]
            if not isinstance(block, dict) or block.get("last") != entry.last_audit:
                reason = _("日志第 {position} 条被改动", position=entry.position)
                raise NotAsSealed(None, None, reason)
            last = AuditEntry.objects.filter(id=entry.last_audit or 0, chain=str(block.get("head")))
            if not last.exists():
                reason = _("审计记录第 {id} 条与日志不符", id=entry.last_audit)
                raise NotAsSealed(None, None, reason)
    _check_noted_imports()


def _check_noted_imports() -> None:
    """Every import in the audit trail must be a batch in the log: one taken out whole is found."""
    noted = AuditEntry.objects.filter(verb="evidence.import").order_by("id")
    logged = set(LogEntry.objects.exclude(batch=None).values_list("batch_id", flat=True))
    for name in noted.values_list("object", flat=True).iterator():
        batch = name.removeprefix("batch ")
        if batch.isdigit() and int(batch) not in logged:
            raise NotAsSealed(int(batch), None, _("审计记录里的这一批不在日志里"))
