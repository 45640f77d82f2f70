"""Organisations are found by parts of their names and codes, as well as by looking at them all."""

from __future__ import annotations

import random

import polars as pl
import pytest

from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.sample_city.acquaintance import address_book
from zhiheng.sample_city.population import build_population
from zhiheng.subjects import actions, finding, proposals, queries
from zhiheng.subjects.grams import grams, telling
from zhiheng.subjects.matching import Candidate, Known, Unresolved, find_candidates
from zhiheng.subjects.models import Organisation
from zhiheng.subjects.names import comparison_key, normalise_name
from zhiheng.subjects.references import reference_frame

SYSTEM = Actor.system()


def test_a_name_has_pairs_of_neighbours_and_pairs_around_one_character() -> None:
    assert grams("明澈饮品") == {"明澈", "澈饮", "饮品", "明_饮", "澈_品"}
    assert grams("店") == {"店"}
    assert grams("LA TAQUERIA 2") == {"LA", "TAQUERIA", "TAQ", "2"}
    assert grams("") == set()


def test_one_wrong_character_leaves_parts_in_common() -> None:
    for at in range(4):
        wrong = "明澈饮品"[:at] + "误" + "明澈饮品"[at + 1 :]
        assert grams(wrong) & grams("明澈饮品")


def test_what_is_looked_for_inside_a_name_is_in_its_parts() -> None:
    for text in ("明澈", "澈饮", "明澈饮品", "饮品"):
        assert telling(text) <= grams("明澈饮品")
    assert telling("TAQUER") <= grams("LA TAQUERIA")


def register(population: pl.DataFrame) -> None:
    frame = population.select(subject_code="uscc", subject_name="name", region="region")
    actions.register_references(SYSTEM, reference_frame(frame), "scjg", 1)


def everybody() -> Known:
    columns = ("id", "uscc", "region", "address", "normal", "key")
    rows = pl.DataFrame(
        list(Organisation.objects.values_list(*columns)),
        schema=dict.fromkeys(columns, pl.String) | {"id": pl.Int64},
        orient="row",
    ).rename({"id": "organisation"})
    names = rows.select("organisation", name="normal", key="key", alias=pl.lit(False))
    return Known(rows, names)


@pytest.mark.record
def test_the_best_candidate_among_all_is_among_those_found(home: Home) -> None:
    """The wrong codes and names that departments of the sample city write."""
    population = build_population(1, 0.4)
    register(population)
    book = address_book(population, "rxb", 1).filter(pl.col("code_state") != "right")
    named = book.join(population.select("org", "region"), on="org").head(60)
    written = [
        Unresolved(code or "", name, region)
        for code, name, region in named.select("subject_code", "subject_name", "region").rows()
    ]
    chance = random.Random(7)
    written += [Unresolved(name=_slipped(w.name, chance), region=w.region) for w in written[:30]]
    among_all = find_candidates(written, everybody(), 1)
    assert sum(map(len, among_all)) > 80
    for start in range(0, len(written), 10):
        page = written[start : start + 10]
        known = proposals.known(Organisation.objects.all(), page)
        assert len(known.ids) < population.height
        for ours, best in zip(find_candidates(page, known, 1), among_all[start:], strict=False):
            assert _score(ours) == _score(best)


def _slipped(name: str, chance: random.Random) -> str:
    at = chance.randrange(2, len(name))
    return name[:at] + "某" + name[at + 1 :]


def _score(found: list[Candidate]) -> float:
    return found[0].score if found else 0.0


@pytest.mark.record
def test_a_code_one_slip_away_is_found_wherever_the_slip_is(home: Home) -> None:
    register(build_population(1, 0.1))
    code = str(Organisation.objects.order_by("id")[50].uscc)
    owner = Organisation.objects.get(uscc=code).pk
    slips = [code[:at] + "0" + code[at + 1 :] for at in range(18)]
    slips += [code[:at] + code[at + 1 :] for at in range(18)]
    slips += [code[:at] + "0" + code[at:] for at in range(18)]
    slips += [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(17)]
    for slip in [*slips, code[8:17]]:
        assert owner in finding.near_codes([slip]), slip


@pytest.mark.record
def test_where_all_parts_are_common_those_that_share_most_are_found(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RARE", 2)
    monkeypatch.setattr(finding, "_common", {})
    names = ["东湖超市", "东湖商行", "东湖茶馆", "西岭超市", "西岭商行", "南山超市"]
    for name in names:
        frame = pl.DataFrame({"subject_name": [name], "region": ["990101"]})
        actions.register_references(SYSTEM, reference_frame(frame), "scjg", 1)
        reference = queries.reference_id(SYSTEM, f"name:{name}@990101")
        actions.decide(SYSTEM, reference, "new")
    found = finding.like([comparison_key(normalise_name("东湖超市二店"))])
    called = set(Organisation.objects.filter(id__in=found).values_list("name", flat=True))
    assert "东湖超市" in called


@pytest.mark.record
def test_search_looks_inside_names_and_begins_with_the_exact(home: Home) -> None:
    for name in ("西岭明澈饮品", "明澈饮品店", "明澈", "无关商行", "LA TAQUERIA"):
        frame = pl.DataFrame({"subject_name": [name], "region": ["990101"]})
        actions.register_references(SYSTEM, reference_frame(frame), "scjg", 1)
        actions.decide(SYSTEM, queries.reference_id(SYSTEM, f"name:{name}@990101"), "new")

    def names(text: str, limit: int = 20) -> list[str]:
        return [one.name for one in queries.search_organisations(SYSTEM, text, limit)]

    assert names("明澈") == ["明澈", "明澈饮品店", "西岭明澈饮品"]
    assert names("明澈", 2) == ["明澈", "明澈饮品店"]
    assert names("饮品") == ["西岭明澈饮品", "明澈饮品店"]
    assert names("taqu") == ["LA TAQUERIA"]
    assert names("没有的") == []
