"""What is to be said of a whole document beside what was read in it."""

from __future__ import annotations

from zhiheng.office.words import _
from zhiheng.plans.compiler.canon import LOST, is_damaged
from zhiheng.plans.compiler.model import Target, Warning


def remarks(canon: str, targets: list[Target]) -> list[Warning]:
    """Warnings about the whole document: lost characters, and that nothing was read."""
    found = []
    if is_damaged(canon):
        at = canon.index(LOST)
        found.append(
            Warning(
                "plan.damaged",
                _(
                    "原文有 {count} 处缺字，缺数字的目标没有取值，请对照原件补上。",
                    count=canon.count(LOST),
                ),
                at,
                at + 1,
            )
        )
    if not targets:
        found.append(Warning("plan.no_targets", _("没有读出带数值的目标。"), 0, len(canon)))
    return found
