"""Pieces of work: the innermost clauses that ask somebody to do something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.plans.compiler.clauses import Node
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.model import Responsibility, Task
from zhiheng.plans.compiler.sentences import compact
from zhiheng.plans.compiler.times import Frame, marks

_NO_WORK = re.compile(
    r"指导思想|基本原则|工作方针|总体要求|总体思路|总体目标|主要目标|发展目标|工作目标|目标$|附件|编制依据|适用范围"
)
_LONGEST = 60


def read_tasks(
    text: str,
    canon: str,
    nodes: Sequence[Node],
    responsibilities: Sequence[Responsibility],
    frame: Frame,
) -> tuple[Task, ...]:
    """A task per innermost clause outside aims and principles; bodies as its clause names them."""
    parents = {id(node.parent) for node in nodes}
    found = []
    for node in nodes:
        if (id(node) in parents and node.kind != "box") or not _is_work(node):
            continue
        whole = compact(canon, node.start, node.end)
        body = whole.text[len(node.number.replace(" ", "")) :]
        if len(body) < 6:
            continue
        people = _people(node, responsibilities)
        years = [m.year for m in marks(body, frame) if m.kind == "target" and m.year]
        end = _first_end(text, node)
        found.append(
            Task(
                text=text[node.start : end].strip(),
                start=node.start,
                end=node.start + len(text[node.start : end].rstrip()),
                clause=node.id,
                lead=people.lead if people else (),
                support=people.support if people else (),
                deadline=years[-1] if years else frame.annual,
            )
        )
    return tuple(found)


def _is_work(node: Node) -> bool:
    for clause in node.path:
        if _NO_WORK.search(clause.title) or pattern("{past_titles}").search(clause.title):
            return False
    return node.kind != "annex"


def _people(node: Node, all_said: Sequence[Responsibility]) -> Responsibility | None:
    inside = [r for r in all_said if node.start <= r.start and r.end <= node.end + 1]
    return inside[0] if inside else None


def _first_end(text: str, node: Node) -> int:
    """The end of the title, or of the first sentence where there is none."""
    found = re.compile(r"[。；;\n]").search(text, node.start + 1, node.end)
    return found.start() if found else node.end
