"""`zhiheng subject …`: what it prints for machines and what a person reads."""

import json

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from zhiheng.office.actors import Actor
from zhiheng.rules.errors import UsageError
from zhiheng.subjects import actions, commands
from zhiheng.subjects.references import reference_frame

CODE = "91350100M000100Y43"


@pytest.fixture
def run(home):
    """A record with one organisation and one reference that waits; runs a command on it."""
    rows = [(CODE, "衡川市福满楼餐饮有限公司", "east"), (None, "福满楼餐饮", "east")]
    frame = pl.DataFrame(rows, ["subject_code", "subject_name", "region"], orient="row")
    actions.register_references(Actor.system(), reference_frame(frame), "market", 1)
    app = typer.Typer()
    commands.register(app)

    def run(*arguments):
        result = CliRunner().invoke(app, ["subject", *map(str, arguments), "--home", home.path])
        if result.exception is not None:
            raise result.exception
        return result.stdout

    return run


def answer(text):
    return json.loads(text)


def test_review_judgement_and_undoing_as_json(run):
    found = answer(run("review", "--json"))
    (item,) = found["items"]
    (proposal,) = item["proposals"]
    assert (found["waiting"], item["ref"]) == (1, "name:福满楼餐饮@east")
    assert [reason["code"] for reason in proposal["reasons"]] == ["name_key", "region"]
    judged = answer(run("decide", item["ref"], "--same", proposal["organisation"], "--json"))
    assert judged["organisation"] == proposal["organisation"]
    assert answer(run("review", "--json")) == {"waiting": 0, "items": []}
    answer(run("undo", judged["judgement"], "--json"))
    assert answer(run("review", "--json"))["waiting"] == 1


def test_review_for_people_names_candidates_with_reasons_and_points(run):
    shown = run("review")
    assert "待核对 1 条" in shown
    assert f"福满楼餐饮有限公司 {CODE}" in shown
    assert "(+24)" in shown


def test_a_reference_may_be_named_by_its_id(run):
    (item,) = answer(run("review", "--json"))["items"]
    assert answer(run("decide", item["id"], "--new", "--json"))["reference"] == item["id"]


@pytest.mark.parametrize("given", [[], ["--new", "--different"]])
def test_exactly_one_judgement_is_wanted(run, given):
    with pytest.raises(UsageError) as caught:
        run("decide", "name:福满楼餐饮@east", *given)
    assert caught.value.code == "judgement.decision"


def test_an_unknown_reference_is_refused_with_the_way_to_find_one(run):
    with pytest.raises(UsageError) as caught:
        run("decide", "name:无此店@east", "--new")
    assert "subject review" in caught.value.fix


def test_search(run):
    (line,) = answer(run("search", "福满楼", "--json"))
    assert line["uscc"] == CODE
    assert CODE in run("search", CODE.lower())
