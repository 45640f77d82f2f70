"""Every change to the evidence: import a file, report nothing, erase a personal value."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl
from django.db import transaction
from django.utils import timezone

from zhiheng.evidence import lake, ledger, reading, retention
from zhiheng.evidence.comparison import compare
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.delivery import Delivery
from zhiheng.evidence.erasure import forget, scrub_files, traces
from zhiheng.evidence.filing import require_filing
from zhiheng.evidence.intake import ledger_rows, receive, subject_references
from zhiheng.evidence.kinds import known_kind
from zhiheng.evidence.models import Batch, PersonalValue
from zhiheng.evidence.nothing import check_period, nothing_row
from zhiheng.evidence.outcomes import NO_FILES, note_refusal, outcome_of, problem_files
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.spool import Spool
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.jobs import daily, work
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError
from zhiheng.subjects.actions import register_references
from zhiheng.subjects.queries import own_subject

RETENTION_JOB = "evidence.retention"
Mode = Literal["rollback", "proceed"]


def import_file(
    actor: Actor,
    path: Path,
    kind: str,
    *,
    mapping: Path | None = None,
    mode: Mode = "rollback",
    source: str | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Bring a file in: all of it or nothing (``rollback``), or its sound rows (``proceed``).

    Args:
        source: the party it comes from; a signed-in person always files for the own party.
        name: what the file was called where it came from.

    Returns:
        ``{"batch","kind","read","accepted","corrected","repeated","rejected","problems",
        "problem_count","problem_summary","notices","marked_file","problems_file"}``: ``batch`` is
        None where nothing had to be written; ``marked_file`` is the path of the same table with
        its problems marked in it. ``problems`` lists the first `MOST_LISTED`; where there are
        more, all of them stand in ``problems_file``. ``problem_summary`` counts them by sort.

    Raises:
        RightError, UsageError, ContentError: the file cannot be used at all.
        ConflictError: the same source is importing this kind just now.
    """
    require_filing(actor, known_kind(kind))
    progress = progress or Silent()
    if mode not in ("rollback", "proceed"):
        raise UsageError(
            "mode.unknown", _("没有“{mode}”方式。", mode=mode), _("请用 rollback 或 proceed。")
        )
    ledger.recover(actor)
    progress.start(0, _("读取和检查"))
    delivery = receive(path, kind, mapping, region_tree(), actor, timezone.localdate())
    filed_by = actor.party if actor.user_id else source or delivery.mapping.source or actor.party
    if not delivery.read and not delivery.problems:
        raise ContentError(
            "file.no_rows",
            _("文件 {name} 只有表头，没有数据。", name=name or path.name),
            _("请填好数据后再交；确无数据可报的，请填写“无可报告”表。"),
        )
    files = problem_files(path, delivery) if delivery.problems else NO_FILES
    if delivery.header_is_wrong or (delivery.problems and mode == "rollback"):
        note_refusal(actor, delivery, filed_by)
        return outcome_of(delivery, None, (0, 0, 0), delivery.read, files)
    return _file(actor, delivery, filed_by, name or path.name, files, progress)


def _file(
    actor: Actor,
    delivery: Delivery,
    source: str,
    name: str,
    files: dict[str, str | None],
    progress: Progress,
) -> dict[str, Any]:
    """Write the sound rows of a delivery as one batch."""
    kind, recorded_at, rejected = delivery.kind, ledger.moment(), delivery.rejected
    new = Batch(
        kind=kind.code,
        source=source,
        actor=actor.name,
        file_name=name[:200],
        file_hash=delivery.file_hash,
        mapping_hash=delivery.mapping.digest,
        recorded_at=recorded_at,
    )
    with ledger.open_batch(new) as batch:
        writing = ledger.Writing(batch)
        rows = Spool(current().staging)
        for piece in ledger_rows(delivery, source, recorded_at.isoformat()):
            rows.add(piece)
            references = subject_references(piece, kind)
            progress.start(len(references), _("认定主体"))
            register_references(actor, references, source, batch.id, progress)
        progress.start(delivery.read, _("比对和封存"))
        corrected = 0
        for piece in rows:
            news = compare(piece, kind, source)
            corrected += news.corrected
            if len(news.frame):
                writing.add(news.frame, kind)
            progress.step(len(piece))
        repeated = delivery.read - rejected - writing.rows
        if not writing.rows:
            ledger.drop(batch)
            return outcome_of(delivery, None, (0, 0, repeated), rejected, files)
        counts = (writing.rows - corrected, corrected, repeated)
        outcome = outcome_of(delivery, batch.id, counts, rejected, files)
        batch.outcome = {k: v for k, v in outcome.items() if k != "problems"}
        writing.seal(actor, kind)
    lake.catch_up(current(), progress)
    return outcome


def report_nothing(
    actor: Actor,
    kind: str,
    region: str,
    since: date,
    until: date,
    note: str | None = None,
    source: str | None = None,
) -> dict[str, Any]:
    """File that there was nothing to report; filing the same again is only repeated."""
    declared = known_kind(kind)
    require_filing(actor, declared)
    found = check_period(region, since, until, region_tree(), actor, timezone.localdate())
    if isinstance(found, str):
        raise ContentError("nothing.invalid", found + "。")
    filed_by = actor.party if actor.user_id else source or actor.party
    recorded_at = ledger.moment()
    rows = nothing_row(declared, found[0], since, until, note).with_columns(
        pl.lit(recorded_at.isoformat()).alias("$at"), pl.lit(filed_by).alias("$source")
    )
    if actor.organisation is not None:
        own = own_subject(actor.organisation).origin
        rows = rows.with_columns(pl.lit(own).alias("$subject"))
    new = Batch(
        kind=kind,
        source=filed_by,
        actor=actor.name,
        file_name="",
        file_hash="",
        recorded_at=recorded_at,
    )
    with ledger.open_batch(new) as batch:
        news = compare(_with_all_columns(rows, declared), declared, filed_by)
        if news.frame.is_empty():
            ledger.drop(batch)
            return {"batch": None, "kind": kind, "accepted": 0, "repeated": 1}
        ledger.write_whole(batch, news.frame, declared, actor)
    lake.catch_up(current())
    return {"batch": batch.id, "kind": kind, "accepted": 1, "repeated": 0}


def _with_all_columns(rows: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    from zhiheng.evidence.canonical import typed_fields

    missing = {n: t for n, t in typed_fields(kind).items() if n not in rows.columns}
    return rows.with_columns(pl.lit(None, dtype=t).alias(n) for n, t in missing.items())


def erase(actor: Actor, row: int, columns: list[str] | None, basis: str) -> int:
    """Erase a row's personal values and their salts; every proof stays valid.

    All versions of the row lose them, and so do the files that are kept: the originals of their
    batches, and any other file that says one of the values. Killed on its way, it is finished by
    being called again.

    Args:
        columns: which; None means all of them.
        basis: the legal basis, kept in the audit trail.

    Returns:
        How many values were erased.
    """
    actor.require("evidence.erase")
    if not basis.strip():
        raise UsageError(
            "erase.basis", _("没有写明删除依据。"), _("请写明法律依据，它会记入审计。")
        )
    asked = reading.row_at(row)
    if asked is None:
        raise UsageError("row.unknown", _("没有第 {row} 号记录。", row=row))
    versions = [
        version
        for version in reading.rows_called([number_word(asked.external_id)])
        if (version.kind, version.source) == (asked.kind, asked.source)
    ]
    values = PersonalValue.objects.filter(row__in=[version.id for version in versions])
    if columns is not None:
        values = values.filter(column__in=columns)
    batches = Batch.objects.filter(id__in={version.batch for version in versions})
    scrub_files(*traces(values, list(batches)))
    with transaction.atomic():
        erased = sorted(set(values.values_list("column", flat=True)))
        count = forget(values)
        audit.record(actor, "evidence.erase", f"row {row}", {"columns": erased, "basis": basis})
    return count


@work("evidence.import")
def _import_job(actor: Actor, progress: Progress, **arguments: Any) -> dict[str, Any]:
    """`import_file` in the background; paths travel as text."""
    mapping = arguments.pop("mapping", None)
    return import_file(
        actor,
        Path(arguments.pop("path")),
        arguments.pop("kind"),
        mapping=Path(mapping) if mapping else None,
        progress=progress,
        **arguments,
    )


@daily(RETENTION_JOB)
def _retention_job(actor: Actor, progress: Progress) -> dict[str, Any]:
    """`retention.run` as the worker does it once a day."""
    return {"rules": [rule.as_json() for rule in retention.run(actor)]}
