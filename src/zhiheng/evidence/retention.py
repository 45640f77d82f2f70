"""How long things are kept: dated rules, and a run that removes what has outlived them.

A rule is ``retention.<what>`` in ``rules.yaml``: days, or null for what is kept for good. Personal
values follow ``retention.personal.<kind>.<column>`` where there is one, else
``retention.personal``; their days count from the day of the fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.evidence import erasure, kept_files, ledger, reading
from zhiheng.evidence.declaration import Column, Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch, Pack, PersonalValue
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.receiving import IMPORT_JOB
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.models import Job
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Parameter

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))
_AT_ONCE = 5000


@dataclass(frozen=True)
class Outlived:
    """One rule as it was applied: what lies there longer than it allows, what was removed.

    ``before`` is the first day that is still kept; None where the rule sets no term.
    """

    what: str
    days: int | None
    before: date | None
    source: str
    confirmed: bool
    found: int
    removed: int

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "before": self.before.isoformat() if self.before else None}


of_rooms: list[Callable[..., list[Outlived]]] = []
"""What rooms below keep by dated rules of their own, each as `apply` does it."""


def run(actor: Actor, *, dry_run: bool = False) -> list[Outlived]:
    """Apply the rules of this room and of all rooms below.

    Raises:
        RightError: the actor may not erase.
    """
    every = (apply, *of_rooms)
    return [rule for room in every for rule in room(actor, dry_run=dry_run)]


def apply(actor: Actor, *, dry_run: bool = False, today: date | None = None) -> list[Outlived]:
    """Remove everything that has outlived its rule; with ``dry_run`` only count it.

    Raises:
        RightError: the actor may not erase.
    """
    actor.require("evidence.erase")
    day = today or timezone.localdate()
    files = current().files
    applied = [
        _files("received", kept_files.received(files), day, dry_run),
        _files("marked", kept_files.marked(files), day, dry_run),
        _problems(day, dry_run),
        *(
            _personal(kind, column, day, dry_run)
            for kind in ALL.values()
            for column in kind.personal_columns
        ),
    ]
    if not dry_run:
        with transaction.atomic():
            removed = {rule.what: rule.removed for rule in applied if rule.removed}
            audit.record(actor, "evidence.retention", day.isoformat(), {"removed": removed})
    return applied


def in_force(day: date) -> list[dict[str, Any]]:
    """The rules of a day as JSON says them, without a look at what lies there."""
    rules = {
        what: RULES.at(f"retention.{what}", day) for what in ("received", "marked", "problems")
    }
    for kind in ALL.values():
        for column in kind.personal_columns:
            rules[f"personal.{kind.code}.{column.name}"] = rule_of(kind, column, day)
    return [
        {"what": what, "days": rule.value, "source": rule.source, "confirmed": rule.confirmed}
        for what, rule in rules.items()
    ]


def rule_of(kind: Kind, column: Column, day: date) -> Parameter:
    """The rule for a personal column on a day."""
    own = f"retention.personal.{kind.code}.{column.name}"
    return RULES.at(own if own in RULES.names else "retention.personal", day)


def _outlived(what: str, rule: Parameter, day: date, found: int, removed: int) -> Outlived:
    return Outlived(
        what, rule.value, _before(rule, day), rule.source, rule.confirmed, found, removed
    )


def _before(rule: Parameter, day: date) -> date | None:
    return None if rule.value is None else day - timedelta(days=int(rule.value))


def _files(what: str, paths: Iterable[Path], day: date, dry_run: bool) -> Outlived:
    rule = RULES.at(f"retention.{what}", day)
    before = _before(rule, day)
    old = [path for path in paths if before is not None and _changed_on(path) < before]
    if not dry_run:
        for path in old:
            kept_files.remove(path, current().files)
    return _outlived(what, rule, day, len(old), 0 if dry_run else len(old))


def _changed_on(path: Path) -> date:
    return timezone.localdate(datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _problems(day: date, dry_run: bool) -> Outlived:
    """Lists of problems, which repeat what was filed, of imports that ended long ago."""
    rule = RULES.at("retention.problems", day)
    before = _before(rule, day)
    if before is None:
        return _outlived("problems", rule, day, 0, 0)
    ended = Job.objects.filter(verb=IMPORT_JOB, finished_at__lt=_midnight(before))
    old = [job for job in ended if isinstance(job.result, dict) and job.result.get("problems")]
    if not dry_run:
        for job in old:
            job.result = {**job.result, "problems": []}
            job.save(update_fields=["result"])
    return _outlived("problems", rule, day, len(old), 0 if dry_run else len(old))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _personal(kind: Kind, column: Column, day: date, dry_run: bool) -> Outlived:
    rule = rule_of(kind, column, day)
    what = f"personal.{kind.code}.{column.name}"
    before = _before(rule, day)
    if before is None:
        return _outlived(what, rule, day, 0, 0)
    old = _older(PersonalValue.objects.filter(column=column.name), kind, before)
    return _outlived(what, rule, day, len(old), 0 if dry_run else _forget(old))


def _older(values: QuerySet[PersonalValue], kind: Kind, before: date) -> list[tuple[int, int]]:
    """Of these values those about a fact before a day, each with its row."""
    old: list[tuple[int, int]] = []
    for batch in reading.sealed_batches().filter(kind=kind.code).order_by("id"):
        first, end = ledger.ids(batch)
        held = list(values.filter(row__gte=first, row__lt=end).values_list("id", "row"))
        if held and _begins_before(batch, before):
            rows = reading.rows_at({row for _value, row in held})
            early = {row.id for row in rows if row.occurred_on < before}
            old += [(value, row) for value, row in held if row in early]
    return old


def _begins_before(batch: Batch, day: date) -> bool:
    first, end = ledger.ids(batch)
    return Pack.objects.filter(id__gte=first, id__lt=end, first_day__lt=day).exists()


def _forget(old: list[tuple[int, int]]) -> int:
    """Erase in portions, so that nobody waits for one long transaction; kept files go first."""
    parts = [old[start : start + _AT_ONCE] for start in range(0, len(old), _AT_ONCE)]
    texts, digests = set[str](), set[str]()
    for part in parts:
        batches = Batch.objects.filter(id__in={row >> ROW_BITS for _value, row in part})
        more = erasure.traces(_values(part), list(batches))
        texts |= more[0]
        digests |= more[1]
    erasure.scrub_files(texts, digests)
    removed = 0
    for part in parts:
        with transaction.atomic():
            removed += erasure.forget(_values(part))
    return removed


def _values(part: list[tuple[int, int]]) -> QuerySet[PersonalValue]:
    return PersonalValue.objects.filter(id__in=[value for value, _row in part])
