"""Submissions from the public to the end of their cases, on both databases."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from support.complaints import COMPLAINT, EAST, WEST, people, sent

from zhiheng.complaints import actions, drafts, photos, queries, submissions
from zhiheng.complaints.following import followed
from zhiheng.complaints.models import Draft, Mark, Photo, Receipt
from zhiheng.complaints.routing import Matter
from zhiheng.evidence import lake
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry, User
from zhiheng.procedures import actions as machine
from zhiheng.procedures import queries as cases
from zhiheng.procedures.filing import file_evidence
from zhiheng.procedures.models import Case, PersonalAnswer
from zhiheng.rules.errors import ConflictError, ContentError, MachineError, RightError, UsageError

pytestmark = pytest.mark.record


def _photo(colour: str = "red") -> photos.Photo:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(out, "JPEG")
    content = out.getvalue()
    (clean,) = photos.received([("a.jpg", len(content), io.BytesIO(content))], date(2026, 3, 18))
    return clean


def test_a_complaint_goes_to_the_unit_of_the_place_and_all_the_way(home) -> None:
    staff = people()
    found = sent()
    case = found.case
    assert (case.region, case.unit, case.state) == (EAST, "market-east", "received")
    east = staff["east"]
    machine.take_step(east, case.pk, "accept")
    machine.take_step(
        east, case.pk, "appoint",
        {"meeting_on": timezone.localdate() + timedelta(3), "meeting_place": "云溪区市场监管所"},
    )  # fmt: skip
    machine.take_step(
        east, case.pk, "send_to_test", {"tested": "testing", "testing_body": "衡川市质检院"}
    )
    machine.take_step(east, case.pk, "test_back", {"test_result": "霉菌超标"})
    machine.take_step(east, case.pk, "agree", {"terms": "退还货款85.5元", "recovered": "85.5"})
    submissions.answer(
        found.receipt.number, found.receipt.secret, "rate", {"rating": 5, "comment": "很快"}, "k1"
    )
    said = followed(Case.objects.get(id=case.pk))
    assert (said.state, said.final, said.open_to) == ("达成协议", True, frozenset())
    told = dict(pair for step in said.steps for pair in step.said)
    assert told["协议内容"] == "退还货款85.5元"
    assert told["满意度"] == "5"


def test_a_repeated_request_is_one_case_with_one_receipt(home) -> None:
    people()
    first, second = sent("same"), sent("same")
    assert (first.repeated, second.repeated) == (False, True)
    assert first.receipt == second.receipt
    assert Case.objects.count() == Receipt.objects.count() == 1
    assert sent("other").receipt != first.receipt


def test_a_mixed_submission_is_two_linked_cases_followed_by_one_receipt(home) -> None:
    people()
    found = sent(parts=frozenset(Matter), account="要求退款，并请查处销售过期食品。")
    (link,) = cases.links(Actor.system(), found.case)
    assert (link["procedure"], link["how"]) == ("violation_report", "opened")
    said = followed(found.case)
    assert [each.procedure for each in said.linked] == ["违法举报"]
    report = Case.objects.get(procedure="violation_report")
    kept = set(PersonalAnswer.objects.filter(event__case=report).values_list("name", flat=True))
    assert {"account", "complainant", "phone"} <= kept


def _mixed(**changed: Any) -> tuple[Case, Case]:
    """Complaint and report of one submission: bought in the east, the conduct was in the west."""
    found = sent(parts=frozenset(Matter), conduct_region=WEST, **changed)
    return found.case, Case.objects.get(procedure="violation_report")


def test_the_report_of_a_mixed_submission_goes_its_own_way(home) -> None:
    people()
    complaint, report = _mixed(real_name="true", photos=[_photo()])
    assert (complaint.region, complaint.unit) == (EAST, "market-east")
    assert (report.region, report.unit) == (WEST, "market-west")
    assert cases.standing(report).answers["real_name"] is True
    assert Photo.objects.filter(case=report).count() == 1


def test_the_report_stays_beside_its_complaint_where_nobody_handles_reports(home) -> None:
    people()
    User.objects.update(roles=["complaint_clerk"])
    complaint, report = _mixed()
    assert (report.region, report.unit) == (complaint.region, complaint.unit)


def test_of_several_competent_the_one_that_took_it_down_keeps_it(home) -> None:
    staff = people()
    given = {**COMPLAINT, "trade": "merchant_on_platform", "platform_region": WEST}
    one = frozenset({Matter.COMPLAINT})
    units = [submissions.enter(staff[who], given, one, who).case.unit for who in ("west", "city")]
    assert units == ["market-west", "market-city"]


def test_a_report_alone_is_verified_filed_and_told(home) -> None:
    staff = people()
    found = sent(parts=frozenset({Matter.REPORT}), real_name="true")
    assert found.case.procedure == "violation_report"
    number = found.case.pk
    with pytest.raises(ContentError, match="核查记录"):
        machine.take_step(staff["east-head"], number, "file")
    machine.take_step(staff["east"], number, "verify", {"findings": "现场发现过期食品12件"})
    with pytest.raises(RightError):
        machine.take_step(staff["east"], number, "file")
    machine.take_step(staff["east-head"], number, "file")
    machine.take_step(staff["east"], number, "tell_filed")
    said = followed(Case.objects.get(id=number))
    assert said.state == "立案办结"
    assert "现场发现" not in str(said)


def test_what_the_rule_leaves_open_goes_to_the_highest_unit_with_its_candidates(home) -> None:
    staff = people()
    found = sent(trade="merchant_on_platform", platform_region=WEST)
    assert found.case.unit == "market-city"
    help_ = queries.help_with(staff["city"], found.case.pk)
    assert help_.routing.candidates == (EAST, WEST)
    machine.take_step(
        staff["city"], found.case.pk, "hand_over", {"reason": "商家在云溪"}, party="market-east"
    )
    case = Case.objects.get(id=found.case.pk)
    assert case.unit == "market-east"
    machine.take_step(staff["east"], case.pk, "accept")


def test_the_form_and_its_parts_are_refused_with_all_that_is_wrong(home) -> None:
    people()
    with pytest.raises(ContentError) as refused:
        sent(account="", trade="", amount="很多")
    assert {p["field"] for p in refused.value.problems} == {"account", "trade", "amount"}  # type: ignore[attr-defined]
    with pytest.raises(ContentError, match="代表"):
        sent(persons="5", representatives="3")
    assert Case.objects.count() == 0


def test_ten_megabytes_of_text_are_refused_in_words(home) -> None:
    people()
    with pytest.raises(ContentError) as refused:
        sent(account="坏" * (10 * 2**20 // 3))
    assert "过长" in refused.value.message
    assert len(refused.value.message) < 500


def test_nobody_to_handle_it_is_said(home) -> None:
    with pytest.raises(MachineError, match="开通") as refused:
        sent()
    assert refused.value.code == "complaints.nobody"
    assert "12315" in refused.value.fix
    with pytest.raises(MachineError) as refused:
        submissions.enter(Actor.system(), COMPLAINT, frozenset({Matter.COMPLAINT}), "r")
    assert "complaint_clerk" in refused.value.fix


def test_a_wrong_number_and_a_wrong_secret_are_told_the_same(home) -> None:
    people()
    receipt = sent().receipt
    said = []
    for number, secret in (
        (receipt.number, "AAAA-BBBB-CCCC"),
        ("20260101-AAAAAA", receipt.secret),
        (receipt.number, ""),
        ("", ""),
    ):
        with pytest.raises(RightError) as refused:
            submissions.case_of(number, secret)
        said.append((refused.value.code, refused.value.message, refused.value.fix))
    assert len(set(said)) == 1
    assert submissions.case_of(receipt.number.lower(), receipt.secret.lower()).pk


def test_steps_of_staff_are_not_open_to_a_receipt(home) -> None:
    people()
    receipt = sent().receipt
    for step in ("accept", "agree", "refuse", "open"):
        with pytest.raises(UsageError):
            submissions.answer(receipt.number, receipt.secret, step, {}, "k")
    with pytest.raises(ConflictError):
        submissions.answer(receipt.number, receipt.secret, "rate", {"rating": 5}, "k")


def test_withdrawing_twice_is_withdrawing_once(home) -> None:
    people()
    found = sent()
    for _time in range(2):
        submissions.answer(found.receipt.number, found.receipt.secret, "withdraw", {}, "k")
    assert Case.objects.get().state == "withdrawn"
    assert Case.objects.get().events == 2


def test_a_neighbour_district_sees_nothing_of_it(home) -> None:
    staff = people()
    found = sent(photos=[_photo()])
    digest = Photo.objects.get().digest
    west = staff["west"]
    calls: list[Any] = [
        lambda: queries.help_with(west, found.case.pk),
        lambda: list(queries.photos(west, found.case.pk)),
        lambda: queries.photo(west, found.case.pk, digest),
        lambda: machine.take_step(west, found.case.pk, "accept"),
        lambda: actions.write_agreement_of(west, found.case.pk, home.path / "x.docx"),
    ]
    for call in calls:
        with pytest.raises(UsageError):
            call()


def test_a_photo_is_shown_with_its_own_case_alone(home) -> None:
    staff = people()
    mine, other = sent("a", photos=[_photo()]), sent("b", photos=[_photo("blue")])
    red, blue = (Photo.objects.get(case=s.case).digest for s in (mine, other))
    assert queries.photo(staff["east"], mine.case.pk, red).is_file()
    with pytest.raises(UsageError):
        queries.photo(staff["east"], mine.case.pk, blue)


def test_reading_personal_fields_is_on_the_trail_each_time(home) -> None:
    staff = people()
    found = sent()
    for _time in range(2):
        help_ = queries.help_with(staff["east"], found.case.pk)
    assert help_.personal["phone"] == "13812345678"
    assert AuditEntry.objects.filter(verb="procedures.view_personal").count() == 2


def test_erasing_takes_fields_and_photos_and_keeps_a_photo_that_another_case_holds(home) -> None:
    people()
    mine, other = sent("a", photos=[_photo(), _photo("blue")]), sent("b", photos=[_photo()])
    done = actions.erase(Actor.system(), mine.case.pk, "个人信息保护法第四十七条")
    assert done["photos"] == 2
    assert done["fields"] >= 4
    assert not PersonalAnswer.objects.filter(event__case=mine.case).exists()
    assert set(Mark.objects.values_list("case", flat=True)) == {other.case.pk}
    (kept,) = submissions.folder().iterdir()
    assert kept.stem == Photo.objects.get(case=other.case).digest


def test_clocks_across_the_change_of_law(home) -> None:
    staff = people()
    old_day = datetime(2026, 4, 21, 9, tzinfo=UTC)
    old, new = sent("a", day=date(2026, 4, 14)), sent("b", day=date(2026, 4, 15))
    for found in (old, new):
        machine.take_step(staff["east"], found.case.pk, "accept", day=date(2026, 4, 20))
    clocks = {found.case.pk: found.case.clocks.get(code="mediation") for found in (old, new)}
    assert clocks[new.case.pk].due_on == date(2026, 6, 19)
    assert clocks[old.case.pk].due_on == date(2026, 6, 25)
    assert [clocks[f.case.pk].confirmed for f in (old, new)] == [True, False]
    rows = [cases.clock_row(clocks[f.case.pk], submissions.COMPLAINT, old_day) for f in (old, new)]
    assert [row["rules"][0]["confirmed"] for row in rows] == [True, False]


def test_drafts_are_opened_by_their_receipt_and_forgotten_in_time(home) -> None:
    receipt = drafts.save({"account": "写到一半", "phone": ""}, "form-1")
    assert drafts.save({"account": "写完了"}, "form-1") == receipt
    assert drafts.open_again(receipt.number, receipt.secret) == {"account": "写完了"}
    with pytest.raises(RightError):
        drafts.open_again(receipt.number, "AAAA-AAAA-AAAA")
    with pytest.raises(ContentError):
        drafts.save({"account": "长" * 5000}, "form-2")
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    assert drafts.forget_old(Actor.system(), None) == {"drafts": 1}  # type: ignore[arg-type]
    assert not Draft.objects.exists()


def test_repeats_are_proposed_and_merged_by_a_person(home) -> None:
    staff = people()
    first = sent("a")
    second = sent("b", account="在云溪区老张饭店买的酱油打开就有霉斑，要求退款！！")
    third = sent("c", account="健身房关门跑路，不退会员费，联系不上负责人。")
    help_ = queries.help_with(staff["east"], second.case.pk)
    assert [each.case.pk for each in help_.repeats] == [first.case.pk]
    assert queries.help_with(staff["east"], third.case.pk).repeats == []
    machine.take_step(
        staff["east"], second.case.pk, "merge", {"reason": "同一事项"}, into=first.case.pk
    )
    assert Case.objects.get(id=second.case.pk).state == "merged"


def test_an_agreement_becomes_a_document(home, tmp_path) -> None:
    import docx

    staff = people()
    found = sent()
    with pytest.raises(ConflictError):
        actions.write_agreement_of(staff["east"], found.case.pk, tmp_path / "x.docx")
    machine.take_step(staff["east"], found.case.pk, "accept")
    machine.take_step(
        staff["east"], found.case.pk, "agree", {"terms": "退款85.5元", "recovered": "85.5"}
    )
    actions.write_agreement_of(staff["east"], found.case.pk, tmp_path / "x.docx")
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "x.docx")).paragraphs)
    assert "退款85.5元" in text


def test_the_firm_is_whom_the_register_knows_or_a_clerk_identifies(home) -> None:
    from zhiheng.subjects.models import Organisation

    staff = people()
    code, name = "91350100M000100Y43", "云溪区老张饭店"
    firm = Organisation.objects.create(
        origin=f"uscc:{code}", uscc=code, name=name, normal=name, key=name, region=EAST
    )
    assert sent("a", respondent_code=code).case.subject == f"uscc:{code}"
    assert sent("b", respondent_code="91350100M000100Y44").case.subject is None
    found = sent("c")
    assert found.case.subject is None
    with pytest.raises(ContentError, match="没有编号"):
        machine.take_step(staff["east"], found.case.pk, "identify", {"firm": firm.pk + 1})
    machine.take_step(staff["east"], found.case.pk, "identify", {"firm": firm.pk})
    file_evidence(Actor.system())
    frame = queries.cases_frame(staff["east"])
    named = dict(zip(frame["case"], frame["organisation"], strict=True))
    assert named[f"TS-{found.case.received_on.year}-{found.case.pk}"] == str(firm.pk)


def test_a_clerk_follows_up_and_notes_the_rating_under_the_new_law_alone(home) -> None:
    staff = people()
    days = (date(2026, 4, 14), date(2026, 4, 15))
    for number, day in enumerate(days):
        case = sent(f"r-{number}", day=day).case.pk
        machine.take_step(staff["east"], case, "accept", day=day)
        machine.take_step(staff["east"], case, "agree", {"terms": "退款", "recovered": 1}, day=day)
        told = {"reached": True, "rating": 4}
        if day == days[0]:
            with pytest.raises(ContentError, match="不适用回访"):
                machine.take_step(staff["east"], case, "follow_up", told)
        else:
            machine.take_step(staff["east"], case, "follow_up", told)
    file_evidence(Actor.system())
    assert sorted(queries.cases_frame(staff["east"])["rating"], key=str) == [4, None]


def test_a_report_handled_before_is_closed_as_a_repeat_under_the_new_law_alone(home) -> None:
    staff = people()
    one = frozenset({Matter.REPORT})
    old, new = (sent(f"r-{day}", parts=one, day=date(2026, 4, day)).case.pk for day in (14, 15))
    said = {"earlier": "JB-2026-1", "reason": "同一事项已作出不予立案决定"}
    with pytest.raises(ContentError, match="不适用重复举报"):
        machine.take_step(staff["east"], old, "close_repeated", said)
    machine.take_step(staff["east"], new, "close_repeated", said)
    assert Case.objects.get(id=new).state == "repeated"


def test_many_from_one_phone_are_counted_and_nothing_is_refused(home) -> None:
    staff = people()
    found = [sent(f"r-{n}", phone="138 1234 5678") for n in range(10)]
    other = sent("other", phone="13900000000")
    helped = queries.help_with(staff["east"], found[-1].case.pk)
    assert helped.often is not None
    assert (helped.often.count, helped.often.confirmed) == (10, False)
    assert queries.help_with(staff["east"], other.case.pk).often is None
    assert all(found.ground.value != "not_consumption" for found in helped.refusals)
    actions.erase(Actor.system(), found[0].case.pk, "个人信息保护法第四十七条")
    assert queries.help_with(staff["east"], found[-1].case.pk).often is None


def test_the_clerk_is_shown_the_firm_that_a_text_names(home) -> None:
    from zhiheng.subjects.models import Organisation

    staff = people()
    code, name = "91350100M000100Y43", "云溪区老张饭店"
    firm = Organisation.objects.create(
        origin=f"uscc:{code}", uscc=code, name=name, normal=name, key=name, region=EAST
    )
    found = sent("a", account=f"收据上写的代码是{code}，酱油发霉。")
    assert [f.organisation for f in queries.help_with(staff["east"], found.case.pk).firms] == [
        firm.pk
    ]


def test_the_rows_read_without_an_engine_are_those_of_the_view(home) -> None:
    import polars as pl

    staff = people()
    found = sent("a")
    file_evidence(Actor.system())
    machine.take_step(staff["east"], found.case.pk, "accept")
    file_evidence(Actor.system())
    kind = KINDS["consumer_complaint"]
    engine = lake.connect(home).table(kind.code).to_polars()
    plain = lake.current_rows(home, kind)
    assert plain.height == 1
    dull = [name for name in engine.columns if not isinstance(plain.schema[name], pl.Datetime)]
    assert plain.select(dull).rows() == engine.select(dull).rows()
    assert lake.current_rows(home, KINDS["violation_report"]).is_empty()


def test_a_day_that_no_rule_covers_and_a_name_that_is_missing_are_said(home) -> None:
    people()
    with pytest.raises(ContentError, match="2019-12-31"):
        sent(day=date(2019, 12, 31))
    with pytest.raises(ContentError, match="今天"):
        sent(day=timezone.localdate() + timedelta(1))
    with pytest.raises(ContentError, match="实名"):
        sent(parts=frozenset({Matter.REPORT}), real_name="true", phone="")
    assert Case.objects.count() == 0
