"""How long personal fields of cases are kept: dated rules, counted from the day the case ended.

A procedure's own rules may name ``retention.<field>`` or ``retention``; for all others
``retention.personal`` of this room holds. Null keeps a field for good; open cases keep theirs.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from zhiheng.evidence.retention import Outlived
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.procedures import catalogue, limits
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.procedures.persons import forget
from zhiheng.rules.parameters import Parameter

APPLIED = "procedures.retention"
_AT_ONCE = 2000

outlived = Signal()
"""Sent with ``procedure``, ``before`` and ``dry_run`` for what rooms keep beside the fields of
cases that ended before that day, such as photos; a receiver returns its name for it and how much
there was."""


def apply(actor: Actor, *, dry_run: bool = False, today: date | None = None) -> list[Outlived]:
    """Erase every personal field that has outlived its rule; with ``dry_run`` only count them.

    Raises:
        RightError: the actor may not erase.
    """
    actor.require("evidence.erase")
    day = today or timezone.localdate()
    applied = [found for p in catalogue.ALL.values() for found in _of(p, day, dry_run)]
    if not dry_run:
        with transaction.atomic():
            removed = {rule.what: rule.removed for rule in applied if rule.removed}
            audit.record(actor, APPLIED, day.isoformat(), {"removed": removed})
    return applied


def rule_of(procedure: Procedure, field: str, day: date) -> Parameter:
    """The rule for a personal field on a day; ``field`` empty: for what is no field."""
    for name in (f"retention.{field}", "retention"):
        if name in procedure.rules.names:
            return procedure.rules.at(name, day)
    return limits.RULES.at("retention.personal", day)


def _of(procedure: Procedure, day: date, dry_run: bool) -> list[Outlived]:
    fields = sorted(column.name for column in procedure.columns.values() if column.personal)
    found = [_field(procedure, field, day, dry_run) for field in fields]
    rule = rule_of(procedure, "", day)
    before = _before(rule, day)
    if fields and before is not None:
        said = {"procedure": procedure.code, "before": before, "dry_run": dry_run}
        for _receiver, told in outlived.send(sender=None, **said):
            name, count = cast("tuple[str, int]", told)
            found.append(_told(f"{procedure.code}.{name}", rule, day, count, dry_run))
    return found


def _field(procedure: Procedure, field: str, day: date, dry_run: bool) -> Outlived:
    rule = rule_of(procedure, field, day)
    before = _before(rule, day)
    what = f"{procedure.code}.{field}"
    if before is None:
        return _told(what, rule, day, 0, dry_run)
    ended = Case.objects.filter(procedure=procedure.code, closed_on__lt=before)
    old = PersonalAnswer.objects.filter(name=field, event__case__in=ended.values("id"))
    count = old.count()
    while not dry_run and (ids := list(old.order_by("id").values_list("id", flat=True)[:_AT_ONCE])):
        with transaction.atomic():
            forget(PersonalAnswer.objects.filter(id__in=ids))
    return _told(what, rule, day, count, dry_run)


def _told(what: str, rule: Parameter, day: date, count: int, dry_run: bool) -> Outlived:
    before, removed = _before(rule, day), 0 if dry_run else count
    return Outlived(what, rule.value, before, rule.source, rule.confirmed, count, removed)


def _before(rule: Parameter, day: date) -> date | None:
    return None if rule.value is None else day - timedelta(days=int(rule.value))
