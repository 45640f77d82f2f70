"""Pieces of HTML written without the template engine escape what templates escape."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from zhiheng.web import markup
from zhiheng.web.markup import Column

HOSTILE = ["<script>alert(1)</script>", '"><img src=x>', "a & b", "it's", "平安", "<", "", "１２＜"]


@pytest.mark.parametrize("said", HOSTILE)
def test_texts_are_escaped_as_templates_do(said: str) -> None:
    assert markup.text(said) == Template("{{ said }}").render(Context({"said": said}))


@pytest.mark.parametrize("said", HOSTILE[:2])
def test_nothing_that_is_filled_in_can_be_markup(said: str) -> None:
    made = [
        markup.table([Column(said, heads=True), Column("b", says=said)], [(said, said)]),
        markup.options([(said, said)], said),
        markup.link(said, said),
        markup.tag(said),
        markup.pairs([(said, said)]),
        markup.filled('<b title="{}">{}</b>', said, said),
    ]
    for piece in made:
        assert isinstance(piece, SafeString)
        assert said not in piece


def test_safe_pieces_and_nothing_go_through() -> None:
    table = markup.table([Column("a"), Column("b")], [(SafeString("<i>x</i>"), None)])
    assert '<td data-label="a"><i>x</i></td><td data-label="b"></td>' in table


def test_a_table_heads_its_rows_says_its_columns_and_fades_what_is_gone() -> None:
    columns = [Column("名称", heads=True), Column("统一社会信用代码", "num mono", says="代码")]
    assert markup.table(columns, [("甲", 1), ("乙", 2)], gone={1}) == (
        '<div class="scroll"><table class="stack"><thead><tr><th scope="col">名称</th>'
        '<th scope="col" class="num">统一社会信用代码</th></tr></thead>\n<tbody>'
        '<tr><th scope="row">甲</th><td class="num mono" data-label="代码">1</td></tr>\n'
        '<tr class="gone"><th scope="row">乙</th>'
        '<td class="num mono" data-label="代码">2</td></tr>\n'
        "</tbody></table></div>"
    )


def test_a_row_has_a_cell_for_every_column() -> None:
    with pytest.raises(ValueError, match="shorter"):
        markup.table([Column("a"), Column("b")], [("x",)])


def test_only_the_chosen_option_is_selected() -> None:
    made = markup.options([("a", "甲"), ("b", "乙")], "b")
    assert made == '<option value="a">甲</option><option value="b" selected>乙</option>'


def test_moments_are_told_by_the_clock_of_the_place() -> None:
    at = datetime(2026, 9, 30, 18, 5, 7, tzinfo=UTC)
    assert markup.moment(at) == "2026-10-01 02:05"
    assert markup.moment(at, seconds=True) == "2026-10-01 02:05:07"


def test_a_long_text_says_that_it_goes_on() -> None:
    assert markup.shortened("abcdef", 6) == "abcdef"
    assert markup.shortened("abcdefg", 6) == "abcde…"
