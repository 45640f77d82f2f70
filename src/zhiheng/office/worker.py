"""The background worker: takes jobs from the queue, and takes up those that another one left."""

from __future__ import annotations

import os
import signal
import sys
import threading

from django.core.management import call_command
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from zhiheng.office import jobs, orphans

SECONDS_BETWEEN_ROUNDS = 10
SECONDS_TO_END = 12
"""What a round has in hand is ended; a mail server has ten seconds to answer."""


def work(*, with_parent: bool) -> None:
    """Run jobs until stopped.

    Args:
        with_parent: end, too, when the process that started this one and holds the other end of
            standard input is gone, however it went.
    """
    # A room registers its jobs where it declares its actions, and what comes round in its duties.
    autodiscover_modules("actions", "duties")
    rounds = threading.Thread(target=_make_rounds, daemon=True)
    rounds.start()
    if with_parent:
        threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        call_command("db_worker", interval=0.5, verbosity=0)
    finally:
        jobs.stopping.set()
        rounds.join(SECONDS_TO_END)


def _make_rounds() -> None:
    while not jobs.stopping.is_set():
        try:
            orphans.take_up()
            jobs.enqueue_daily()
            jobs.make_rounds()
        finally:
            connection.close()
        jobs.stopping.wait(SECONDS_BETWEEN_ROUNDS)


def _follow_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
