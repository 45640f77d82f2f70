"""What became of a delivery, told in words and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction

from zhiheng.documents.marking import mark_file
from zhiheng.evidence.delivery import Delivery
from zhiheng.evidence.layout import notices
from zhiheng.evidence.problems import MOST_LISTED
from zhiheng.evidence.shown_rows import mask
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.words import _


def outcome_of(
    delivery: Delivery,
    batch: int | None,
    counts: tuple[int, int, int],
    rejected: int,
    files: dict[str, str | None],
) -> dict[str, Any]:
    accepted, corrected, repeated = counts
    return {
        "batch": batch,
        "kind": delivery.kind.code,
        "read": delivery.read,
        "accepted": accepted,
        "corrected": corrected,
        "repeated": repeated,
        "rejected": rejected,
        "problem_count": len(delivery.problems),
        "problem_summary": delivery.problems.summary(),
        "problems": problems_told(delivery),
        "notices": notices(delivery.raw),
        **files,
    }


NO_FILES: dict[str, str | None] = {"marked_file": None, "problems_file": None}


def problem_files(path: Path, delivery: Delivery) -> dict[str, str | None]:
    """The same table with its problems marked in it, under the home's files.

    Of more problems than an answer lists there is a table of its own too.
    """
    stem = f"{path.stem}-{delivery.file_hash[:8]}"
    marked = current().files / f"{stem}-{_('问题标注')}.xlsx"
    mark_file(path, delivery.marks(), marked, delivery.marked_table())
    if len(delivery.problems) <= MOST_LISTED:
        return {"marked_file": str(marked), "problems_file": None}
    table = current().files / f"{stem}-{_('问题清单')}.csv"
    delivery.problems.write_csv(table)
    return {"marked_file": str(marked), "problems_file": str(table)}


def problems_told(delivery: Delivery) -> list[dict[str, Any]]:
    """The problems as results keep them: personal values masked, the marked file shows them."""
    given = delivery.mapping.columns
    personal: set[str] = set()
    for column in delivery.kind.personal_columns:
        header = given.get(column.name, column.zh)
        personal |= {column.zh, *([header] if isinstance(header, str) else header)}
    if not personal:
        return delivery.problems.listed()
    found = delivery.problems.frame
    moved = set(found.filter(pl.col("rule") == "overlong")["row"].head(MOST_LISTED))

    def told(said: dict[str, Any]) -> dict[str, Any]:
        # Where a cell has moved, or a row is none, a person may stand under any title.
        anywhere = said["row"] in moved or said["rule"] == "not_a_row"
        if not said["value"] or not (anywhere or said["column"] in personal):
            return said
        masked = mask(said["value"])
        message = said["message"].replace(said["value"], masked)
        return {**said, "value": masked, "message": message}

    return [told(said) for said in delivery.problems.listed()]


@transaction.atomic
def note_refusal(actor: Actor, delivery: Delivery, source: str) -> None:
    audit.record(
        actor,
        "evidence.import_refused",
        delivery.file_hash,
        {"kind": delivery.kind.code, "source": source, "problems": len(delivery.problems)},
    )
