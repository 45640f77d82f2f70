"""Acts of several people in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from zhiheng.rules.errors import ZhihengError


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each act gave or raised, all begun together in threads of their own."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait()
        try:
            return act()
        except ZhihengError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
