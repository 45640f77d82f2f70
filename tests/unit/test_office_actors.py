"""Who may do what: roles give rights, the party gives scope, the public has neither."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.office import actions, queries
from zhiheng.office.actors import EVERY_RIGHT, ROLES, Actor
from zhiheng.office.hashing import DeclaredArgon2
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, Party, User
from zhiheng.office.regions import RegionVersion
from zhiheng.rules.errors import ContentError, RightError

SYSTEM = Actor.system()
PASSWORD = "hengchuan-2026-spring"


@pytest.fixture
def district(home: Home) -> Party:
    """A reporting district with one ward of its own and one that it took over."""
    actions.load_regions(
        SYSTEM,
        [
            RegionVersion("99", "衡川市", "city"),
            RegionVersion("9901", "东湖区", "district", "99"),
            RegionVersion("9902", "西岭区", "district", "99"),
            RegionVersion("990101", "湖滨街道", "ward", "9901"),
            RegionVersion(
                "9903", "旧城区", "district", "99", valid_to=date(2020, 1, 1), successor="9901"
            ),
        ],
    )
    return actions.add_party(
        SYSTEM, "donghu", "unit", "东湖区市场监管局", "9901", ["complaint", "penalty"]
    )


def _user(party: Party, *roles: str) -> User:
    return actions.add_user(SYSTEM, "zhao", "赵工", party, list(roles), PASSWORD)


@pytest.mark.record
def test_a_person_acts_within_the_partys_subtree_and_kinds(district: Party, home: Home) -> None:
    actor = queries.actor_of(_user(district, "reporter"))
    assert actor.regions == {"9901", "990101", "9903"}
    assert actor.kinds == {"complaint", "penalty"}
    assert actor.rights == {"evidence.read", "evidence.import"}
    assert (actor.name, actor.party, actor.region) == ("zhao", "donghu", "9901")


def test_a_party_without_region_or_kinds_is_not_limited(home: Home) -> None:
    office = actions.add_party(SYSTEM, "office", "unit", "市质量办")
    actor = queries.actor_of(_user(office, "analyst"))
    assert actor.regions is None
    assert actor.kinds is None


def test_roles_add_up(district: Party) -> None:
    actor = queries.actor_of(_user(district, "reporter", "editor"))
    assert actor.rights == ROLES["reporter"] | ROLES["editor"]


def test_a_missing_right_is_named_with_who_lacks_it() -> None:
    actor = Actor(name="zhao", party="donghu", rights=frozenset({"evidence.read"}))
    actor.require("evidence.read")
    assert not actor.can("evidence.erase")
    with pytest.raises(RightError, match=r"zhao 无权删除个人信息"):
        actor.require("evidence.erase")


def test_a_kind_outside_of_the_partys_list_is_refused() -> None:
    actor = Actor("zhao", "donghu", frozenset(), kinds=frozenset({"complaint"}))
    actor.require_kind("complaint")
    with pytest.raises(RightError, match="可报送：complaint"):
        actor.require_kind("penalty")


def test_the_operator_may_everything_and_the_public_nothing() -> None:
    assert SYSTEM.rights == EVERY_RIGHT
    assert SYSTEM.regions is None
    public = Actor.public()
    assert public.rights == frozenset()
    assert public.regions == frozenset()
    with pytest.raises(RightError, match="访客"):
        public.require("evidence.read")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("editor", "approver"),
        ("administrator", "evidence.erase"),
        ("administrator", "auditor"),
        ("administrator", "security"),
        ("security", "auditor"),
    ],
)
def test_roles_that_check_one_another_do_not_overlap(one: str, other: str) -> None:
    halves = ROLES[one] & ROLES.get(other, {other})
    assert halves <= {"evidence.read", "publication.read"}


@pytest.mark.parametrize("second", ["security", "auditor"])
def test_who_administers_does_not_watch_himself(district: Party, second: str) -> None:
    with pytest.raises(ContentError, match="同时有角色") as refused:
        _user(district, "administrator", second, "analyst")
    assert refused.value.code == "role.apart"
    assert not User.objects.exists()


def test_nobody_makes_a_token_for_somebody_else(district: Party) -> None:
    """Else an administrator could approve a release in the approver's name."""
    approver = _user(district, "approver")
    administrator = Actor("guanli", "zlb", ROLES["administrator"], user_id=approver.id + 1)
    with pytest.raises(RightError) as refused:
        actions.add_token(administrator, approver, "程序", 30)
    assert refused.value.code == "token.other"


def test_a_password_costs_what_is_declared() -> None:
    """OWASP Password Storage Cheat Sheet: Argon2id with m=19456 KiB, t=2, p=1."""
    kept = DeclaredArgon2().encode("x", "salt" * 6)
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["short", "password123", "1234567890"])
def test_a_weak_password_is_refused_and_nobody_added(home: Home, password: str) -> None:
    party = actions.add_party(SYSTEM, "office", "unit", "市质量办")
    with pytest.raises(ContentError) as refused:
        actions.add_user(SYSTEM, "zhao", "赵工", party, ["analyst"], password)
    assert refused.value.code == "password.weak"
    assert not User.objects.exists()


def test_an_unknown_role_is_refused_with_the_known_ones(home: Home) -> None:
    party = actions.add_party(SYSTEM, "office", "unit", "市质量办")
    with pytest.raises(ContentError, match=r"没有“boss”这个角色.*administrator") as refused:
        actions.add_user(SYSTEM, "zhao", "赵工", party, ["boss"], PASSWORD)
    assert refused.value.code == "role.unknown"


@pytest.mark.record
def test_a_password_is_kept_as_argon2_and_can_be_renewed(district: Party, home: Home) -> None:
    user = _user(district, "reporter")
    assert user.password.startswith("argon2$")
    actions.add_user(SYSTEM, "zhao", "赵工", district, ["editor"], "another-long-secret-7")
    again = User.objects.get(username="zhao")
    assert not again.check_password(PASSWORD)
    assert again.check_password("another-long-secret-7")
    assert again.roles == ["editor"]


@pytest.mark.record
def test_every_change_of_the_office_is_in_the_trail(district: Party, home: Home) -> None:
    _user(district, "reporter")
    trail = AuditEntry.objects.order_by("id").values_list("verb", "object")
    assert list(trail) == [
        ("office.load_regions", "regions"),
        ("office.add_party", "donghu"),
        ("office.add_user", "zhao"),
    ]
    assert PASSWORD not in "".join(AuditEntry.objects.values_list("detail", flat=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda actor, party: actions.load_regions(actor, []),
        lambda actor, party: actions.add_party(actor, "x", "unit", "某局"),
        lambda actor, party: actions.add_user(actor, "x", "某", party, [], PASSWORD),
    ],
)
def test_only_managers_change_the_office(district: Party, change) -> None:
    actor = Actor("zhao", "donghu", EVERY_RIGHT - {"office.manage"})
    with pytest.raises(RightError, match="无权管理单位和账号"):
        change(actor, district)


@pytest.mark.record
def test_a_region_version_is_replaced_not_doubled(district: Party, home: Home) -> None:
    actions.load_regions(SYSTEM, [RegionVersion("9902", "西岭新区", "district", "99")])
    tree = queries.region_tree()
    assert tree.as_of(date(2026, 1, 1)).name("9902") == "西岭新区"
    assert len(tree.versions) == 5
