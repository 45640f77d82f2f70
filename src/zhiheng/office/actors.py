"""Who acts, for whom, and what that allows: party x region subtree x kinds."""

from __future__ import annotations

from dataclasses import dataclass

from zhiheng.office.words import _
from zhiheng.rules.errors import RightError

ROLES: dict[str, frozenset[str]] = {
    "administrator": frozenset({"office.manage", "audit.read", "evidence.read"}),
    "reporter": frozenset({"evidence.read", "evidence.import"}),
    "reviewer": frozenset({"evidence.read", "subjects.review"}),
    "analyst": frozenset({"evidence.read", "indicators.measure", "plans.load"}),
    "editor": frozenset({"evidence.read", "publication.request"}),
    "approver": frozenset({"evidence.read", "publication.approve"}),
    "auditor": frozenset({"audit.read"}),
    "personal_reader": frozenset({"evidence.read", "evidence.personal"}),
}
"""What each role may do. Roles that check one another (editor and approver, administrator and
auditor) share no right by which one person could do both halves."""

EVERY_RIGHT = frozenset().union(*ROLES.values()) | {"evidence.erase"}


@dataclass(frozen=True)
class Actor:
    """One person, or the machine's own operator, acting for a party.

    ``regions`` holds every key of the party's subtree, ``kinds`` the kinds of evidence it may
    touch; None means all. ``organisation`` limits an organisation's account to its own subject.
    """

    name: str
    party: str
    rights: frozenset[str]
    user_id: int | None = None
    region: str | None = None
    regions: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    organisation: int | None = None

    def can(self, right: str) -> bool:
        return right in self.rights

    def require(self, right: str) -> None:
        """Raises RightError naming the right that is missing."""
        if right not in self.rights:
            raise RightError(
                "right.missing",
                _("{name} 没有“{right}”权限。", name=self.name or _("访客"), right=right),
                _("请以有此权限的账号登录，或请管理员授予相应角色。"),
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
        return Actor(name="operator", party="operator", rights=EVERY_RIGHT)

    @staticmethod
    def public() -> Actor:
        return Actor(name="", party="public", rights=frozenset(), regions=frozenset())
