"""Many hands at one case: of steps taken at once one stands, and the others are told of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from support.at_once import at_once
from support.cases import SYSTEM, clerk, declared, opened, settle

from zhiheng.office import audit
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.procedures import actions, duties, queries
from zhiheng.procedures.models import Case, Event, OutgoingLetter
from zhiheng.rules.errors import ZhihengError

HANDS, ROUNDS = 6, 4


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


@pytest.mark.record
def test_of_steps_at_once_one_stands_and_the_others_are_told(home: Home) -> None:
    for _round in range(ROUNDS):
        case = opened()
        outcomes = at_once(
            [
                lambda n=n, case=case: actions.take_step(clerk(n), case.pk, "accept", seen=1)  # type: ignore[misc]
                for n in range(HANDS)
            ]
        )
        (made,) = (one for one in outcomes if isinstance(one, Event))
        refused = [one for one in outcomes if isinstance(one, ZhihengError)]
        assert {error.code for error in refused} == {"case.meanwhile"}
        assert all(made.by in str(error) and "受理" in str(error) for error in refused)
        assert Event.objects.filter(case=case).count() == 2
    assert audit.first_broken(AuditEntry.objects.order_by("id")) is None


@pytest.mark.record
def test_a_double_click_is_one_step_and_both_get_its_answer(home: Home) -> None:
    case = opened()
    outcomes = at_once(
        [lambda: actions.take_step(clerk(1), case.pk, "accept", seen=1, key="form-1")] * HANDS
    )
    assert {one.pk for one in outcomes if isinstance(one, Event)} == {
        Event.objects.get(case=case, verb="accept").pk
    }
    assert all(isinstance(one, Event) for one in outcomes)


@pytest.mark.record
def test_an_opening_sent_many_times_at_once_is_one_case(home: Home) -> None:
    outcomes = at_once([lambda: opened(key="hotline-9")] * HANDS)
    assert Case.objects.count() == 1
    refused = [one for one in outcomes if isinstance(one, ZhihengError)]
    assert {error.code for error in refused} <= {"case.opened"}


@pytest.mark.record
def test_cases_that_are_joined_to_one_another_at_once_do_not_both_end(home: Home) -> None:
    one, two = opened(), opened()
    outcomes = at_once(
        [
            lambda: actions.take_step(clerk(1), one.pk, "join", into=two.pk),
            lambda: actions.take_step(clerk(2), two.pk, "join", into=one.pk),
        ]
    )
    assert sum(isinstance(one, Event) for one in outcomes) == 1
    assert sorted(Case.objects.values_list("state", flat=True)) == ["joined", "received"]


KILLED = """
import os, signal, sys
from zhiheng.office.home import locate
from zhiheng.office.setup import start
start(locate())
from support.permit import LEAD, PERMIT
from zhiheng.procedures import catalogue, duties
catalogue.declare(PERMIT)
catalogue.declare(LEAD)
left = [int(sys.argv[1])]

def die(letter):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

duties.send_letters(die)
"""


@pytest.mark.record
def test_a_worker_killed_in_the_middle_of_letters_sends_each_once(home: Home) -> None:
    """Killed after the server took a letter and before that was noted: the worst moment."""
    opened()
    opened()
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    for number in (1, 2):
        ended = subprocess.run([sys.executable, "-c", KILLED, str(number)], env=environment)
        assert ended.returncode == -signal.SIGKILL
        waiting = OutgoingLetter.objects.filter(next_try_at__isnull=False)
        waiting.update(next_try_at=timezone.now())
    duties.send_letters()
    assert not OutgoingLetter.objects.filter(next_try_at__isnull=False).exists()
    assert OutgoingLetter.objects.exclude(sent_at=None).count() == 6
    assert len(list((home.path / "mail").glob("*.log"))) == 6
    assert not list((home.path / "mail").glob(".*"))


def test_whoever_reads_a_case_of_another_district_finds_none(home: Home) -> None:
    case = opened()
    stranger = clerk(1, "west", "990102")
    for ask in (
        lambda: queries.case(stranger, case.pk),
        lambda: actions.take_step(stranger, case.pk, "accept"),
        lambda: actions.assign(stranger, case.pk, "wu"),
        lambda: actions.correct(stranger, case.pk, 1, "不对"),
    ):
        (answer,) = at_once([ask])
        assert isinstance(answer, ZhihengError)
        assert answer.code == "case.unknown"
    assert queries.case(SYSTEM, case.pk).events == 1
