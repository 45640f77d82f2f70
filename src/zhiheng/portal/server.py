"""The running portal: a web server with one process a core, and the background worker."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading

from granian.constants import Interfaces
from granian.server import Server

from zhiheng.office.home import Home
from zhiheng.office.worker import SECONDS_TO_END as SECONDS_OF_WORKER

PROGRAM = [sys.executable, "-c", "from zhiheng.cli import main; main()"]
SECONDS_TO_END = 10


def run(home: Home, host: str, port: int) -> None:
    """Serve until interrupted or terminated; the worker ends with the server."""
    _answer_to(host)
    # A forked child would inherit threads and connections of whatever ran in this process before.
    multiprocessing.set_start_method("spawn", force=True)
    worker = Worker(home)
    try:
        Server(
            "zhiheng.portal.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=os.cpu_count() or 1,
            blocking_threads=4,
            workers_kill_timeout=SECONDS_TO_END,
            log_enabled=False,
        ).serve()
    finally:
        worker.stop()


class Worker:
    """The worker's process, started anew whenever it dies; it cannot outlive this one.

    Its standard input is a pipe from here: when this process is gone, even killed, the pipe closes.
    """

    def __init__(self, home: Home) -> None:
        self._command = [*PROGRAM, "worker", "--with-parent", "--home", str(home.path)]
        self._stopping = threading.Event()
        self._process = self._start()
        self._watch = threading.Thread(target=self._replace_the_dead, daemon=True)
        self._watch.start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def _replace_the_dead(self) -> None:
        while not self._stopping.wait(1):
            if self._process.poll() is not None:
                self._process = self._start()

    def stop(self) -> None:
        self._stopping.set()
        self._watch.join()
        self._process.terminate()
        try:
            self._process.wait(timeout=SECONDS_OF_WORKER + 3)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _answer_to(host: str) -> None:
    """Let requests in that name the address the operator asked to listen on."""
    known = os.environ.get("ZHIHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host not in {"0.0.0.0", "::"}:
        known.append(f"[{host}]" if ":" in host else host)
    os.environ["ZHIHENG_HOSTS"] = ",".join(dict.fromkeys(known))
