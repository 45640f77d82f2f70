"""From events to evidence: a row per case, superseded at every step, through the ordinary ledger.

Steps leave a mark in their own transaction; filing takes what is marked, in batches, so that a
step never waits for the ledger. Of several events of one case each becomes its own row, in order.
Killed in the middle it files again what it had not yet unmarked, and the ledger knows those rows.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

import polars as pl
from django.db.models import Min
from django.utils import timezone

from zhiheng.evidence import lake, ledger
from zhiheng.evidence.canonical import ROW_TYPE, typed_fields
from zhiheng.evidence.comparison import compare
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.evidence.models import Batch
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.reading import rows_called
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.office.working_calendar import working_calendar
from zhiheng.procedures import catalogue, limits
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.generated import row_of
from zhiheng.procedures.holding import entry_of, number_of
from zhiheng.procedures.models import Case, Event, Unfiled
from zhiheng.procedures.moments import of_entry
from zhiheng.procedures.timeline import replay

SOURCE = "procedures"
"""The source of these rows: the procedures themselves, whichever unit took the step."""

_AT_ONCE = 20_000


def is_due() -> bool:
    """Whether the oldest event that waits has waited as long as the rule says."""
    waiting = Unfiled.objects.aggregate(first=Min("event__at"))["first"]
    patience = timedelta(minutes=limits.today("filing.minutes"))
    return waiting is not None and timezone.now() - waiting >= patience


def file_evidence(actor: Actor, progress: Progress | None = None) -> int:
    """File what the steps since the last filing leave; returns how many rows were written."""
    progress = progress or Silent()
    written = 0
    for code in sorted(set(Unfiled.objects.values_list("procedure", flat=True))):
        procedure = catalogue.known(code)
        while marked := list(_marked(code)):
            progress.start(len(marked), _("归档办理证据"))
            for rows in _rounds(procedure, marked):
                written += _file(actor, KINDS[code], rows)
                progress.step(len(rows))
            Unfiled.objects.filter(event__in=marked).delete()
    lake.catch_up(current(), progress)
    return written


def _marked(code: str) -> list[int]:
    waiting = Unfiled.objects.filter(procedure=code).order_by("event")
    return list(waiting.values_list("event", flat=True)[:_AT_ONCE])


def _rounds(procedure: Procedure, marked: list[int]) -> list[list[dict[str, Any]]]:
    """The rows of these events, so that no case has two in one round."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(marked), 900):
        found = Event.objects.filter(id__in=marked[start : start + 900]).order_by("case", "number")
        for of, number in found.values_list("case", "number"):
            numbers[of].append(number)
    rounds: list[list[dict[str, Any]]] = []
    calendar = working_calendar()
    for case in _cases(list(numbers)):
        events = sorted(case.history.all(), key=lambda event: event.number)
        entries = [entry_of(event, procedure) for event in events]
        for place, number in enumerate(numbers[case.pk]):
            standing = replay(procedure, entries[:number], calendar)
            at = of_entry(entries[number - 1])
            if len(rounds) == place:
                rounds.append([])
            rounds[place].append(
                {
                    **row_of(procedure, standing, number, at),
                    "$id": number_of(case),
                    "$day": standing.received_on.isoformat(),
                    "$region": standing.region,
                    "$subject": case.subject,
                }
            )
    return rounds


def _cases(ids: list[int]) -> list[Case]:
    found: list[Case] = []
    for start in range(0, len(ids), 900):
        part = Case.objects.filter(id__in=ids[start : start + 900])
        found += part.prefetch_related("history")
    return found


def _file(actor: Actor, kind: Kind, rows: list[dict[str, Any]]) -> int:
    """One round as one batch; rows that the ledger has already are left out."""
    at = ledger.moment()
    new = Batch(
        kind=kind.code,
        source=SOURCE,
        actor=actor.name,
        file_name="",
        file_hash="",
        recorded_at=at,
    )
    fields = typed_fields(kind)
    shared = {
        "$at": at.isoformat(),
        "$kind": kind.code,
        "$source": SOURCE,
        "$supersedes": None,
        "$type": ROW_TYPE,
    }
    said = [{name: {**row, **shared}.get(name) for name in fields} for row in rows]
    with ledger.open_batch(new) as batch:
        news = compare(_without_older(pl.DataFrame(said, schema=fields), kind), kind, SOURCE)
        if news.frame.is_empty():
            ledger.drop(batch)
            return 0
        ledger.write_whole(batch, news.frame, kind, actor)
    return len(news.frame)


def _without_older(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The rows that say no less than the ledger's: one filed again must not undo a later one."""
    filed: dict[str, int] = {}
    ids = frame["$id"].to_list()
    for row in rows_called({number_word(number) for number in ids}):
        if (row.kind, row.source) == (kind.code, SOURCE):
            filed[row.external_id] = max(filed.get(row.external_id, 0), row.said["steps"])
    least = [filed.get(number, 0) for number in ids]
    return frame.filter(pl.col("steps") >= pl.Series(least, dtype=pl.Int64))
