"""The demo's accounts: departments, districts, technical bodies, the quality office, a firm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from zhiheng.evidence.accreditations import load_accreditations
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.lake import current_rows
from zhiheng.office import actions as office
from zhiheng.office import passwords
from zhiheng.office.actors import ORGANISATION, Actor
from zhiheng.office.home import current
from zhiheng.office.models import Party, User
from zhiheng.office.progress import Progress
from zhiheng.office.queries import actor_of
from zhiheng.office.words import _
from zhiheng.sample_city.generate import ACCREDITATIONS
from zhiheng.sample_city.parties import FILERS, REPORTERS, REPRESENTATIVE, STAFF, Person
from zhiheng.subjects.models import Organisation


@dataclass(frozen=True)
class Account:
    """A demo account and its fresh password."""

    username: str
    password: str
    name: str
    roles: tuple[str, ...]


def open_accounts(folder: Path, progress: Progress) -> Iterator[Account]:
    """Every party, what the bodies among them are accredited for, and their people."""
    system = Actor.system()
    people = [*STAFF, *REPORTERS.values()]
    progress.start(len(people), _("建立账号"))
    for filer in FILERS:
        kinds = list(filer.kinds) if filer.kinds is not None else None
        office.add_party(system, filer.key, filer.kind, filer.name, filer.region, kinds)
    load_accreditations(system, folder / ACCREDITATIONS.name)
    for person in people:
        yield _open_account(system, person)
        progress.step()


def open_firm_account() -> Account:
    """A representative of the firm of which the most is held."""
    system = Actor.system()
    firm = _best_known_firm()
    key = f"firm-{firm.id}"
    office.add_party(system, key, ORGANISATION, firm.name, organisation=firm.id)
    name = _("{firm}代表", firm=firm.name)
    return _open_account(system, Person(REPRESENTATIVE, name, key, ("representative",)))


def _best_known_firm() -> Organisation:
    filed = current_rows(current(), ALL["product_inspection"])
    known = filed.filter(pl.col("subject").str.starts_with("uscc:"))
    most = known.group_by("subject").len("rows").sort("rows", "subject", descending=[True, False])
    return Organisation.objects.get(references__ref=most["subject"][0])


def _open_account(system: Actor, person: Person) -> Account:
    password = passwords.fresh()
    party = Party.objects.get(key=person.party)
    office.add_user(system, person.username, person.name, party, list(person.roles), password)
    return Account(person.username, password, person.name, person.roles)


def demo_actor(username: str) -> Actor:
    return actor_of(User.objects.select_related("party").get(username=username))
