"""The lake together with the log's head that it stands for."""

from __future__ import annotations

from zhiheng.evidence import lake, log
from zhiheng.indicators.engine import Engine
from zhiheng.office.home import current


def pinned_lake() -> tuple[log.Head, Engine]:
    """The head of the log and the lake exactly as of it.

    A batch sealed while the lake is opened would be in one and not in the other, so both are
    taken again until the head stands still; a lake once opened keeps to its files.
    """
    head = log.head()
    while True:
        backend = lake.connect(current())
        after = log.head()
        if after == head:
            return head, Engine(backend)
        head = after
