"""The drawing and the reference of a procedure say everything that its declaration says."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from support.permit import LEAD, PERMIT

from zhiheng.procedures import catalogue
from zhiheng.procedures.diagram import draw
from zhiheng.procedures.reference import drawings, page

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_is_drawn_from_every_state_that_allows_it(language: str) -> None:
    said = texts(draw(PERMIT, language))
    for step in PERMIT.steps:
        assert said.count(step.title(language)) >= len(step.source)
    for state in PERMIT.states:
        assert state.title(language) in said


def test_the_present_place_is_marked_once_by_a_word_and_a_shape() -> None:
    for state in PERMIT.states:
        assert texts(draw(PERMIT, "zh", state.code, "当前")).count("▶ 当前") == 1
    assert "▶ 当前" not in texts(draw(PERMIT, "zh"))


def test_names_are_text_and_nothing_else() -> None:
    first, *others = LEAD.states
    odd = replace(LEAD, states=(replace(first, zh='<script>"&'), *others))
    assert '<script>"&' in texts(draw(odd, "zh"))


def test_the_reference_names_every_version_of_every_limit() -> None:
    said = page([PERMIT])
    for text in ("45 个工作日", "60 日（未经核实）", "7 个工作日", "送检 / 检验返回", "移送"):
        assert text in said
    assert set(drawings([PERMIT])) == {"procedure-permit.svg"}


def test_the_declarations_of_all_rooms_fit_one_another() -> None:
    assert catalogue.check() == []


def test_declarations_that_do_not_fit_one_another_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (opens,) = PERMIT.opening.opens
    odd = replace(opens, carry=("email", "also_report"), results={"received": "lead_filed"})
    alone = replace(PERMIT, opening=replace(PERMIT.opening, opens=(odd,)))
    monkeypatch.setattr(catalogue, "ALL", {"permit": alone})
    assert catalogue.check() == ["permit.open opens no 'lead'"]
    monkeypatch.setattr(catalogue, "ALL", {"permit": alone, "lead": LEAD})
    assert [said.partition(" ")[2] for said in catalogue.check()] == [
        "carries also_report, which lead does not ask",
        "does not carry matter, which lead cannot be opened without",
        "received ends no lead",
    ]
