"""Dated parameters: the version of the day, no two at once, and a trace of what was used."""

from datetime import date

import pytest

from zhiheng.rules.parameters import Parameter, ParameterError, Parameters, Trace, load


def version(value: object, first: date, last: date | None = None) -> Parameter:
    return Parameter("k", value, first, last, "a law", confirmed=True)


OLD = version(10, date(2010, 1, 1), date(2019, 12, 31))
NEW = version(5, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2010, 1, 1), 10),
        (date(2019, 12, 31), 10),
        (date(2020, 1, 1), 5),
        (date(2030, 1, 1), 5),
    ],
)
def test_the_version_of_the_day_answers(day, value):
    assert Parameters([NEW, OLD]).value("k", day) == value


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("k", date(2009, 12, 31), "parameter.not_in_force"),
        ("x", date(2020, 1, 1), "parameter.unknown"),
    ],
)
def test_a_question_without_an_answer_is_refused(name, day, code):
    with pytest.raises(ParameterError) as caught:
        Parameters([OLD]).value(name, day)
    assert caught.value.code == code


def test_two_versions_on_one_day_are_refused():
    with pytest.raises(ParameterError) as caught:
        Parameters([version(1, date(2010, 1, 1)), version(2, date(2015, 1, 1))])
    assert caught.value.code == "parameter.overlap"


def test_the_trace_names_each_used_version_once_with_its_source():
    trace, parameters = Trace(), Parameters([OLD, NEW])
    for day in (date(2015, 1, 1), date(2016, 1, 1), date(2021, 1, 1)):
        parameters.value("k", day, trace)
    assert [(p["value"], p["valid_from"], p["source"]) for p in trace.plain()] == [
        (10, "2010-01-01", "a law"),
        (5, "2020-01-01", "a law"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "k: 5",
        "k: [{value: 5, from: 2020-01-01, source: s}]",
        "k: [{value: 5, from: 2020, source: s, confirmed: true}]",
        "k: [{value: 5, from: 2020-01-01, source: '', confirmed: true}]",
        "k: [{value: 5, from: 2020-01-01, to: 2019-01-01, source: s, confirmed: true}]",
        "k: [{value: 5, from: 2020-01-01, source: s, confirmed: 1}]",
        "k: [{value: 5, from: 2020-01-01, source: s, confirmed: true, until: 2021-01-01}]",
        "- k",
    ],
)
def test_a_file_that_says_too_little_or_too_much_is_refused(tmp_path, text):
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load(file)
    assert caught.value.code == "parameter.file"


def test_a_good_file_loads(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text("k: [{value: 0.05, from: 2020-01-01, to: null, source: s, confirmed: true}]")
    assert load(file).value("k", date(2026, 1, 1)) == 0.05
