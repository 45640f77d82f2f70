"""Rows that a hot-line hands over: a spreadsheet or records of a program, each becoming a case.

The form of such a file is declared like a kind of evidence, so that template, header, checks and
problem list are those of every other file. Nothing of it goes to the ledger: cases do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhiheng.complaints.procedures import COMPLAINT, REPORT
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.submissions import Sent, enter
from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW
from zhiheng.evidence.checks import check
from zhiheng.evidence.declaration import Choice, Column, Kind, Type
from zhiheng.evidence.kinds.shared import identity
from zhiheng.evidence.mapping import apply_mapping
from zhiheng.evidence.mapping import identity as identity_mapping
from zhiheng.evidence.problems import Problem
from zhiheng.office.actors import Actor
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, ZhihengError
from zhiheng.web.language import language_code

PARTS_OF = {
    "complaint": frozenset({Matter.COMPLAINT}),
    "report": frozenset({Matter.REPORT}),
    "both": frozenset(Matter),
}
PARTS = Column(
    "parts",
    "来件性质",
    "What it holds",
    Type.CODE,
    required=True,
    choices=(
        Choice("complaint", "投诉", "Complaint"),
        Choice("report", "举报", "Report"),
        Choice("both", "投诉并举报", "Both"),
    ),
)
_ASKED = {c.name: c for p in (REPORT, COMPLAINT) for c in p.opening.form}
_OWN = {"also_report", "lead"}

HANDED_OVER = Kind(
    "handed_over",
    "热线来件",
    "Submissions of a hot-line",
    (
        *identity("来件编号", "Number", "来件日期", "Received on"),
        PARTS,
        *(column for name, column in _ASKED.items() if name not in _OWN),
    ),
    may_report=("unit",),
    source=COMPLAINT.source,
)


@dataclass(frozen=True)
class TakenIn:
    """What became of a file: rows read, cases opened, rows taken before, of these the ones that
    said something else now, and what is wrong."""

    read: int
    opened: int
    repeated: int
    changed: int
    problems: tuple[Problem, ...]

    @property
    def rejected(self) -> int:
        return len({problem.row for problem in self.problems})

    def as_json(self) -> dict[str, Any]:
        return {
            "read": self.read,
            "opened": self.opened,
            "repeated": self.repeated,
            "changed": self.changed,
            "rejected": self.rejected,
            "problems": [problem.as_json() for problem in self.problems],
        }


def take_in(actor: Actor, path: Path, progress: Progress | None = None) -> TakenIn:
    """Open a case for each sound row; a row taken before opens none, however often it comes.

    What such a row says otherwise than before is added to its case.

    Raises:
        RightError: the actor may not enter submissions.
        ContentError: the file cannot be read, or lacks a column that is needed.
    """
    actor.require("complaints.enter")
    progress = progress or Silent()
    titles = {text for c in HANDED_OVER.columns for text in (c.name, c.zh, c.en)}
    raw = read_table(path, expected=titles)
    mapping = identity_mapping(HANDED_OVER, raw.columns)
    required = [c for c in HANDED_OVER.columns if c.required]
    missing = [c.title(language_code()) for c in required if c.name not in mapping.columns]
    if missing:
        raise ContentError(
            "hotline.columns",
            _("文件缺少列：{columns}。", columns="、".join(missing)),
            _("请用 zhiheng complaint template 生成的模板。"),
        )
    filed = apply_mapping(raw.frame, mapping, path.parent)
    checked = check(filed, HANDED_OVER, mapping, region_tree(), actor, timezone.localdate())
    bad = {problem.row for problem in checked.problems}
    problems, opened, repeated, changed = list(checked.problems), 0, 0, 0
    progress.start(len(checked.frame), _("登记来件"))
    for row in checked.frame.iter_rows(named=True):
        if row[ROW] not in bad:
            try:
                sent = take_record(actor, row)
                opened += not sent.repeated
                repeated += sent.repeated
                changed += bool(sent.changed)
            except ZhihengError as error:
                problems.append(
                    Problem(row[ROW], "", row["number"], error.code, error.message, error.fix)
                )
        progress.step(1)
    return TakenIn(len(checked.frame), opened, repeated, changed, tuple(sorted(problems)))


def take_record(actor: Actor, row: Mapping[str, Any]) -> Sent:
    """Open the case of one checked row, or add to it what the row says otherwise than before."""
    given = {
        name: value
        for name, value in row.items()
        if name in _ASKED and name not in _OWN and value is not None
    }
    given.setdefault("business_region", row["region"])
    day: date = row["occurred_on"]
    return enter(actor, given, PARTS_OF[row["parts"]], row["number"], day=day)
