"""A small home with everyone in it and a canary in every column; who may see which is said here.

A canary is a text, a number or a day that nobody else says. Whoever reads it somewhere has seen
that cell.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from support import ledger_rows
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.declaration import Column, Kind, Role, Type
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.objections import file_objection
from zhiheng.evidence.receiving import hand_in
from zhiheng.indicators.actions import measure
from zhiheng.office import actions as office
from zhiheng.office import jobs
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Accreditation, Party, User
from zhiheng.office.queries import actor_of
from zhiheng.office.regions import RegionVersion
from zhiheng.plans.actions import load_plan, publish_verdicts
from zhiheng.publication.actions import approve
from zhiheng.sample_city.codes import credit_codes
from zhiheng.subjects.models import SubjectReference

CITY, EAST, WEST = "990100", "990101", "990102"
REGIONS = [
    RegionVersion(CITY, "衡川市", "city"),
    RegionVersion(EAST, "云溪区", "district", CITY),
    RegionVersion(WEST, "石泉区", "district", CITY),
]
CODES = [str(c) for c in credit_codes(np.array(["91"] * 2), np.array([EAST, WEST]), 7)]
PASSWORD = "Hengchuan-test-2026"
TEXT, NUMBER, INTEGER = "雀{:04d}雀", "5.7{:04d}7", "77{:04d}77"
FIRST_DAY = date(2071, 1, 1)
CANARY = re.compile(
    r"雀\d{4}雀|(?<![\d.])5\.7\d{4}7(?!\d)|(?<![\d.])77\d{4}77(?![\d.])|(?<!\d)207\d-\d\d-\d\d"
)
PLAN = """
plan: {code: hengchuan-2026, title: 衡川市质量强市行动计划, period: [2024, 2026], region: "990100"}
targets:
  - {id: T01, indicator: product_pass_rate, scope: {region: "990100"}, op: ">=", value: 95,
     unit: "%", deadline: 2026, text: 抽查合格率}
  - {id: T02, indicator: product_pass_rate, scope: {region: "990101"}, op: ">=", value: 95,
     unit: "%", deadline: 2026, text: 云溪区抽查合格率}
"""


@dataclass(frozen=True)
class Cell:
    """Where a canary sits."""

    kind: str
    column: str
    region: str
    subject: str | None
    source: str
    personal: bool
    names_subject: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who looks, and in plain words what the party is: the rule of scope reads this."""

    username: str
    party: str
    party_kind: str = "unit"
    region: str | None = CITY
    kinds: tuple[str, ...] | None = None
    roles: tuple[str, ...] = ()
    subject: str | None = None


FILED_ELSEWHERE = {"product_inspection", "complaint"}
"""Kinds of which three readers filed a row about a region that is not their own."""

FIRM, LABORATORY = "chenguang", "jiance"
READERS = (
    Reader("", "", "public"),
    Reader("yunxi", "yunxi", region=EAST, roles=("reporter", "reviewer")),
    Reader("shiquan", "shiquan", region=WEST, roles=("reporter",)),
    Reader("fenxi", "zlb", roles=("analyst", "reviewer", "editor", "adjudicator")),
    Reader("hezhun", "zlb", roles=("approver", "auditor")),
    Reader("guanli", "zlb", roles=("administrator",)),
    Reader("anquan", "zlb", roles=("security",)),
    Reader("geren", "zlb", roles=("personal_reader",)),
    Reader("xinfang", "xinfang", kinds=("complaint",), roles=("reporter",)),
    Reader("qiye", FIRM, "organisation", EAST, roles=("representative",), subject=CODES[0]),
    Reader("jigou", LABORATORY, "body", CITY, roles=("technician",)),
)


def may_see(reader: Reader, cell: Cell) -> bool:
    """The declared rule, as plainly as it can be said."""
    if reader.party_kind == "public":
        return False
    if cell.personal:
        return "personal_reader" in reader.roles
    if reader.party_kind == "organisation":
        return cell.subject == reader.subject
    filed_it = cell.source == reader.party
    if reader.party_kind == "body":
        return filed_it
    if set(reader.roles) <= {"auditor", "security"}:
        return filed_it
    here = reader.region == CITY or cell.region == reader.region
    if cell.names_subject:
        # Whom evidence of one's own region names is no secret of the kind that named it.
        return here or filed_it
    return (here or filed_it) and (reader.kinds is None or cell.kind in reader.kinds)


READ_EVERYTHING = {"geren", "qiye", "jigou", "yunxi", "xinfang"}
"""Readers of whom the test also wants to see that they get all that they may."""


def should_see(reader: Reader, cell: Cell) -> bool:
    """What the reader finds when looking everywhere: names of others' kinds only by chance."""
    return may_see(reader, cell) and (reader.kinds is None or cell.kind in reader.kinds)


@dataclass
class Canaries:
    """Every canary of the home by its text; ``sent`` are those of a file only its sender knows."""

    cells: dict[str, Cell] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)

    def plant(self, cell: Cell, pattern: str = TEXT) -> str:
        text = self._next(pattern)
        self.cells[text] = cell
        return text

    def plant_day(self, cell: Cell) -> str:
        text = (FIRST_DAY + timedelta(days=self._planted)).isoformat()
        self.cells[text] = cell
        return text

    def send(self, username: str) -> str:
        text = self._next()
        self.sent[text] = username
        return text

    @property
    def _planted(self) -> int:
        return len(self.cells) + len(self.sent)

    def _next(self, pattern: str = TEXT) -> str:
        return pattern.format(self._planted)

    def leaked(self, reader: Reader, text: str) -> list[str]:
        """What the reader saw in a text and should not have seen."""
        found = sorted(self.seen(text))
        foreign = [
            text for text in found if self.sent.get(text, reader.username) != reader.username
        ]
        return foreign + [
            f"{text}: {self.cells[text]}"
            for text in found
            if text in self.cells and not may_see(reader, self.cells[text])
        ]

    def seen(self, text: str) -> set[str]:
        """The canaries in a text."""
        return set(CANARY.findall(text)) & {*self.cells, *self.sent}


def build(home: Home, folder: Path) -> Canaries:
    """Fill a fresh home through the ordinary doors."""
    (home.path / "settings.yaml").write_text("second_factor: offered\n", encoding="utf-8")
    operator = Actor.system()
    office.load_regions(operator, REGIONS)
    canaries = Canaries()
    for kind in ALL.values():
        if not kind.may_report:
            continue
        for source, rows in _deliveries(kind, canaries).items():
            path = folder / f"{kind.code}-{source}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(rows)
            done = import_file(operator, path, kind.code, source=source)
            assert done["batch"], done["problems"][:3]
    _people(operator)
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    load_plan(operator, folder / "plan.yaml")
    measure(operator, ["product_pass_rate", "complaints_in_time_rate"])
    release = publish_verdicts(operator, title="2026年度判定", as_of=date(2026, 11, 1))
    approve(Actor("hezhun", "zlb", ROLES["approver"]), release)
    _refused_file(canaries)
    _objection(canaries)
    return canaries


def _objection(canaries: Canaries) -> None:
    """The firm objects to a row about itself; its grounds are evidence of a kind of their own."""
    about = ledger_rows.row(kind="penalty", subject=f"uscc:{CODES[0]}", source="scjg", region=EAST)
    grounds = Cell(
        "objection", "grounds", EAST, CODES[0], FIRM, personal=False, names_subject=False
    )
    representative = actor_of(User.objects.get(username="qiye"))
    file_objection(representative, about.id, f"当天停产，{canaries.plant(grounds)}，请核对。")


def _refused_file(canaries: Canaries) -> None:
    """A file that one reader sent and got back marked: job, result, problems, kept files."""
    rows = [
        ["number", "region", "occurred_on", "topic", "state", "complainant", "phone", "recovered"],
        *(
            [canaries.send("yunxi"), EAST, "2026-03-05", "product", canaries.send("yunxi"),
             canaries.send("yunxi"), canaries.send("yunxi"), canaries.send("yunxi")]
            for _row in range(2)
        ),
    ]  # fmt: skip
    text = "\n".join(",".join(row) for row in rows)
    user = User.objects.get(username="yunxi")
    file = SimpleUploadedFile("投诉.csv", text.encode("utf-8-sig"))
    job, _new = hand_in(actor_of(user), "complaint", file)
    jobs.run.call(job.id)
    job.refresh_from_db()
    assert job.result["problems"], job.message


def _deliveries(kind: Kind, canaries: Canaries) -> dict[str, list[list[str]]]:
    """By source: a header and rows. A department unlike all readers files most of them."""
    titles = [column.name for column in kind.columns]
    subjects: list[str | None] = [*CODES, None]
    if kind.with_role(Role.SUBJECT_CODE) is None:
        subjects = [None]
    places = [("scjg", EAST), ("scjg", WEST)]
    if kind.code in FILED_ELSEWHERE:
        places += [("yunxi", WEST), ("shiquan", EAST), (LABORATORY, WEST)]
    files: dict[str, list[list[str]]] = {}
    for source, region in places:
        for subject in subjects if source == "scjg" else subjects[:1]:
            row = [_value(kind, c, region, subject, source, canaries) for c in kind.columns]
            files.setdefault(source, [titles]).append(row)
    return files


def _value(
    kind: Kind,
    column: Column,
    region: str,
    subject: str | None,
    source: str,
    canaries: Canaries,
) -> str:
    fixed = {Role.REGION: region, Role.OCCURRED_ON: "2026-03-05", Role.SUBJECT_CODE: subject or ""}
    if column.role in fixed:
        return fixed[column.role]
    names = column.role in {Role.SUBJECT_NAME, Role.SUBJECT_ADDRESS}
    about = Cell(kind.code, column.name, region, subject, source, column.personal, names)
    match column.type:
        case Type.CODE:
            return column.choices[0].code
        case Type.BOOLEAN:
            return "是"
        case Type.DATE:
            return canaries.plant_day(about)
        case Type.NUMBER:
            return canaries.plant(about, NUMBER)
        case Type.INTEGER:
            return canaries.plant(about, INTEGER)
    return canaries.plant(about)


def _people(operator: Actor) -> None:
    for reader in READERS[1:]:
        party = Party.objects.filter(key=reader.party).first()
        kinds = list(reader.kinds) if reader.kinds else None
        subject = SubjectReference.objects.filter(ref=f"uscc:{reader.subject}").first()
        if party is None:
            party = office.add_party(
                operator,
                reader.party,
                reader.party_kind,
                reader.party,
                reader.region,
                kinds,
                subject.organisation_id if subject else None,
            )
        user, _new = User.objects.update_or_create(
            username=reader.username,
            defaults={"name": reader.username, "party": party, "roles": list(reader.roles)},
        )
        # An account's sign-in is not what is tested; hashing sixteen passwords would be slow.
        User.objects.filter(id=user.id).update(password="!", password_set_at=timezone.now())
    laboratory = Party.objects.get(key=LABORATORY)
    Accreditation.objects.create(
        party=laboratory,
        kind="product_inspection",
        valid_from=date(2020, 1, 1),
        source="CMA 99-01",
        scope={},
    )


def token(username: str) -> str:
    """A live access token of a reader."""
    user = User.objects.get(username=username)
    _made, secret = office.add_token(Actor.system(), user, "tests", 30)
    return secret
