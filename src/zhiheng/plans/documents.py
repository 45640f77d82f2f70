"""From a file to a reading: the text of the container, then the compiler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zhiheng.documents.prose import read_prose
from zhiheng.office.words import _
from zhiheng.plans.compiler import Reading, read_plan
from zhiheng.plans.compiler.model import Warning
from zhiheng.rules.errors import ContentError

LONGEST = 500_000
"""Characters of the longest document that is read; the longest plans have a fifth of it."""


def read_document(path: Path) -> Reading:
    """What a file promises; ``reading.text`` is the text that all offsets refer to.

    Raises:
        UsageError: no such file.
        ContentError: a file without readable text, or one too long to be a plan.
    """
    prose = read_prose(path)
    if len(prose.text) > LONGEST:
        raise ContentError(
            "plan.too_long",
            _("文件 {name} 有 {count} 字，不像一份规划。", name=path.name, count=len(prose.text)),
            _("至多 {most} 字；请只交规划正文。", most=LONGEST),
        )
    reading = read_plan(prose.text, path.name)
    if not prose.lost:
        return reading
    lost = Warning(
        "plan.bytes_lost",
        _(
            "文件按 {encoding} 读取，有 {count} 处字节不成字。",
            encoding=prose.encoding,
            count=prose.lost,
        ),
        0,
        0,
    )
    return replace(reading, warnings=(lost, *reading.warnings))
