"""Background work: taken from the queue, watched by its progress, failing in words."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils.translation import get_language, override

from zhiheng.office import actions, jobs, queries
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Job, User
from zhiheng.rules.errors import ContentError


@pytest.fixture
def verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three kinds of work that only these tests know."""
    monkeypatch.setattr(jobs, "_WORK", {})

    @jobs.work("test.count")
    def count(actor: Actor, progress: jobs.Progress, upto: int) -> dict[str, object]:
        progress.start(upto, "数数")
        for _ in range(upto):
            progress.step()
        return {"counted": upto, "by": actor.name}

    @jobs.work("test.refuse")
    def refuse(actor: Actor, progress: jobs.Progress) -> None:
        raise ContentError("test.no", "不行。", "换一个。")

    @jobs.work("test.speak")
    def speak(actor: Actor, progress: jobs.Progress) -> dict[str, str | None]:
        return {"language": get_language()}

    @jobs.work("test.break")
    def fall_over(actor: Actor, progress: jobs.Progress) -> None:
        raise KeyError("gone")


@pytest.fixture
def user(home: Home) -> User:
    party = actions.add_party(Actor.system(), "office", "unit", "市质量办")
    return actions.add_user(
        Actor.system(), "zhao", "赵工", party, ["analyst"], "hengchuan-2026-spring"
    )


def _work_off() -> None:
    call_command("db_worker", batch=True, interval=0, verbosity=0)


@pytest.mark.record
def test_work_is_done_for_the_one_who_asked(verbs, user: User, home: Home) -> None:
    job = jobs.enqueue(user, "test.count", upto=7)
    assert job.state == Job.State.QUEUED
    _work_off()
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert job.result == {"counted": 7, "by": "zhao"}
    assert (job.label, job.total, job.done) == ("数数", 7, 7)
    assert job.finished_at is not None


def test_work_of_nobody_is_the_operators(verbs, home: Home) -> None:
    job = jobs.enqueue(None, "test.count", upto=1)
    _work_off()
    job.refresh_from_db()
    assert job.result["by"] == "operator"


@pytest.mark.record
def test_a_refusal_is_kept_in_its_own_words(verbs, user: User, home: Home) -> None:
    job = jobs.enqueue(user, "test.refuse")
    _work_off()
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "不行。 换一个。")
    assert job.finished_at is not None


def test_work_speaks_the_language_in_which_it_was_asked_for(verbs, user: User) -> None:
    with override("en"):
        job = jobs.enqueue(user, "test.speak")
    _work_off()
    job.refresh_from_db()
    assert job.result == {"language": "en"}
    assert User.objects.get(pk=user.pk).language == "en"


def test_a_breakdown_is_kept_too(verbs, user: User) -> None:
    job = jobs.enqueue(user, "test.break")
    _work_off()
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "KeyError('gone')")


def test_unknown_work_is_not_queued(verbs, user: User) -> None:
    with pytest.raises(KeyError, match=r"test\.nothing"):
        jobs.enqueue(user, "test.nothing")
    assert not Job.objects.exists()


def test_people_see_their_own_jobs(verbs, user: User) -> None:
    mine = jobs.enqueue(user, "test.count", upto=1)
    jobs.enqueue(None, "test.count", upto=1)
    assert list(queries.jobs(queries.actor_of(user))) == [mine]


def test_a_job_that_waits_knows_how_many_are_before_it(home: Home) -> None:
    states = [Job.State.DONE, Job.State.RUNNING, Job.State.QUEUED, Job.State.QUEUED]
    made = [Job.objects.create(verb="x", state=state) for state in states]
    assert [queries.ahead_of(job) for job in made] == [0, 0, 1, 2]
