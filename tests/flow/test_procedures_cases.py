"""Cases from opening to end: who may, what is told, what stays when something was wrong."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from support.cases import CITY, EAST, SYSTEM, WEST, clerk, declared, opened, person, settle

from zhiheng.office.actors import EVERY_RIGHT, Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.procedures import actions, catalogue, persons, queries, worklists
from zhiheng.procedures.forms import FormError
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case, Event, Link, PersonalAnswer
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _settled(home: Home) -> Iterator[None]:
    with declared():
        settle()
        yield


@pytest.mark.record
def test_a_case_from_opening_to_end(home: Home) -> None:
    case = opened(person("lin"))
    actions.take_step(person("lin"), case.pk, "accept")
    actions.take_step(person("zhou"), case.pk, "grant", {"grade": "2"})
    case.refresh_from_db()
    assert (case.state, case.closed_on, case.events) == ("granted", TODAY(), 3)
    assert case.assignee == "lin"
    said = [(e["verb"], e["by"]) for e in queries.timeline(case, "zh")]
    assert said == [("open", "lin"), ("accept", "lin"), ("grant", "zhou")]
    verbs = AuditEntry.objects.filter(verb__startswith="procedures.").values_list("verb", flat=True)
    assert list(verbs) == ["procedures.open", "procedures.step", "procedures.step"]


def test_numbers_begin_with_the_prefix() -> None:
    case = opened()
    assert number_of(case) == f"XK-{TODAY().year}-{case.pk}"


@pytest.mark.parametrize(
    ("who", "step", "code"),
    [
        ("wu", "accept", "case.unknown"),
        ("he", "accept", "step.party"),
        ("zhou", "withdraw", "step.party"),
    ],
)
def test_who_may_not(who: str, step: str, code: str) -> None:
    case = opened(person("he") if step == "withdraw" else SYSTEM)
    with pytest.raises((RightError, UsageError)) as refused:
        actions.take_step(person(who), case.pk, step)
    assert refused.value.code == code
    assert Event.objects.filter(case=case).count() == 1


def test_the_one_who_accepted_does_not_grant() -> None:
    case = opened()
    actions.take_step(person("zhou"), case.pk, "accept")
    with pytest.raises(RightError) as refused:
        actions.take_step(person("zhou"), case.pk, "grant", {"grade": 1})
    assert refused.value.code == "step.same_person"


def test_nobody_takes_a_step_of_the_machine() -> None:
    case = opened()
    with pytest.raises(RightError):
        actions.take_step(SYSTEM, case.pk, "lapse")


def test_a_step_from_elsewhere_says_where_the_case_is_and_what_can_be_done() -> None:
    case = opened()
    with pytest.raises(ConflictError) as refused:
        actions.take_step(person("zhou"), case.pk, "grant", {"grade": 1})
    assert refused.value.code == "case.state"
    assert "待受理" in refused.value.message
    assert "受理" in refused.value.fix


def test_a_form_says_all_its_faults_at_once() -> None:
    case = opened()
    actions.take_step(person("lin"), case.pk, "accept")
    with pytest.raises(FormError) as refused:
        actions.take_step(person("zhou"), case.pk, "grant", {"grade": "9", "colour": "red"})
    assert [p["rule"] for p in refused.value.problems] == ["range", "unknown"]
    with pytest.raises(FormError) as refused:
        actions.open_case(SYSTEM, "permit", {}, region=EAST, unit="east")
    assert [p["field"] for p in refused.value.problems] == ["matter"]


def test_an_identity_number_does_not_stand_where_everybody_reads_it() -> None:
    with pytest.raises(FormError) as refused:
        opened(answers={"matter": "身份证 11010519491231002X 的人"})
    assert refused.value.problems[0]["rule"] == "personal_id"


def test_a_guard_refuses_with_its_reason() -> None:
    case = opened()
    with pytest.raises(ContentError, match="理由不足五个字"):
        actions.take_step(person("lin"), case.pk, "refuse", {"reason": "不行"})


@pytest.mark.record
def test_a_request_sent_twice_is_one_event(home: Home) -> None:
    first = opened(key="hotline-17")
    assert opened(key="hotline-17").pk == first.pk
    one = actions.take_step(person("lin"), first.pk, "accept", seen=1, key="a")
    two = actions.take_step(person("lin"), first.pk, "accept", seen=1, key="a")
    assert one.pk == two.pk
    assert Event.objects.count() == 2
    with pytest.raises(ConflictError) as refused:
        actions.take_step(person("lin"), first.pk, "prolong", key="a")
    assert refused.value.code == "key.used"


def test_who_looked_at_an_older_page_is_told_what_happened_since() -> None:
    case = opened()
    actions.take_step(person("lin"), case.pk, "accept")
    with pytest.raises(ConflictError) as refused:
        actions.take_step(person("zhou"), case.pk, "refuse", {"reason": "材料不齐全"}, seen=1)
    assert refused.value.code == "case.meanwhile"
    assert "lin" in refused.value.message
    assert "受理" in refused.value.message


def test_handing_over_moves_unit_and_region() -> None:
    case = opened()
    actions.take_step(person("lin"), case.pk, "accept")
    actions.take_step(person("lin"), case.pk, "hand_over", party="west")
    case.refresh_from_db()
    assert (case.unit, case.region, case.assignee, case.state) == ("west", WEST, "", "received")
    with pytest.raises(UsageError):
        queries.case(person("lin"), case.pk)
    actions.take_step(person("wu"), case.pk, "accept")
    with pytest.raises(UsageError) as refused:
        actions.take_step(person("wu"), case.pk, "send_to_test", party="east")
    assert refused.value.code == "step.party"


def test_a_split_opens_a_linked_case_and_its_result_comes_back() -> None:
    case = opened(answers={"also_report": True})
    lead = Case.objects.get(procedure="lead")
    assert Link.objects.get().target_id == lead.pk
    carried = PersonalAnswer.objects.get(event__case=lead)
    assert (carried.name, carried.value) == ("email", "wang@example.org")
    actions.take_step(person("lin"), lead.pk, "file")
    said = queries.timeline(case, "zh")[-1]
    assert (said["verb"], said["by"]) == ("lead_filed", "operator")


def test_a_case_that_is_joined_ends_and_the_other_says_so() -> None:
    one, two = opened(), opened()
    actions.take_step(person("lin"), two.pk, "join", into=one.pk)
    two.refresh_from_db()
    assert (two.state, two.closed_on) == ("joined", TODAY())
    assert queries.timeline(one, "zh")[-1]["answers"] == {"joined": number_of(two)}
    for into in (None, two.pk, one.pk + 1000):
        with pytest.raises((UsageError, ConflictError)):
            actions.take_step(person("lin"), one.pk, "join", into=into)


@pytest.mark.record
def test_a_wrong_step_is_corrected_by_a_new_one(home: Home) -> None:
    case = opened(day=TODAY() - timedelta(days=10))
    wrong = actions.take_step(person("lin"), case.pk, "accept", day=TODAY())
    right = TODAY() - timedelta(days=3)
    actions.correct(person("lin"), case.pk, wrong.number, "日期填错", day=right)
    standing = queries.standing(case)
    assert standing.steps[-1].day == right
    assert case.clocks.get(code="decision").started_on == right
    said = queries.timeline(case, "zh")
    assert [(e["verb"], e["corrected_by"]) for e in said] == [
        ("open", None), ("accept", 3), (".corrected", None),
    ]  # fmt: skip
    actions.correct(person("lin"), case.pk, wrong.number, "不应受理", void=True)
    case.refresh_from_db()
    assert case.state == "received"
    assert not case.clocks.filter(code="decision").exists()


def test_a_correction_that_could_not_have_been_is_refused() -> None:
    case = opened()
    wrong = actions.take_step(person("lin"), case.pk, "accept")
    actions.take_step(person("lin"), case.pk, "prolong")
    with pytest.raises(ContentError) as refused:
        actions.correct(person("lin"), case.pk, wrong.number, "不应受理", void=True)
    assert refused.value.code == "event.order"
    early = TODAY() - timedelta(days=30)
    with pytest.raises(ContentError) as refused:
        actions.correct(person("lin"), case.pk, wrong.number, "日期填错", day=early)
    assert refused.value.code == "event.day"
    with pytest.raises(ConflictError):
        actions.correct(SYSTEM, case.pk, 1, "不应登记", void=True)


def test_a_step_before_the_last_one_or_in_the_future_is_refused() -> None:
    case = opened()
    for day in (TODAY() - timedelta(days=1), TODAY() + timedelta(days=1)):
        with pytest.raises(ContentError) as refused:
            actions.take_step(person("lin"), case.pk, "accept", day=day)
        assert refused.value.code == "event.day"


def test_the_old_law_holds_for_the_cases_of_its_days() -> None:
    dues = {}
    for received in ("2026-04-14", "2026-04-15"):
        case = opened(day=date.fromisoformat(received))
        actions.take_step(person("lin"), case.pk, "accept", day=date(2026, 4, 20))
        clock = case.clocks.get(code="decision")
        dues[received] = (clock.due_on, clock.confirmed)
    assert dues == {
        "2026-04-14": (date(2026, 6, 25), True),
        "2026-04-15": (date(2026, 6, 19), False),
    }


@pytest.mark.record
def test_events_are_never_changed(home: Home) -> None:
    case = opened()
    for change in (
        lambda: Event.objects.filter(case=case).update(verb="grant"),
        lambda: Event.objects.filter(case=case)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_personal_fields_are_for_the_unit_and_every_view_is_on_the_trail() -> None:
    case = opened()
    assert "wang@" not in str(queries.timeline(case, "zh"))
    with pytest.raises(RightError):
        persons.view_personal(person("he"), case.pk)
    assert persons.view_personal(person("lin"), case.pk) == {"email": "wang@example.org"}
    assert AuditEntry.objects.filter(verb="procedures.view_personal", actor="lin").count() == 1
    assert persons.erase_personal(SYSTEM, case.pk, "个人请求删除") == 1
    assert persons.view_personal(person("lin"), case.pk) == {}


def test_a_person_of_the_unit_is_put_in_charge() -> None:
    case = opened()
    actions.assign(person("lin"), case.pk, "zhou")
    assert [c.pk for c in worklists.worklist(person("zhou"), "mine")] == [case.pk]
    with pytest.raises(UsageError):
        actions.assign(person("lin"), case.pk, "wu")


def test_working_lists_hold_what_they_say_and_page_without_gaps() -> None:
    today = TODAY()
    cases = [opened(day=today - timedelta(days=n), key=f"k{n}") for n in (0, 5, 30, 40, 50)]
    far = opened(region=WEST, unit="west")
    actions.take_step(SYSTEM, far.pk, "withdraw")
    seen, after = [], None
    while page := worklists.worklist(person("lin"), "unit", after=after, limit=2):
        seen += [c.pk for c in page]
        after = (page[-1].due_on, page[-1].pk)
    assert seen == [c.pk for c in reversed(cases)]
    overdue = {c.pk for c in worklists.worklist(person("lin"), "overdue")}
    assert overdue == {c.pk for c in cases[2:]}
    assert far.pk not in {c.pk for c in worklists.worklist(person("lin"), "all")}
    assert {c.pk for c in worklists.worklist(person("he"), "all")} == {c.pk for c in [*cases, far]}
    assert worklists.worklist(clerk(1, "west", WEST), "unit") == []
    with pytest.raises(UsageError):
        worklists.worklist(person("lin"), "everything")


@pytest.mark.parametrize("day", ["0001-01-01", "2019-12-31", "9999-12-31"])
def test_a_day_without_law_or_in_the_future_is_refused_in_words(day: str) -> None:
    with pytest.raises(ContentError) as refused:
        opened(day=date.fromisoformat(day))
    assert refused.value.code == ("event.day" if day > "2020" else "event.law")
    assert not Case.objects.exists()


def test_a_case_in_hand_is_seen_by_those_who_would_find_it() -> None:
    """`queries.sees` asks no record, `visible_to` does; they agree for whoever and whatever."""
    for region, unit in ((EAST, "east"), (WEST, "west"), (CITY, "city"), (WEST, "east")):
        for code in ("permit", "lead"):
            actions.open_case(SYSTEM, code, {"matter": "食品生产"}, region=region, unit=unit)
    Case.objects.filter(id__in=Case.objects.values("id")[:2]).update(filer="firm")
    Case.objects.filter(region=CITY).update(filer="west")
    rights = [frozenset(), *(frozenset({p.read}) for p in catalogue.ALL.values()), EVERY_RIGHT]
    regions = [None, frozenset(), frozenset({EAST}), frozenset({CITY, EAST, WEST})]
    asked = itertools.product(
        ("east", "west", "firm"), ("unit", "organisation", "public", "operator"),
        rights, regions, (None, frozenset({"permit"}), frozenset()),
    )  # fmt: skip
    cases = list(Case.objects.all())
    for party, kind, may, where, of_kinds in asked:
        actor = Actor("x", party, may, regions=where, kinds=of_kinds, party_kind=kind)
        found = set(queries.visible_to(actor).values_list("id", flat=True))
        assert {case.pk for case in cases if queries.sees(actor, case)} == found, actor
