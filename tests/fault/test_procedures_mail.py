"""A worker that ends in the middle of a letter to a real mail server: killed, or told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from support.cases import declared, opened, settle
from support.smtp import Post, mail_server

from zhiheng.office import jobs
from zhiheng.office.home import Home
from zhiheng.procedures import sending
from zhiheng.procedures.models import Case, OutgoingLetter

PROGRAM = """
import os, signal, sys
from zhiheng.office.home import locate
from zhiheng.office.setup import start
start(locate())
from support.permit import LEAD, PERMIT
from zhiheng.office import worker
from zhiheng.procedures import catalogue, duties, sending
catalogue.declare(PERMIT)
catalogue.declare(LEAD)

def die(letter):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "killed":
    sending.send_letters(die)
elif sys.argv[1] == "round":
    sending.send_letters()
else:
    worker.work(with_parent=False)
"""


@pytest.fixture
def post(home: Home) -> Iterator[Post]:
    with mail_server() as server, declared():
        text = f"mail: {{by: smtp, host: 127.0.0.1, port: {server.port}}}\n"
        (home.path / "settings.yaml").write_text(text)
        settle()
        yield server


def begin(how: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        )
    }
    return subprocess.Popen([sys.executable, "-c", PROGRAM, how], env=environment)


def one_letter() -> Case:
    case = opened()
    OutgoingLetter.objects.filter(answer=None).update(next_try_at=None)
    return case


def letter() -> OutgoingLetter:
    return OutgoingLetter.objects.get(answer__isnull=False)


def its_time_comes() -> None:
    OutgoingLetter.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())


def test_letters_are_taken_once_and_bear_a_name_that_stays(post: Post) -> None:
    one_letter()
    assert sending.send_letters() == 1
    assert sending.send_letters() == 0
    (name,) = post.ids()
    OutgoingLetter.objects.filter(sent_at__isnull=False).update(
        sent_at=None, next_try_at=timezone.now()
    )
    sending.send_letters()
    assert post.ids() == [name, name]


def test_killed_before_the_server_took_it_it_comes_once(post: Post) -> None:
    one_letter()
    post.answer.clear()
    worker = begin("round")
    assert post.reading.wait(60)
    worker.kill()
    worker.wait()
    assert letter().sent_at is None
    assert letter().next_try_at > timezone.now()
    post.taken.clear()
    post.answer.set()
    its_time_comes()
    assert sending.send_letters() == 1
    assert sending.send_letters() == 0
    assert len(set(post.ids())) == 1


def test_killed_after_the_server_took_it_it_comes_again_by_the_same_name(post: Post) -> None:
    """The one moment that nobody can tell from the one before: the server knows the letter by its
    Message-ID, and a person who gets both sees one where the mail program folds them.
    """
    one_letter()
    assert begin("killed").wait(60) == -signal.SIGKILL
    assert sending.send_letters() == 0
    assert letter().next_try_at - timezone.now() > timedelta(minutes=1)
    its_time_comes()
    assert sending.send_letters() == 1
    assert len(post.ids()) == 2
    assert len(set(post.ids())) == 1


def test_told_to_stop_in_the_middle_of_a_letter_it_notes_it_first(post: Post) -> None:
    one_letter()
    post.answer.clear()
    worker = begin("worker")
    assert post.reading.wait(60)
    worker.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(1.5)
    post.answer.set()
    assert worker.wait(20) == 0
    assert letter().sent_at is not None
    assert sending.send_letters() == 0
    assert len(post.ids()) == 1


def test_two_workers_that_see_the_same_letter_send_it_once(post: Post) -> None:
    one_letter()
    seen = letter()
    assert sending.send_letters() == 1
    assert not sending._taken(seen)


def test_once_told_to_stop_no_further_letter_is_begun(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    monkeypatch.setattr(jobs.stopping, "is_set", lambda: len(post.taken) > 0)
    assert sending.send_letters() == 1
