"""The running portal: a web server with one process a core, and the background worker."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys

from granian.constants import Interfaces
from granian.server import Server

from zhiheng.office.home import Home

WORKER = [sys.executable, "-c", "from zhiheng.cli import main; main()", "worker", "--home"]
SECONDS_TO_END = 10


def run(home: Home, host: str, port: int) -> None:
    """Serve until interrupted or terminated; the worker ends with the server."""
    _answer_to(host)
    # A forked child would inherit threads and connections of whatever ran in this process before.
    multiprocessing.set_start_method("spawn", force=True)
    worker = subprocess.Popen([*WORKER, str(home.path)], start_new_session=True)
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
        worker.terminate()
        try:
            worker.wait(timeout=SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            worker.kill()


def _answer_to(host: str) -> None:
    """Let requests in that name the address the operator asked to listen on."""
    known = os.environ.get("ZHIHENG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host not in {"0.0.0.0", "::"}:
        known.append(f"[{host}]" if ":" in host else host)
    os.environ["ZHIHENG_HOSTS"] = ",".join(dict.fromkeys(known))
