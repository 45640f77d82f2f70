"""The lake's files held to what was noted of them; a changed one is looked into at arm's length.

A reader of Parquet may die of a wrong byte, and take its process along. So only files whose bytes
are as they were written are read where the rest of the work is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import OperationalError

from zhiheng.evidence import lake_files
from zhiheng.evidence.intact import NotAsSealed, intact
from zhiheng.evidence.models import Batch, LakeFile
from zhiheng.evidence.reading import row_at
from zhiheng.evidence.workers import Worker
from zhiheng.office.home import current
from zhiheng.office.words import _


class NotedFiles:
    """The lake's files, as they were noted when they were written."""

    def __init__(self) -> None:
        self._home = current()
        self._noted: dict[int, list[LakeFile]] = {}
        for file in intact(LakeFile.objects.order_by("batch", "year")):
            self._noted.setdefault(file.batch_id, []).append(file)
        self.pending: list[int] = []
        self._seen: set[Path] = set()
        self._changed: dict[int, list[Path]] = {}

    def of(self, batch: Batch) -> list[Path]:
        """The batch's files; none if they were not written yet, or are not fit to be read."""
        noted = self._noted.get(batch.id, [])
        if not noted and batch.rows:
            self.pending.append(batch.id)
        elif sum(file.rows for file in noted) != batch.rows:
            reason = _("数据湖文件的行数与这一批不符")
            raise NotAsSealed(batch.id, None, reason)
        paths = [self._path(batch, file) for file in noted]
        self._seen.update(paths)
        for path, file in zip(paths, noted, strict=True):
            if not path.exists():
                reason = _("数据湖缺少文件 {file}", file=path.name)
                raise NotAsSealed(batch.id, None, reason, str(path))
            if not _is_as_written(path, file):
                self._changed.setdefault(batch.id, []).append(path)
        return [] if batch.id in self._changed else paths

    def are_sealed(self, batch: Batch) -> bool:
        """Whether the log itself vouches for the bytes of the batch's files that there are."""
        if batch.id in self.pending:
            return True
        noted = {str(file.year): file.sha256 for file in self._noted.get(batch.id, [])}
        return batch.id not in self._changed and noted == batch.lake_digests

    def refuse_changed(self, batch: Batch, jobs: Iterable[dict[str, Any]]) -> None:
        """After the ledger's rows were found right: so are the bytes of the lake's files.

        Args:
            jobs: what `rechecking.recheck_rows` takes, of all the batch's rows.
        """
        changed = self._changed.get(batch.id, [])
        if not changed:
            return
        paths = [str(self._path(batch, file)) for file in self._noted[batch.id]]
        raise _look_into(
            batch, [str(path) for path in changed], [j | {"lake": paths} for j in jobs]
        )

    def refuse_strangers(self) -> None:
        """Only files that were noted may lie where the lake is read."""
        pending = {f"batch-{batch}" for batch in self.pending}
        for path in sorted(self._home.lake.glob("kind=*/*/batch-*.parquet")):
            if path not in self._seen and path.stem not in pending and self._is_strange(path):
                reason = _("数据湖里有来历不明的文件 {file}", file=path.name)
                raise NotAsSealed(None, None, reason, str(path))

    def _is_strange(self, path: Path) -> bool:
        """Not one that an import wrote while all this was being checked."""
        batch = path.stem.removeprefix("batch-")
        later = batch.isdigit() and int(batch) not in self._noted
        return not (later and LakeFile.objects.filter(batch=int(batch)).exists())

    def _path(self, batch: Batch, file: LakeFile) -> Path:
        folder = self._home.lake / f"kind={batch.kind}" / f"year={file.year}"
        return folder / f"batch-{batch.id}.parquet"


def _is_as_written(path: Path, file: LakeFile) -> bool:
    try:
        return lake_files.digest(path) == file.sha256
    except OSError:
        return False


def row_in_lake(batch: Batch, row: int, paths: list[str]) -> NotAsSealed:
    """A row that the lake says otherwise; its file is the one of the row's year."""
    found = row_at(row)
    year = found.occurred_on.year if found else None
    file = next((p for p in paths if f"year={year}/" in p), paths[0])
    reason = _("数据湖文件 {file} 里的这一行与台账不符", file=Path(file).name)
    return NotAsSealed(batch.id, row, reason, file)


def unreadable_in_lake(batch: Batch, paths: list[str]) -> NotAsSealed:
    reason = _("数据湖文件 {file} 读不出来", file=Path(paths[0]).name)
    return NotAsSealed(batch.id, None, reason, paths[0])


def _look_into(batch: Batch, changed: list[str], jobs: list[dict[str, Any]]) -> NotAsSealed:
    """What a changed file says otherwise, as a helper finds it who may die of it."""
    try:
        with Worker() as helper:
            for job in jobs:
                helper.ask(job)
                answer = helper.answer()
                if answer.get("what") == "lake":
                    return row_in_lake(batch, answer["row"], changed)
                if "what" in answer:
                    return unreadable_in_lake(batch, changed)
    except OperationalError:
        return unreadable_in_lake(batch, changed)
    reason = _("数据湖文件 {file} 与写入时不同", file=Path(changed[0]).name)
    return NotAsSealed(batch.id, None, reason, changed[0])
