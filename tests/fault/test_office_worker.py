"""Workers that die: their jobs are taken up again, done once, and given up after a few times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zhiheng.office import jobs, orphans
from zhiheng.office.home import Home
from zhiheng.office.locks import held, held_if_free
from zhiheng.office.models import Job

PROGRAM = """
import sys, time
from pathlib import Path
from zhiheng.office.home import locate
from zhiheng.office.setup import start
start(locate())
from zhiheng.office import jobs, worker
worker.SECONDS_BETWEEN_ROUNDS = 0.2

@jobs.work("test.note")
def note(actor, progress, path, seconds):
    with open(path, "a") as file:
        file.write("begun\\n")
    time.sleep(seconds)
    with open(path, "a") as file:
        file.write("done\\n")

worker.work(with_parent="with-parent" in sys.argv)
"""


def wait_for(what: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def start_worker(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words], env=os.environ.copy(), stdin=subprocess.PIPE
    )


@pytest.fixture
def worker() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers, and kills at the end those that still live."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str) -> subprocess.Popen[bytes]:
        started.append(start_worker(*words))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def verb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs._WORK, "test.note", lambda actor, progress: None)


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def state(job: Job) -> str:
    return str(Job.objects.values_list("state", flat=True).get(id=job.id))


@pytest.mark.record
def test_a_dead_workers_job_is_done_by_the_next(
    worker: Callable[..., subprocess.Popen[bytes]], home: Home, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    job = jobs.enqueue(None, "test.note", path=str(notes), seconds=2)
    first = worker()
    wait_for(lambda: lines(notes))
    first.kill()
    first.wait()
    assert state(job) == Job.State.RUNNING
    worker()
    wait_for(lambda: state(job) == Job.State.DONE)
    assert lines(notes) == ["begun", "begun", "done"]
    assert not list(home.staging.glob("job-*"))


def test_a_living_workers_job_is_left_alone(
    worker: Callable[..., subprocess.Popen[bytes]], home: Home, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    job = jobs.enqueue(None, "test.note", path=str(notes), seconds=1.5)
    worker()
    wait_for(lambda: lines(notes))
    assert orphans.take_up() == []
    wait_for(lambda: state(job) == Job.State.DONE)
    assert lines(notes) == ["begun", "done"]


def test_a_job_that_kills_every_worker_is_given_up(
    worker: Callable[..., subprocess.Popen[bytes]], home: Home, tmp_path: Path
) -> None:
    notes = tmp_path / "notes"
    job = jobs.enqueue(None, "test.note", path=str(notes), seconds=60)
    for times in range(1, orphans.MOST_ATTEMPTS + 1):
        process = worker()
        wait_for(lambda times=times: len(lines(notes)) == times)  # type: ignore[misc]
        process.kill()
        process.wait()
    assert orphans.take_up() == [job.id]
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "3 次中断" in job.message
    assert orphans.take_up() == []


def test_a_job_with_nothing_in_the_queue_to_start_it(home: Home) -> None:
    job = Job.objects.create(verb="test.note", arguments={})
    assert orphans.take_up() == []
    Job.objects.filter(id=job.id).update(created_at="2026-01-01T00:00:00Z")
    assert orphans.take_up() == [job.id]
    assert orphans.take_up() == []


@pytest.mark.record
def test_several_workers_do_every_job_once(
    worker: Callable[..., subprocess.Popen[bytes]], home: Home, tmp_path: Path
) -> None:
    many = [
        jobs.enqueue(None, "test.note", path=str(tmp_path / f"notes-{n}"), seconds=0.05)
        for n in range(12)
    ]
    for _ in range(3):
        worker()
    wait_for(lambda: all(state(job) == Job.State.DONE for job in many), 60)
    assert all(lines(tmp_path / f"notes-{n}") == ["begun", "done"] for n in range(12))


def test_a_worker_ends_with_the_process_that_started_it(
    worker: Callable[..., subprocess.Popen[bytes]], home: Home, tmp_path: Path
) -> None:
    process = worker("with-parent")
    notes = tmp_path / "notes"
    job = jobs.enqueue(None, "test.note", path=str(notes), seconds=0)
    wait_for(lambda: state(job) == Job.State.DONE)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(20)


def test_the_portal_replaces_a_worker_that_died(home: Home) -> None:
    from zhiheng.portal.server import Worker

    worker = Worker(home)
    first = worker._process
    first.send_signal(signal.SIGKILL)
    wait_for(lambda: worker._process.pid != first.pid)
    worker.stop()
    assert worker._process.poll() is not None


def test_a_lock_is_held_by_one_and_let_go_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with held(path), held_if_free(path) as free:
        assert not free
    with held_if_free(path) as free:
        assert free
    assert not path.exists()
