"""Reads of complaints beside those of the machine, scoped to the actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.complaints import assistance
from zhiheng.complaints import photos as cleaned
from zhiheng.complaints.candidates import Product, products
from zhiheng.complaints.disclosure import Line, by_region, pareto_of_persons
from zhiheng.complaints.leagues import Ranked, league, window
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.models import Photo
from zhiheng.complaints.placing import routed
from zhiheng.complaints.procedures import COMPLAINT, REPORT
from zhiheng.complaints.refusal import Found
from zhiheng.complaints.routing import Matter, Routing
from zhiheng.complaints.senders import Often, often
from zhiheng.complaints.splitting import Parts
from zhiheng.complaints.statistics import AGREEMENT, CASES, TERMINATED, figures
from zhiheng.complaints.submissions import folder
from zhiheng.evidence import lake
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.evidence.kinds.inspections import PRODUCT_INSPECTION
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.words import _
from zhiheng.procedures import queries as machine
from zhiheng.procedures.models import Case
from zhiheng.procedures.persons import view_personal
from zhiheng.publication.limits import RULES as PUBLICATION
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.models import Organisation
from zhiheng.web.places import home_region, today_view

OUTCOMES = {
    "agreed": AGREEMENT,
    "terminated": TERMINATED,
    "ending": TERMINATED,
    "withdrawn": "withdrawn",
    "merged": "merged",
    "transferred": "transferred",
}


@dataclass(frozen=True)
class Help:
    """What may help to decide about a case; ``personal`` was read for it, and the trail says so."""

    case: Case
    matter: Matter
    personal: dict[str, str]
    routing: Routing
    parts: Parts
    refusals: list[Found]
    firms: list[assistance.Firm]
    products: list[Product]
    repeats: list[assistance.Repeat]
    photos: list[Photo]
    often: Often | None


def help_with(actor: Actor, number: int) -> Help:
    """All that helps with a complaint or a report.

    Raises:
        UsageError: there is no such case that the actor may see.
        RightError: the actor may not read its personal fields.
    """
    case = _case(actor, number)
    matter = Matter.COMPLAINT if case.procedure == COMPLAINT.code else Matter.REPORT
    personal = view_personal(actor, number)
    answers = dict(machine.standing(case).answers)
    text = personal.get("account", "")
    return Help(
        case=case,
        matter=matter,
        personal=personal,
        routing=routed(matter, answers, case.received_on, case.filer),
        parts=assistance.parts_of(text, matter, answers),
        refusals=assistance.refusals(
            case,
            answers,
            has_contact=bool(personal.get("complainant") and personal.get("phone")),
            has_claim=bool(personal.get("claim")),
        )
        if matter is Matter.COMPLAINT
        else [],
        firms=assistance.firms(actor, text, answers, case.region),
        products=products(text, _product_names()),
        repeats=assistance.repeats(case, text, timezone.localdate()),
        photos=list(photos(actor, number)),
        often=often(case, personal, timezone.localdate()),
    )


def photos(actor: Actor, number: int) -> QuerySet[Photo]:
    """The photos of a case that the actor may see."""
    return Photo.objects.filter(case=_case(actor, number)).order_by("id")


def photo(actor: Actor, number: int, digest: str) -> Path:
    """Where a photo of this very case lies. Raises UsageError where it is another case's."""
    found = photos(actor, number).filter(digest=digest).first()
    path = cleaned.place(folder(), found.digest) if found else None
    if path is None or not path.is_file():
        raise UsageError("photo.unknown", _("这件案件没有这张照片。"))
    return path


def _case(actor: Actor, number: int) -> Case:
    case = machine.case(actor, number)
    if case.procedure not in {COMPLAINT.code, REPORT.code}:
        raise UsageError("case.unknown", _("{number} 不是投诉或举报。", number=number))
    return case


_names: dict[tuple[str, int], list[str]] = {}


def _product_names() -> list[str]:
    """Names of products that inspections know; read again only after the lake has grown."""
    home = current()
    files = lake.files_of(home, PRODUCT_INSPECTION)
    mark = (str(home.path), len(files))
    if mark not in _names:
        found = [pl.read_parquet(file, columns=["product"])["product"].unique() for file in files]
        _names.clear()
        _names[mark] = sorted({name for names in found for name in names.drop_nulls()})
    return _names[mark]


@dataclass(frozen=True)
class Statistics:
    """The figures of a year's complaints, small counts hidden, and who is where in the league.

    Attributes:
        names: of the organisations in the ranking.
        window: first and last day that the ranking looks at.
    """

    year: int
    as_of: date
    lines: list[Line]
    topics: list[dict[str, Any]]
    ranking: list[Ranked]
    names: dict[str, str]
    window: tuple[date, date]
    least: int


def statistics(actor: Actor, year: int, as_of: date) -> Statistics:
    """The figures of complaints received in a year, within the actor's regions.

    Raises:
        RightError: the actor may not read complaints.
    """
    actor.require(COMPLAINT.read)
    everything = cases_frame(actor)
    of_year = everything.filter(pl.col("received_on").dt.year() == year)
    k = PUBLICATION.value("suppression.k", as_of)
    months, least = RULES.value("league.months", as_of), RULES.value("league.least", as_of)
    total = actor.region or home_region(today_view()) or ""
    ranking = league(everything, as_of, months, least)
    return Statistics(
        year=year,
        as_of=as_of,
        lines=by_region(of_year, lambda cases: figures(cases, as_of), total, k),
        topics=pareto_of_persons(of_year["topic"].drop_nulls().to_list(), k),
        ranking=ranking,
        names=names_of(ranking),
        window=window(as_of, months),
        least=least,
    )


def names_of(ranking: list[Ranked]) -> dict[str, str]:
    """What the organisations of a table are called, by what the evidence calls them."""
    numbers = [int(each.organisation) for each in ranking if each.organisation.isdecimal()]
    known = {str(o.pk): o.called for o in Organisation.objects.filter(id__in=numbers)}
    return {e.organisation: known.get(e.organisation, e.organisation) for e in ranking}


def cases_frame(actor: Actor) -> pl.DataFrame:
    """Complaints as their evidence says they stand: columns `CASES` and ``topic``."""
    table = lake.current_rows(current(), KINDS[COMPLAINT.code])
    if actor.regions is not None:
        table = table.filter(pl.col("region").is_in(list(actor.regions)))
    state, decided = pl.col("state"), pl.col("acceptance_stopped_on")
    started = pl.col("mediation_started_on")
    return table.select(
        case="external_id",
        region="region",
        organisation=pl.coalesce(pl.col("firm").cast(pl.String), "organisation"),
        received_on="occurred_on",
        accept_due="acceptance_due_on",
        decided_on=decided,
        accepted=pl.when(decided.is_null()).then(None).otherwise(started.is_not_null()),
        mediation_due="mediation_due_on",
        ended_on="mediation_stopped_on",
        outcome=state.replace_strict(OUTCOMES, default=None, return_dtype=pl.String),
        recovered="recovered",
        repeated=state == "merged",
        rating="rating",
        topic="topic",
    ).cast({name: dtype for name, dtype in CASES.items()})
