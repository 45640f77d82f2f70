"""A home with two units and the small procedures of `support.permit`, for tests of cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.permit import LEAD, PERMIT
from zhiheng.evidence import kinds
from zhiheng.indicators import indicators
from zhiheng.office import actions as office
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.models import User
from zhiheng.office.queries import actor_of
from zhiheng.office.regions import RegionVersion
from zhiheng.procedures import actions, catalogue
from zhiheng.procedures.models import Case

CITY, EAST, WEST = "990100", "990101", "990102"
SYSTEM = Actor.system()
PEOPLE = {
    "lin": ("east", ["reporter", "editor"]),
    "zhou": ("east", ["reporter", "approver"]),
    "wu": ("west", ["reporter"]),
    "he": ("city", ["reporter", "approver"]),
}


@contextmanager
def declared() -> Iterator[None]:
    """`PERMIT` and `LEAD` are among the procedures, and nothing of them stays behind."""
    everything: list[dict[str, Any]] = [catalogue.ALL, kinds.ALL, indicators.ALL]
    before = [dict(known) for known in everything]
    catalogue.declare(PERMIT)
    catalogue.declare(LEAD)
    try:
        yield
    finally:
        for known, was in zip(everything, before, strict=True):
            known.clear()
            known.update(was)


def settle() -> None:
    """A city with two districts, a unit and a person or two in each."""
    office.load_regions(
        SYSTEM,
        [
            RegionVersion(CITY, "衡川市", "city"),
            RegionVersion(EAST, "云溪区", "district", CITY),
            RegionVersion(WEST, "石泉区", "district", CITY),
        ],
    )
    parties = {
        key: office.add_party(SYSTEM, key, "unit", f"{key}局", region)
        for key, region in (("city", CITY), ("east", EAST), ("west", WEST))
    }
    for name, (party, roles) in PEOPLE.items():
        office.add_user(
            SYSTEM, name, name, parties[party], roles, "Hengchuan-test-2026", f"{name}@example.org"
        )


def person(name: str) -> Actor:
    return actor_of(User.objects.get(username=name))


def clerk(number: int, party: str = "east", region: str = EAST) -> Actor:
    """Somebody of a unit who needs no account."""
    return Actor(
        f"clerk-{number}", party, ROLES["reporter"], user_id=number, region=region,
        regions=frozenset({region}),
    )  # fmt: skip


def opened(actor: Actor | None = None, **more: Any) -> Case:
    said = {"region": EAST, "unit": "east", "title": "许可"} | more
    answers = {"matter": "食品生产", "email": "wang@example.org"} | said.pop("answers", {})
    return actions.open_case(actor or SYSTEM, "permit", answers, **said)
