"""References, judgements and organisations in the record."""

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from zhiheng.office import pacing
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.models import AuditEntry
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError
from zhiheng.subjects import actions, queries, registration
from zhiheng.subjects.models import Judgement, Organisation, SubjectReference
from zhiheng.subjects.references import reference_frame

ONE, TWO = "91350100M000100Y43", "91330100799655058B"
SLIP = "91350100M000100Y48"
SYSTEM = Actor.system()

pytestmark = pytest.mark.record


def register(*rows, scheme="uscc", batch=1):
    """Rows of (code, name, region)."""
    schema = {"subject_code": pl.String, "subject_name": pl.String, "region": pl.String}
    frame = reference_frame(pl.DataFrame(rows, schema=schema, orient="row"), scheme)
    return actions.register_references(SYSTEM, frame, "market", batch)


def reviewer(*regions):
    return Actor("r", "east-office", ROLES["reviewer"], user_id=1, regions=frozenset(regions))


def reference_id(ref):
    return SubjectReference.objects.get(ref=ref).pk


def resolution():
    return dict(queries.resolution_frame().iter_rows())


def organisation_of(ref):
    return int(resolution()[ref])


def test_codes_make_organisations_and_names_wait(home):
    counts = register(
        (ONE, "衡川市福满楼餐饮有限公司", "east"), (SLIP, "福满楼", "east"), (None, "小店", "west")
    )
    assert counts == {"new": 3, "review": 2, "organisations": 1}
    (made,) = Organisation.objects.all()
    assert (made.uscc, made.name, made.kind, made.region) == (
        ONE,
        "衡川市福满楼餐饮有限公司",
        "enterprise",
        "east",
    )
    assert resolution() == {f"uscc:{ONE}": str(made.pk)}


def test_registering_again_changes_nothing_and_leaves_no_trace(home):
    rows = [(ONE, "福满楼餐饮", "east"), (None, "小店", "west")]
    register(*rows)
    assert register(*rows, batch=2) == {"new": 0, "review": 0, "organisations": 0}
    assert AuditEntry.objects.filter(verb="subjects.register_references").count() == 1
    assert SubjectReference.objects.get(ref="name:小店@west").first_batch == 1


def test_a_code_that_came_alone_is_named_by_a_later_row_but_never_renamed(home):
    register((ONE, None, "east"))
    register((ONE, "福满楼餐饮", "east"), batch=2)
    register((ONE, "另一个名字", "east"), batch=3)
    assert Organisation.objects.get().name == "福满楼餐饮"


def test_a_foreign_scheme_identifies_by_its_own_values(home):
    register(("30790", "HENG GRILL", "w1"), (None, "HENG GRILL", "w1"), scheme="heng-licence")
    assert list(resolution()) == ["heng-licence:30790"]
    made = queries.organisation(SYSTEM, organisation_of("heng-licence:30790"))
    assert made.identifiers == (("heng-licence", "30790"),)
    assert made.uscc is None


def test_addresses_travel_from_the_rows_to_the_proposals(home):
    rows = {
        "subject_code": [ONE, None],
        "subject_name": ["福满楼餐饮有限公司", "福满楼"],
        "region": ["east", "west"],
        "subject_address": ["东湖路 8 号", "东湖路8号"],
    }
    frame = reference_frame(pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.String)))
    actions.register_references(SYSTEM, frame, "market", 1)
    (item,) = queries.review_list(SYSTEM)
    assert item.raw_address == "东湖路8号"
    assert item.proposals[0].reasons[-1].code == "address"
    assert queries.organisation(SYSTEM, item.proposals[0].organisation).address == "东湖路 8 号"


def test_what_a_database_cannot_hold_is_cut_and_not_refused(home):
    register(("A\0B" * 200, "店\0" * 400, "east"), (None, "店" * 400, "west"))
    register(("1\0" + "2" * 400, "店" * 400, "east"), scheme="heng-licence")
    assert SubjectReference.objects.count() == 3


def test_an_organisation_without_a_name_is_called_by_its_code(home):
    register((ONE, None, "east"))
    assert queries.organisation(SYSTEM, organisation_of(f"uscc:{ONE}")).name == ONE


def test_registering_needs_the_right_to_import(home):
    with pytest.raises(RightError):
        actions.register_references(reviewer("east"), pl.DataFrame(), "market", 1)


def test_review_proposes_with_reasons_and_a_judgement_settles_it(home):
    register((ONE, "衡川市福满楼餐饮有限公司", "east"), (SLIP, "福满楼餐饮", "east"))
    (item,) = queries.review_list(SYSTEM)
    (proposal,) = item.proposals
    assert [r.code for r in proposal.reasons] == ["code_one_off", "name_key", "region"]
    actions.decide(SYSTEM, item.id, "same", proposal.organisation, "门牌与电话一致")
    assert queries.review_list(SYSTEM) == []
    assert queries.review_count(SYSTEM) == 0
    assert organisation_of(item.ref) == proposal.organisation
    (judgement,) = queries.organisation(SYSTEM, proposal.organisation).judgements
    assert (judgement.reason, judgement.undone) == ("门牌与电话一致", False)


def test_undoing_brings_the_reference_back_to_review(home):
    register((ONE, "福满楼餐饮", "east"), (None, "福满楼", "east"))
    waiting = reference_id("name:福满楼@east")
    judged = actions.decide(SYSTEM, waiting, "same", organisation_of(f"uscc:{ONE}"))
    actions.undo(SYSTEM, judged.pk, "看错门牌")
    assert queries.review_count(SYSTEM) == 1
    assert f"uscc:{ONE}" in resolution()
    with pytest.raises(ConflictError) as caught:
        actions.undo(SYSTEM, judged.pk)
    assert caught.value.code == "judgement.undone"


def test_a_wrong_code_in_the_file_can_be_merged_and_parted_again(home):
    register((ONE, "甲", "east"), (TWO, "甲", "east"))
    first, second = (organisation_of(f"uscc:{code}") for code in (ONE, TWO))
    judged = actions.decide(SYSTEM, reference_id(f"uscc:{TWO}"), "same", first)
    assert organisation_of(f"uscc:{TWO}") == first
    assert [found.id for found in queries.search_organisations(SYSTEM, "甲")] == [first]
    actions.undo(SYSTEM, judged.pk)
    assert organisation_of(f"uscc:{TWO}") == second


def test_a_new_organisation_is_made_once_and_is_gone_when_undone(home):
    register((None, "小店", "east"))
    waiting = reference_id("name:小店@east")
    judged = actions.decide(SYSTEM, waiting, "new")
    made = organisation_of("name:小店@east")
    actions.undo(SYSTEM, judged.pk)
    assert queries.search_organisations(SYSTEM, "小店") == []
    actions.decide(SYSTEM, waiting, "new")
    assert organisation_of("name:小店@east") == made


def test_different_takes_one_proposal_away_or_closes_the_case(home):
    register((ONE, "福满楼", "east"), (None, "福满楼", "east"))
    (item,) = queries.review_list(SYSTEM)
    actions.decide(SYSTEM, item.id, "different", item.proposals[0].organisation)
    (again,) = queries.review_list(SYSTEM)
    assert again.proposals == ()
    actions.decide(SYSTEM, item.id, "different")
    assert queries.review_list(SYSTEM) == []
    assert item.ref not in resolution()


def test_review_goes_on_behind_the_last_id(home):
    register(*[(None, f"店{n}", "east") for n in range(5)])
    first = queries.review_list(SYSTEM, limit=3)
    rest = queries.review_list(SYSTEM, limit=3, after=first[-1].id)
    assert [item.raw_name for item in first + rest] == [f"店{n}" for n in range(5)]


def test_judgements_refuse_change(home):
    register((None, "小店", "east"))
    judged = actions.decide(SYSTEM, reference_id("name:小店@east"), "different")
    for change in (lambda q: q.update(reason="x"), lambda q: q.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Judgement.objects.filter(pk=judged.pk))


def test_every_act_leaves_its_trace(home):
    register((ONE, "甲", "east"), (None, "乙", "east"))
    organisation = organisation_of(f"uscc:{ONE}")
    judged = actions.decide(SYSTEM, reference_id("name:乙@east"), "same", organisation)
    actions.undo(SYSTEM, judged.pk)
    actions.add_alias(SYSTEM, organisation, "甲店")
    actions.set_parent(SYSTEM, organisation, None)
    actions.describe(SYSTEM, organisation, industry="C1311")
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "subjects.register_references",
        "subjects.same",
        "subjects.undo",
        "subjects.add_alias",
        "subjects.set_parent",
        "subjects.describe",
    ]


def test_a_reviewer_sees_and_judges_only_the_own_regions(home):
    register((ONE, "甲", "east"), (TWO, "丙", "west"), (None, "乙", "east"), (None, "丁", "west"))
    east = reviewer("east")
    assert [item.raw_name for item in queries.review_list(east)] == ["乙"]
    assert queries.search_organisations(east, "丙") == []
    with pytest.raises(UsageError) as caught:
        actions.decide(east, reference_id("name:丁@west"), "new")
    assert caught.value.code == "reference.unknown"
    with pytest.raises(UsageError) as caught:
        actions.decide(east, reference_id("name:乙@east"), "same", organisation_of(f"uscc:{TWO}"))
    assert caught.value.code == "organisation.unknown"


def test_the_public_sees_nobody_and_a_firm_itself(home):
    register((ONE, "甲", "east"), (TWO, "甲", "east"))
    own = organisation_of(f"uscc:{ONE}")
    firm = Actor("f", "firm", frozenset(), user_id=2, organisation=own)
    assert queries.search_organisations(Actor.public(), "甲") == []
    assert [found.id for found in queries.search_organisations(firm, "甲")] == [own]
    assert queries.organisation(firm, own).uscc == ONE
    with pytest.raises(UsageError):
        queries.organisation(firm, organisation_of(f"uscc:{TWO}"))


def test_judging_needs_the_right(home):
    register((None, "小店", "east"))
    analyst = Actor("a", "office", ROLES["analyst"], user_id=3)
    with pytest.raises(RightError):
        actions.decide(analyst, reference_id("name:小店@east"), "new")


@pytest.mark.parametrize("arguments", [("maybe",), ("same",), ("same", 99)])
def test_judgements_that_make_no_sense_are_refused(home, arguments):
    register((None, "小店", "east"))
    with pytest.raises(UsageError):
        actions.decide(SYSTEM, reference_id("name:小店@east"), *arguments)
    assert not Judgement.objects.exists()


def test_search_finds_code_identifier_name_and_alias_in_that_order(home):
    register((ONE, "甲店", "east"), (TWO, "甲店分号", "east"))
    register(("30790", "总店甲店", "east"), scheme="heng-licence")
    one, two = (organisation_of(f"uscc:{code}") for code in (ONE, TWO))
    three = organisation_of("heng-licence:30790")
    actions.add_alias(SYSTEM, two, "福满楼", "short")

    def found(text):
        return [line.id for line in queries.search_organisations(SYSTEM, text)]

    assert found("甲店") == [one, two, three]
    assert found(ONE.lower()) == [one]
    assert found("30790") == [three]
    assert found("福满") == [two]
    assert found(" ") == []


def test_an_alias_is_proposed_by(home):
    register((ONE, "甲餐饮", "east"), (None, "福满楼", "east"))
    (item,) = queries.review_list(SYSTEM)
    assert item.proposals == ()
    actions.add_alias(SYSTEM, organisation_of(f"uscc:{ONE}"), "福满楼", "trading")
    (item,) = queries.review_list(SYSTEM)
    assert "别名" in item.proposals[0].reasons[0].text


def test_a_new_name_keeps_the_former_one(home):
    register((ONE, "旧名餐饮", "east"))
    one = organisation_of(f"uscc:{ONE}")
    actions.describe(SYSTEM, one, name="新名餐饮", address="东湖路 8 号")
    view = queries.organisation(SYSTEM, one)
    assert (view.name, view.address) == ("新名餐饮", "东湖路 8 号")
    assert [(a.name, a.kind) for a in view.aliases] == [("旧名餐饮", "former")]


def test_branches_hang_below_their_parent_without_a_circle(home):
    register((ONE, "总部", "east"), (TWO, "分部", "east"))
    head, branch = (organisation_of(f"uscc:{code}") for code in (ONE, TWO))
    actions.set_parent(SYSTEM, branch, head)
    assert queries.organisation(SYSTEM, head).branches == ((branch, "分部"),)
    assert queries.organisation(SYSTEM, branch).parent_name == "总部"
    for child, parent in ((head, branch), (head, head)):
        with pytest.raises(ContentError) as caught:
            actions.set_parent(SYSTEM, child, parent)
        assert caught.value.code == "organisation.cycle"


def test_more_references_than_one_chunk_holds(home):
    rows = [(None, f"店{n}", "east") for n in range(5_001)] + [(ONE, "甲", "east")]
    assert register(*rows) == {"new": 5_002, "review": 5_001, "organisations": 1}


def test_a_delivery_in_many_short_transactions_is_the_same(home, monkeypatch):
    monkeypatch.setattr(pacing, "_FIRST", 2)
    monkeypatch.setattr(pacing, "_LEAST", 2)
    monkeypatch.setattr(pacing, "_MOST", 2)
    monkeypatch.setattr(pacing, "PAUSE", 0.0)
    monkeypatch.setattr(registration, "_ASKED_AT_ONCE", 3)
    rows = [(str(n), None if n == 4 else f"衡川第{n}食品厂", "east") for n in range(1, 8)]
    register((None, "小店", "west"), *rows, scheme="heng-licence")
    counts = register(("4", "衡川第4食品厂", "east"), *rows, scheme="heng-licence", batch=2)
    assert counts == {"new": 0, "review": 0, "organisations": 0}
    named = dict(Organisation.objects.values_list("origin", "name"))
    assert named == {f"heng-licence:{n}": f"衡川第{n}食品厂" for n in range(1, 8)}
    assert SubjectReference.objects.count() == 8
    assert len(resolution()) == 7
    brought = SubjectReference.objects.filter(first_batch=1)
    assert actions.withdraw_references(SYSTEM, brought, {"heng-licence:3"}) == 7
    assert set(SubjectReference.objects.values_list("ref", flat=True)) == {"heng-licence:3"}
