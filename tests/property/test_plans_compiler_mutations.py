"""Whatever is done to a plan's text, it is read in bounded time and without inventing anything."""

from __future__ import annotations

import random

import make_grammar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.plans.compiler import read_plan
from zhiheng.plans.compiler.canon import canonical
from zhiheng.plans.compiler.model import Reading

SENTENCES = [case["say"] for table in make_grammar.phenomena().values() for case in table["cases"]]
PIECES = [
    *"()（）〔《》“”、，。；：|?%％0123456789.万亿成分之百年以上左右达到和各均 \n\t\ufffd",
    *(
        "到2020年",
        "“十三五”末",
        "分别",
        "——",
        "1-2",
        "翻一番",
        "由",
        "责任单位：",
        "牵头",
        "不超过",
    ),
]


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    _holds(read_plan(text), text)


@given(st.lists(st.sampled_from([*PIECES, *SENTENCES]), max_size=60).map("".join))
def test_any_mixture_of_plan_words_is_read(text: str) -> None:
    _holds(read_plan(text), text)


@given(st.text())
def test_the_canonical_text_keeps_every_place(text: str) -> None:
    assert len(canonical(text)) == len(text)


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.full)])
def test_mutated_plans_are_read(count: int) -> None:
    chance = random.Random(count)
    for _ in range(count):
        text = _mutated(chance)
        _holds(read_plan(text), text)


MONSTERS = {
    "brackets": "（" * 50_000 + "）" * 50_000,
    "digits": "1" * 100_000,
    "numerals": "一" * 100_000,
    "blanks": "到" + " " * 100_000 + "年",
    "marks": "?" * 100_000,
    "letters": "A-" * 50_000,
    "lead": "牵头" * 30_000,
    "labels": "责任单位：" * 20_000,
    "years": "到2020年，" * 15_000,
    "figures": "达到95%、" * 6_000,
    "headings": "标题\n内容内容内容\n" * 1_500,
}


@pytest.mark.parametrize("text", MONSTERS.values(), ids=MONSTERS)
def test_a_monster_is_read_to_its_end(text: str) -> None:
    _holds(read_plan(text), text)


def _mutated(chance: random.Random) -> str:
    signs = list("\n".join(chance.sample(SENTENCES, 2)))
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(signs) + 1)
        match chance.randrange(3):
            case 0:
                signs.insert(at, chance.choice(PIECES))
            case 1:
                del signs[at : at + chance.randrange(1, 4)]
            case _:
                begin = chance.randrange(len(signs) + 1)
                signs[at:at] = signs[begin : begin + chance.randrange(20)]
    return "".join(signs)


def _holds(reading: Reading, text: str) -> None:
    """Spans are the text, clauses lie in it, a lost figure has no value, ranges rise."""
    for item in (*reading.targets, *reading.responsibilities, *reading.tasks):
        assert text[item.start : item.end] == item.text
    for clause in reading.clauses:
        assert 0 <= clause.start <= clause.end <= len(text)
    assert len({clause.id for clause in reading.clauses}) == len(reading.clauses)
    for target in reading.targets:
        assert target.damaged == (target.value is None)
        assert target.text
        assert target.metric or target.metric_damaged
        if target.value is not None and target.value_max is not None:
            assert target.value < target.value_max
        if target.value is not None:
            assert any(sign.isnumeric() or sign in "两翻倍" for sign in target.text)
    assert all(r.lead for r in reading.responsibilities)
