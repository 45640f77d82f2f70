"""Every Chinese text has its English, and nothing a user reads bypasses translation."""

from __future__ import annotations

import gettext
import io

import pytest
from support.chinese import speaks, unspoken_in_python, unspoken_in_template

from zhiheng.office.catalogue import PACKAGE, compiled, merged, problems, read_parts
from zhiheng.office.messages import messages_in


def test_the_english_catalogue_is_whole() -> None:
    assert problems(read_parts(), messages_in(PACKAGE)) == []


def test_templates_say_nothing_outside_translation() -> None:
    templates = [file for file in PACKAGE.rglob("templates/**/*") if file.is_file()]
    assert _places(templates, unspoken_in_template) == []


def test_scripts_of_our_own_say_nothing_in_chinese() -> None:
    scripts = [f for f in PACKAGE.rglob("static/**/*.js") if "vendor" not in f.parts]
    assert _places(scripts, unspoken_in_template) == []


def test_pages_and_commands_say_nothing_outside_translation() -> None:
    modules = [file for file in PACKAGE.rglob("*.py") if speaks(file.relative_to(PACKAGE))]
    assert _places(modules, unspoken_in_python) == []


def _places(files, search) -> list[str]:
    return [
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in files
        for line in search(file.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ('{% translate "标题" %}', []),
        ("{% blocktranslate trimmed with n=x %}\n共 {{ n }} 条\n{% endblocktranslate %}", []),
        ("{# 为何如此 #}<p>{{ x|default:_('无') }}</p>", []),
        ("<p>\n直说</p>", [2]),
        ('{% translate "标题" %} 直说', [1]),
    ],
)
def test_unspoken_text_of_a_template_is_found(template: str, lines: list[int]) -> None:
    assert list(unspoken_in_template(template)) == lines


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('def f():\n    """说明"""\n    return _("共 {n} 条", n=1)', []),
        ('option = typer.Option(help="目录 / folder")', []),
        ('text = f"共 {n} 条"', [1]),
        ('x = 1\nraise ContentError("code", "不行")', [2]),
    ],
)
def test_unspoken_text_of_a_module_is_found(source: str, lines: list[int]) -> None:
    assert list(unspoken_in_python(source)) == lines


@pytest.mark.parametrize(
    ("part", "used", "said"),
    [
        ({"是": "yes"}, {"是": "a:1"}, []),
        ({}, {"是": "a:1"}, ["a:1: no English for '是'"]),
        ({"是": "yes"}, {}, ["room: nobody says '是' any more"]),
        ({"共 {n} 条": "rows"}, {"共 {n} 条": "a:1"}, ["other places to fill"]),
        ({"是": ""}, {"是": "a:1"}, ["no text as the English of '是'"]),
        ({"一": 1}, {"一": "a:1"}, ["no text as the English of '一'"]),
    ],
)
def test_problems_of_a_catalogue_are_named(part, used, said) -> None:
    found = problems({"room": part}, used)
    assert len(found) == len(said)
    assert all(expected in sentence for expected, sentence in zip(said, found, strict=True))


def test_two_parts_may_not_disagree() -> None:
    parts = {"one": {"是": "yes"}, "two": {"是": "is"}}
    assert problems(parts, {"是": "a:1"}) == ["two: '是' has another English in another part"]


def test_english_that_looks_like_a_boolean_stays_text(tmp_path) -> None:
    (tmp_path / "room.yaml").write_text("是: Yes\n否: No\n", "utf-8")
    assert read_parts(tmp_path) == {"room": {"是": "Yes", "否": "No"}}


def test_messages_are_found_in_python_and_templates(tmp_path) -> None:
    (tmp_path / "pages.py").write_text('_("第 {row} "\n  "行", row=3)\nother("不是")', "utf-8")
    templates = tmp_path / "templates" / "room"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(
        "{% blocktranslate trimmed %}\n  共 {{ n }} 条,\n  100%\n{% endblocktranslate %}"
        "{% translate '标题' %}{{ x|default:_(\"无\") }}",
        "utf-8",
    )
    assert set(messages_in(tmp_path)) == {"第 {row} 行", "共 %(n)s 条, 100%%", "标题", "无"}


def test_a_computed_message_is_refused(tmp_path) -> None:
    (tmp_path / "pages.py").write_text('_(f"第 {row} 行")', "utf-8")
    with pytest.raises(ValueError, match=r"pages\.py:1: a message must be one plain string"):
        messages_in(tmp_path)


def test_the_standard_library_reads_what_is_compiled() -> None:
    messages = {"是": "yes", "共 {n} 条": "{n} rows", "长" * 300: "long"}
    catalogue = gettext.GNUTranslations(io.BytesIO(compiled(messages)))
    assert {text: catalogue.gettext(text) for text in messages} == messages
    assert catalogue.gettext("没有") == "没有"


def test_the_framework_speaks_english(settings, tmp_path) -> None:
    from django.utils import translation

    chinese, english = next(iter(merged(read_parts()).items()))
    with translation.override("en"):
        assert translation.gettext(chinese) == english
    with translation.override("zh-hans"):
        assert translation.gettext(chinese) == chinese
