"""Handing in a file: it is kept under the home's files, and a job imports it."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from zhiheng.documents.signatures import require_content
from zhiheng.evidence import lake_files
from zhiheng.evidence.filing import require_filing
from zhiheng.evidence.kinds import ALL
from zhiheng.office import jobs
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.models import Job
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

TABLES = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl")
MAPPINGS = (".yaml", ".yml")
IMPORT_JOB = "evidence.import"


def hand_in(
    actor: Actor,
    kind: str,
    table: UploadedFile[bytes] | None,
    mapping: UploadedFile[bytes] | None = None,
    mode: str = "rollback",
) -> tuple[Job, bool]:
    """Keep what was sent and put its import into the queue.

    The same content sent again by the same account for the same kind and mode finds the job that
    it started before, unless that one failed or refused it.

    Returns:
        The job, and whether it is new.

    Raises:
        RightError: the actor may not file this kind.
        UsageError, ContentError: no such kind, no file, or a type that cannot be read.
    """
    actor.require("evidence.import")
    if kind not in ALL:
        raise UsageError("kind.unknown", _("没有选择数据类别。"), _("请从列表中选一类。"))
    require_filing(actor, ALL[kind])
    if table is None:
        raise UsageError("file.missing", _("没有选择文件。"), _("请选择要报送的表格后再提交。"))
    mode = "proceed" if mode == "proceed" else "rollback"
    received = current().files / "received"
    arriving = received / f"arriving-{secrets.token_hex(8)}"
    try:
        path = _keep(table, arriving, TABLES)
        rules = _keep(mapping, arriving, MAPPINGS) if mapping is not None else None
        folder = received / _digest(actor, kind, mode, path, rules)
        if (earlier := _earlier(actor, folder)) is not None:
            return earlier, False
        folder.mkdir(parents=True, exist_ok=True)
        kept = [file.replace(folder / file.name) for file in (path, rules) if file is not None]
    finally:
        shutil.rmtree(arriving, ignore_errors=True)
    job = jobs.enqueue_as(
        actor,
        IMPORT_JOB,
        path=str(kept[0]),
        kind=kind,
        mapping=str(kept[1]) if rules is not None else None,
        mode=mode,
        name=table.name or path.name,
    )
    return job, True


def _keep(upload: UploadedFile[bytes], folder: Path, allowed: tuple[str, ...]) -> Path:
    """Write an upload under a safe form of its own name.

    Raises:
        ContentError: its ending is none that can be read, or its content is another.
    """
    given = Path(get_valid_filename(upload.name or "file"))
    ending = given.suffix.lower()
    if ending not in allowed:
        raise ContentError(
            "file.ending",
            _("“{name}”不是可以读取的文件类型。", name=upload.name),
            _("可用类型：{endings}。", endings="、".join(allowed)),
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{given.stem[:60]}{ending}"
    head = upload.read(4096)
    upload.seek(0)
    require_content(ending, head, upload.name or path.name)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def _digest(actor: Actor, kind: str, mode: str, *files: Path | None) -> str:
    """One name for one content, kind and mode of one account."""
    digest = hashlib.sha256(f"{actor.user_id}|{kind}|{mode}".encode())
    for file in files:
        if file is not None:
            digest.update(bytes.fromhex(lake_files.digest(file)))
    return digest.hexdigest()[:32]


def _earlier(actor: Actor, folder: Path) -> Job | None:
    """The last job of the same content, if it waits, runs, or took the file."""
    sent = Job.objects.filter(
        user=actor.user_id, verb=IMPORT_JOB, arguments__path__startswith=f"{folder}/"
    )
    last = sent.order_by("-id").first()
    if last is None or last.state in {Job.State.QUEUED, Job.State.RUNNING}:
        return last
    result = last.result if isinstance(last.result, dict) else {}
    taken = last.state == Job.State.DONE and not result.get("problems")
    return last if taken else None


def marked_file(job: Job) -> Path | None:
    """The table that came in with its problems marked, where the job left one that still lies."""
    result = job.result if isinstance(job.result, dict) else {}
    if not result.get("marked_file"):
        return None
    # Only its name counts: a restored home may lie elsewhere than where the job ran.
    path = current().files / Path(result["marked_file"]).name
    return path if path.is_file() else None
