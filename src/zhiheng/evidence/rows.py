"""What JSON says of kinds, rows and batches: one form for the API and the commands."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from zhiheng.evidence.declaration import Kind

if TYPE_CHECKING:
    from zhiheng.evidence.models import Batch
    from zhiheng.evidence.shown_rows import Filed


def kind_row(kind: Kind) -> dict[str, Any]:
    """A kind in a list."""
    return {"kind": kind.code, "zh": kind.zh, "en": kind.en}


def kind_columns(kind: Kind) -> dict[str, Any]:
    """A kind with its columns, as they are declared."""
    return {
        **kind_row(kind),
        "source": kind.source,
        "may_report": list(kind.may_report),
        "columns": [asdict(column) for column in kind.columns],
    }


def row_said(filed: Filed) -> dict[str, Any]:
    """A row as the actor for whom it was read may see it."""
    said = {name: value for name, value in vars(filed).items() if name != "id"}
    return {"row": filed.id, **said}


def batch_row(batch: Batch) -> dict[str, Any]:
    return {
        "batch": batch.id,
        "kind": batch.kind,
        "source": batch.source,
        "file": batch.file_name,
        "file_hash": batch.file_hash,
        "recorded_at": batch.recorded_at,
        "rows": batch.rows,
        "root": batch.root,
    }
