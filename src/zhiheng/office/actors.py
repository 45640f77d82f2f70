"""Who acts, for whom, and what that allows: party x region subtree x kinds."""

from __future__ import annotations

from dataclasses import dataclass

from zhiheng.office import right_titles, role_titles
from zhiheng.office.accreditation import Accredited
from zhiheng.office.words import _
from zhiheng.rules.errors import RightError

ROLES: dict[str, frozenset[str]] = {
    "administrator": frozenset({"office.manage", "evidence.read"}),
    "security": frozenset({"office.secure"}),
    "reporter": frozenset({"evidence.read", "evidence.import"}),
    "reviewer": frozenset({"evidence.read", "subjects.review"}),
    "analyst": frozenset({"evidence.read", "indicators.measure", "plans.load"}),
    "editor": frozenset({"evidence.read", "publication.read", "publication.request"}),
    "approver": frozenset({"evidence.read", "publication.read", "publication.approve"}),
    "auditor": frozenset({"audit.read"}),
    "personal_reader": frozenset({"evidence.read", "evidence.personal"}),
    "adjudicator": frozenset({"evidence.read", "objections.decide"}),
    "complaint_clerk": frozenset({"evidence.read", "complaints.enter", "complaints.handle"}),
    "report_officer": frozenset({"evidence.read", "reports.handle"}),
    "complaint_head": frozenset(
        {"evidence.read", "complaints.handle", "reports.handle", "complaints.decide"}
    ),
    "representative": frozenset({"evidence.own", "evidence.import", "objections.file"}),
    "technician": frozenset({"evidence.own", "evidence.import"}),
}
"""What each role may do. Roles that check one another (editor and approver, administrator and
auditor) share no right by which one person could do both halves."""

APART = frozenset({"administrator", "security", "auditor"})
"""Who makes accounts, who resets them and who reads the trail: one account holds at most one of
these (GB/T 22239-2019 8.1.5, system, security and audit management kept apart)."""

EVERY_RIGHT = frozenset().union(*ROLES.values()) | {"evidence.erase", "home.backup"}

ORGANISATION, BODY, UNIT, OPERATOR, PUBLIC = "organisation", "body", "unit", "operator", "public"
"""Kinds of party. Organisations and technical bodies stand outside of the administration: they
read their own subject, or what they filed, and hold no region."""

OUTSIDE = {ORGANISATION: frozenset({"representative"}), BODY: frozenset({"technician"})}
"""The roles that people of an outside party may hold, and nobody else."""


def roles_of(party_kind: str) -> frozenset[str]:
    """The roles that people of such a party may hold."""
    inside = frozenset(ROLES).difference(*OUTSIDE.values())
    return OUTSIDE.get(party_kind, inside if party_kind == UNIT else frozenset())


def _who_may(right: str) -> str:
    roles = [role_titles.title(role) for role, rights in ROLES.items() if right in rights]
    if not roles:
        return _("此事只能由运行系统的人员用命令行办理。")
    return _("有此权限的角色：{roles}。需要时请联系管理员。", roles="、".join(roles))


@dataclass(frozen=True)
class Actor:
    """One person, or the machine's own operator, acting for a party.

    Attributes:
        regions: every key of the subtree it reads, ``kinds`` the kinds of evidence it may touch;
            None means all. An outside party holds no region.
        territory: where an outside party may file; None means anywhere.
        organisation: limits an organisation's account to its own subject.
        accredited: what a technical body may file for (see `zhiheng.office.accreditation`).
    """

    name: str
    party: str
    rights: frozenset[str]
    user_id: int | None = None
    region: str | None = None
    regions: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    organisation: int | None = None
    party_kind: str = UNIT
    territory: frozenset[str] | None = None
    accredited: tuple[Accredited, ...] = ()

    @property
    def outside(self) -> bool:
        """True for organisations, technical bodies and the public."""
        return self.party_kind not in {UNIT, OPERATOR}

    @property
    def filing_regions(self) -> frozenset[str] | None:
        """The regions this actor may file for; None means all."""
        return self.territory if self.outside else self.regions

    def can(self, right: str) -> bool:
        return right in self.rights

    def require(self, right: str) -> None:
        """Raises RightError naming the right that is missing."""
        if right not in self.rights:
            raise RightError(
                "right.missing",
                _(
                    "{name} 无权{right}。",
                    name=self.name or _("访客"),
                    right=right_titles.title(right),
                ),
                _who_may(right),
            )

    def require_kind(self, kind: str) -> None:
        if self.kinds is not None and kind not in self.kinds:
            raise RightError(
                "right.kind",
                _("{party} 不报送“{kind}”。", party=self.party, kind=kind),
                _("可报送：{kinds}。", kinds="、".join(sorted(self.kinds))),
            )

    @staticmethod
    def system() -> Actor:
        """Whoever holds the machine: the command line on a home of one's own."""
        return Actor("operator", OPERATOR, EVERY_RIGHT, party_kind=OPERATOR)

    @staticmethod
    def public() -> Actor:
        return Actor("", PUBLIC, frozenset(), regions=frozenset(), party_kind=PUBLIC)
