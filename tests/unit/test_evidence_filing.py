"""Who may file what, and what outside parties see: own subject, own deliveries, accreditation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import filing, queries
from zhiheng.evidence.actions import import_file, report_nothing
from zhiheng.evidence.declaration import Column, Kind, Role, Type
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.scope import Narrowed
from zhiheng.office.accreditation import Accredited
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import BODY, ORGANISATION, Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Accreditation, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import ContentError, RightError
from zhiheng.subjects import queries as subjects
from zhiheng.subjects.models import Organisation, SubjectReference

SYSTEM = Actor.system()
OWN, OTHER = "91350100M000100Y43", "91990100MA0000002K"
OWN_NAME = "衡川晨光食品有限公司"
COST = ["报表编号", "所在区域", "报告期末", "填报企业统一社会信用代码", "填报企业名称"]
COST += ["内部损失成本", "外部损失成本", "工业总产值"]


@pytest.fixture(autouse=True)
def _evidence(home: Home, tmp_path: Path) -> None:
    load_places()
    rows = [
        inspection("A-1"),
        inspection("A-2", 受检企业统一社会信用代码="", 受检企业名称="石泉豆制品厂"),
        inspection("A-3", 所在区域="石泉区"),
    ]
    import_file(SYSTEM, write_csv(tmp_path / "a.csv", rows), "product_inspection", source="scjg")


@pytest.fixture
def firm(home: Home) -> Actor:
    organisation = Organisation.objects.get(uscc=OWN)
    party = add_party(SYSTEM, "org-1", ORGANISATION, OWN_NAME, organisation=organisation.pk)
    return actor_of(_person("firm", party))


def _person(username: str, party: object) -> User:
    role = "representative" if username == "firm" else "technician"
    return add_user(SYSTEM, username, "经办人", party, [role], "hengchuan-2026-spring")  # type: ignore


def cost(number: str, code: str = OWN, name: str = OWN_NAME) -> list[str]:
    return [number, "云溪区", "2026-03-31", code, name, "12", "8", "1000"]


def file_costs(actor: Actor, path: Path, *rows: list[str]) -> dict:
    return import_file(actor, write_csv(path, list(rows), header=COST), "quality_cost")


def seen_by(actor: Actor) -> set[str]:
    """Numbers of the rows that a list shows, which each are shown by their id as well."""
    listed = queries.visible_rows(actor, Narrowed(), limit=1000)
    every = [row.id for row in ledger_rows.rows()]
    assert {row.id for row in listed} == {row.id for row in queries.visible(actor, every)}
    return {row.external_id for row in listed}


@pytest.mark.record
def test_a_firm_sees_every_row_about_itself_and_no_other(firm: Actor, home: Home) -> None:
    assert seen_by(firm) == {"A-1", "A-3"}
    assert not queries.batches(firm).exists()
    assert [o.uscc for o in subjects.organisations_visible_to(firm)] == [OWN]


def test_a_merge_of_subjects_is_followed_and_its_undoing_too(firm: Actor) -> None:
    other = SubjectReference.objects.get(ref__startswith="name:")
    other.organisation = Organisation.objects.get(uscc=OWN)
    other.save()
    assert seen_by(firm) == {"A-1", "A-2", "A-3"}
    other.organisation = None
    other.save()
    assert "A-2" not in seen_by(firm)


@pytest.mark.record
def test_a_firm_files_for_itself_with_or_without_its_code(
    firm: Actor, home: Home, tmp_path: Path
) -> None:
    done = file_costs(firm, tmp_path / "c.csv", cost("C-1"), cost("C-2", code=""))
    assert (done["accepted"], done["problems"]) == (2, [])
    filed = {(row.subject, row.source) for row in ledger_rows.rows(kind="quality_cost")}
    assert filed == {(f"uscc:{OWN}", "org-1")}


@pytest.mark.parametrize(("code", "name"), [(OTHER, OWN_NAME), ("", "别家公司"), ("X", "别家")])
def test_a_row_about_another_subject_is_a_problem(
    firm: Actor, tmp_path: Path, code: str, name: str
) -> None:
    done = file_costs(firm, tmp_path / "c.csv", cost("C-1"), cost("C-2", code, name))
    assert done["accepted"] == 0
    problem = next(p for p in done["problems"] if p["rule"] == "subject_scope")
    assert problem["row"] == 3
    assert OWN_NAME in problem["fix"]


def test_a_firm_may_not_file_what_departments_file(firm: Actor, tmp_path: Path) -> None:
    assert {k.code for k in filing.kinds_to_file(firm)} == {"quality_cost"}
    with pytest.raises(RightError, match="不由企业报送") as refused:
        import_file(firm, write_csv(tmp_path / "a.csv", [inspection("B-1")]), "product_inspection")
    assert refused.value.code == "right.reporter"
    assert "质量成本" in refused.value.fix


def test_a_firm_reports_nothing_about_itself(firm: Actor) -> None:
    report_nothing(firm, "quality_cost", "990101", date(2026, 1, 1), date(2026, 3, 31))
    row = ledger_rows.row(record_type="nothing")
    assert row.subject == f"uscc:{OWN}"
    assert queries.row(firm, row.id).id == row.id


def test_an_account_without_a_subject_sees_only_what_it_filed(firm: Actor) -> None:
    lost = Actor("x", "org-9", firm.rights, user_id=9, party_kind=ORGANISATION, regions=frozenset())
    assert seen_by(lost) == set()
    assert not subjects.organisations_visible_to(lost).exists()


def test_who_is_in_a_row_of_others_stays_hidden_from_the_firm(firm: Actor, tmp_path: Path) -> None:
    header = ["投诉编号", "所在区域", "接收日期", "被投诉方统一社会信用代码", "被投诉方名称"]
    header += ["投诉类别", "办理状态", "投诉人", "联系电话"]
    row = [
        "T-1",
        "云溪区",
        "2026-03-02",
        OWN,
        OWN_NAME,
        "产品质量",
        "办理中",
        "李四",
        "13812345678",
    ]
    import_file(
        SYSTEM, write_csv(tmp_path / "t.csv", [row], header=header), "complaint", source="rxb"
    )
    seen = queries.rows_of_organisation(firm, firm.organisation or 0, kind="complaint")[0]
    assert (seen.values["complainant"], seen.values["phone"]) == ("（不公开）", "（不公开）")
    assert seen.values["topic"] == "product"


def _body(*entries: Accredited) -> Actor:
    party = add_party(SYSTEM, "lab", BODY, "衡川检验院", "990101")
    for e in entries:
        scope = {column: list(values) for column, values in e.scope.items()}
        Accreditation.objects.create(
            party=party,
            kind=e.kind,
            scope=scope,
            valid_from=e.valid_from,
            valid_to=e.valid_to,
            source=e.source,
        )
    return actor_of(_person("lab", party))


FOOD = Accredited("product_inspection", date(2026, 1, 1), "CMA 2026-001", date(2026, 12, 31))


def test_a_body_files_only_kinds_it_is_accredited_for(home: Home, tmp_path: Path) -> None:
    lab = _body(FOOD)
    assert [k.code for k in filing.kinds_to_file(lab)] == ["product_inspection"]
    with pytest.raises(RightError, match=r"衡川检验院 没有报送“认证证书”的资质") as refused:
        filing.require_filing(lab, ALL["certificate"])
    assert refused.value.code == "accreditation.missing"
    done = import_file(
        lab, write_csv(tmp_path / "l.csv", [inspection("L-1")]), "product_inspection"
    )
    assert done["accepted"] == 1
    assert seen_by(lab) == {"L-1"}
    assert not subjects.organisations_visible_to(lab).exists()


def test_a_row_outside_of_period_or_scope_is_a_problem(home: Home, tmp_path: Path) -> None:
    scope = {"product_class": ("drug",)}
    drugs = Accredited("product_inspection", date(2026, 2, 1), "CMA 2026-002", scope=scope)
    rows = [inspection("L-1"), inspection("L-2", 抽样日期="2026-01-05", 产品类别="药品")]
    path = write_csv(tmp_path / "l.csv", rows)
    done = import_file(_body(drugs), path, "product_inspection")
    found = [(p["row"], p["column"], p["rule"], p["message"]) for p in done["problems"]]
    assert found == [
        (2, "产品类别", "accreditation", "不在资质范围内"),
        (3, "抽样日期", "accreditation", "这一天没有有效的资质"),
    ]
    assert "product_class = drug" in done["problems"][0]["fix"]


def test_a_body_may_not_file_outside_of_its_territory(home: Home, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "l.csv", [inspection("L-1", 所在区域="石泉区")])
    done = import_file(_body(FOOD), path, "product_inspection")
    assert {p["rule"] for p in done["problems"]} == {"region_scope"}


def test_roles_of_the_administration_are_not_for_outside_parties(home: Home, firm: Actor) -> None:
    party = User.objects.get(username="firm").party
    with pytest.raises(ContentError, match="representative") as refused:
        add_user(SYSTEM, "x", "某", party, ["reporter"], "hengchuan-2026-spring")
    assert refused.value.code == "role.party"
    User.objects.filter(username="firm").update(roles=["reporter", "administrator"])
    assert actor_of(User.objects.get(username="firm")).rights == frozenset()


def test_an_organisations_party_names_its_subject_and_no_other_does(home: Home) -> None:
    for kind, organisation in ((ORGANISATION, None), ("unit", 1), ("firm", None)):
        with pytest.raises(ContentError):
            add_party(SYSTEM, "x", kind, "某", organisation=organisation)


def test_a_kind_that_organisations_file_names_its_subject() -> None:
    columns = (
        Column("number", "编号", "Number", role=Role.EXTERNAL_ID),
        Column("region", "区域", "Region", role=Role.REGION),
        Column("day", "日期", "Day", Type.DATE, role=Role.OCCURRED_ON),
    )
    with pytest.raises(ValueError, match="names no subject"):
        Kind("thing", "事", "Thing", columns, may_report=("organisation",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_to": date(2025, 12, 31)},
        {"source": " "},
    ],
)
def test_an_accreditation_that_contradicts_itself_cannot_be_built(wrong: dict) -> None:
    with pytest.raises(ValueError, match="product_inspection"):
        Accredited(
            **{
                "kind": "product_inspection",
                "valid_from": date(2026, 1, 1),
                "source": "CMA",
                **wrong,
            }
        )
