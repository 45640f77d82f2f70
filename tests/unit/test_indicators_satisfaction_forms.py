"""Every way in which a path model may be written gives the same model."""

from datetime import date

import pytest

from zhiheng.indicators.satisfaction.model_file import read_models
from zhiheng.rules.errors import ContentError, UsageError

TODAY = date(2026, 6, 1)
CONSTRUCTS = {"Image": ("i1", "i2"), "Value": ("v1",), "Loyalty": ("l1", "l2")}
PATHS = (("Image", "Value"), ("Image", "Loyalty"), ("Value", "Loyalty"))
FORMS = {
    "mapping of lists": """
        constructs: {Image: [i1, i2], Value: [v1], Loyalty: [l1, l2]}
        paths: [[Image, Value], [Image, Loyalty], [Value, Loyalty]]
    """,
    "mapping of mappings": """
        latent_variables:
          Image: {items: [i1, i2], mode: A}
          Value: {indicators: [v1], mode: reflective}
          Loyalty: {manifest: [l1, l2]}
        structural_model:
          - {from: Image, to: [Value, Loyalty]}
          - {from: Value, to: Loyalty}
    """,
    "lists of mappings": """
        constructs:
          - {name: Image, items: [i1, i2]}
          - {name: Value, items: [v1]}
          - {name: Loyalty, items: [l1, l2]}
        paths:
          - {source: Image, target: Value}
          - {source: Image, target: Loyalty}
          - {source: Value, target: Loyalty}
    """,
    "arrows": """
        measurement:
          - Image: [i1, i2]
          - Value: [v1]
          - Loyalty: [l1, l2]
        structural:
          - Image -> Value
          - Image → Loyalty
          - Value => Loyalty
    """,
    "edges": """
        measurement:
          - {source: Image, target: i1}
          - {source: Image, target: i2}
          - {source: Value, target: v1}
          - {source: Loyalty, target: l1}
          - {source: Loyalty, target: l2}
        structural: {Image: [Value, Loyalty], Value: [Loyalty]}
    """,
    "pairs under model": """
        model:
          blocks: [[Image, i1], [Image, i2], [Value, v1], [Loyalty, l1], [Loyalty, l2]]
          inner: {Image: [Value, Loyalty], Value: Loyalty}
    """,
    "labels": """
        constructs:
          Image: {items: {i1: 总体形象, i2: 特征}}
          Value: {v1: 给定价格下的质量}
          Loyalty: {题项: [l1, l2]}
        paths: {Image: [Value, Loyalty], Value: [Loyalty]}
    """,
    "blocks beside the paths": """
        Image: [i1, i2]
        Value: [v1]
        Loyalty: [l1, l2]
        paths: [[Image, Value], [Image, Loyalty], [Value, Loyalty]]
    """,
    "modes as keys, predictors by outcome": """
        constructs: {Image: {reflective: [i1, i2]}, Value: {A: [v1]}, Loyalty: {A: [l1, l2]}}
        paths: {Value: {from: Image}, Loyalty: {from: [Image, Value]}}
    """,
    "formulas in yaml": """
        constructs: ["Image =~ i1 + i2", "Value =~ v1", "Loyalty =~ l1 + l2"]
        paths: [Value ~ Image, "Loyalty ~ Image + Value"]
    """,
    "formulas": """
        # as lavaan and cSEM write it
        Image =~ i1 + i2
        Value =~ v1
        Loyalty =~ l1 + l2
        Value ~ Image
        Loyalty ~ Image + Value
    """,
}


def model(tmp_path, text, name="m.yaml"):
    lines = text.splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    file = tmp_path / name
    file.write_text("\n".join(line[indent:] for line in lines), encoding="utf-8")
    return read_models([file], TODAY)


@pytest.mark.parametrize("form", FORMS)
def test_forms_say_the_same(tmp_path, form):
    found = model(tmp_path, FORMS[form]).path_model
    assert {c.name: c.items for c in found.constructs} == CONSTRUCTS
    assert sorted(found.paths) == sorted(PATHS)
    assert {c.mode for c in found.constructs} == {"A"}


def test_edge_tables_of_one_and_two_files(tmp_path):
    measured = "source,target\n" + "".join(
        f"{c},{i}\n" for c, own in CONSTRUCTS.items() for i in own
    )
    joined = "source,target\n" + "".join(f"{a},{b}\n" for a, b in PATHS)
    (tmp_path / "mm.csv").write_text(measured)
    (tmp_path / "sm.csv").write_text(joined)
    (tmp_path / "all.csv").write_text(measured + joined.split("\n", 1)[1])
    for named in (["mm.csv", "sm.csv"], ["all.csv"]):
        found = read_models([tmp_path / name for name in named], TODAY).path_model
        assert {c.name: c.items for c in found.constructs} == CONSTRUCTS
        assert found.paths == PATHS


PLAIN = "constructs: {A: [a1, a2], B: [b]}\npaths: [[A, B]]\n"


@pytest.mark.parametrize(
    "said",
    ["scale: [1, 5]", "scale: 1-5", "scale: 5", "scale: {min: 1, max: 5}", "min: 1\nmax: 5",
     "scale: {lowest: 1, highest: 5}", "scale: 1 到 5", "scale: {a1: [1, 5], a2: [1, 5], b: 5}"],
)  # fmt: skip
def test_scales(tmp_path, said):
    found = model(tmp_path, PLAIN + said).scales
    assert found.lowest.tolist() == [1, 1, 1]
    assert found.highest.tolist() == [5, 5, 5]


@pytest.mark.parametrize(
    ("said", "rule", "codes"),
    [
        ("", "mean", ()),
        ("missing: listwise", "listwise", ()),
        ("missing: {rule: mean, codes: [99, -9]}", "mean", (99.0, -9.0)),
        ("missing_value: -99", "mean", (-99.0,)),
        ("missing: 99", "mean", (99.0,)),
    ],
)
def test_missing_answers(tmp_path, said, rule, codes):
    found = model(tmp_path, PLAIN + said)
    assert (found.missing, found.codes) == (rule, codes)


@pytest.mark.parametrize(
    ("said", "scheme", "raw"),
    [
        ("scheme: path weighting", "path", None),
        ("scheme: FACTORIAL\nraw: true", "factorial", True),
        ("standardised: true", None, False),
    ],
)
def test_schemes(tmp_path, said, scheme, raw):
    found = model(tmp_path, PLAIN + said)
    assert (found.scheme, found.raw) == (scheme, raw)


def test_mode_b_and_entries_that_mean_nothing(tmp_path):
    found = model(
        tmp_path, "constructs: {A: {items: [a], mode: formative}, B: [b]}\npaths: [A > B]\nskale: 5"
    )
    assert [c.mode for c in found.path_model.constructs] == ["B", "A"]
    assert found.unknown == ("skale",)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("constructs: {A: [a], B: [b]}", "satisfaction.model", "paths"),
        ("paths: [[A, B]]", "satisfaction.model", "constructs"),
        ("- 1\n- 2", "satisfaction.model", "没有模型"),
        ("constructs: [\n", "satisfaction.model", "第 1 行"),
        ("constructs: {A: [], B: [b]}\npaths: [[A, B]]", "satisfaction.model", "“A”没有题项"),
        ("constructs: {A: 7, B: [b]}\npaths: [[A, B]]", "satisfaction.model", "“A”没有题项"),
        ("constructs: 7\npaths: [[A, B]]", "satisfaction.model", "7"),
        ("constructs: {A: [a], B: [b]}\npaths: [A B]", "satisfaction.model", "A B"),
        ("constructs: {A: [a], B: [b]}\npaths: [[A, B, B]]", "satisfaction.model", "A"),
        (
            "constructs: {A: {items: [a], mode: X}, B: [b]}\npaths: [[A, B]]",
            "satisfaction.model",
            "X",
        ),
        (PLAIN + "scale: much", "satisfaction.model", "much"),
        (PLAIN + "scale: [10, 1]", "satisfaction.model", "从 10 到 1"),
        (PLAIN + "missing: guess", "satisfaction.model", "guess"),
        (PLAIN + "missing_value: none", "satisfaction.model", "none"),
        ("constructs: {A: [a], B: [b]}\npaths: [[A, C]]", "pls.path", "没有变量“C”"),
        ("constructs: {A: [a], B: [a]}\npaths: [[A, B]]", "pls.item", "“a”出现两次"),
        ("constructs: {A: [a], B: [b]}\npaths: [[A, B], [B, A]]", "pls.cycle", "A、B"),
        ("constructs: {A: [a], B: [b], C: [c]}\npaths: [[A, B]]", "pls.unconnected", "C"),
        ("constructs: {A: [a], B: [b]}\npaths: [[A, B], [A, B]]", "pls.twice", "A → B"),
        ("constructs: {A: [a], B: [b]}\npaths: [[A, A], [A, B]]", "pls.self", "“A”"),
        ("constructs: {A: [a]}\npaths: [[A, A]]", "pls.construct", "1 个变量"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_form(tmp_path, text, code, said):
    with pytest.raises(ContentError) as caught:
        model(tmp_path, text)
    assert caught.value.code == code
    assert said in caught.value.message
    assert caught.value.fix


def test_an_unknown_model_names_the_shipped_ones(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_models(["esci"], TODAY)
    assert caught.value.code == "satisfaction.model_unknown"
    assert "是否指 ecsi" in caught.value.message
    assert "ccsi" in caught.value.fix


def test_shipped_models():
    ecsi, ccsi = read_models(["ecsi"], TODAY), read_models(["ccsi"], TODAY)
    assert len(ecsi.path_model.items) == 24
    assert len(ecsi.path_model.paths) == 12
    assert (ecsi.confirmed, ccsi.confirmed) == (True, False)
    assert ccsi.labels["overall"] == "总体满意度"
    assert ccsi.titles["Satisfaction"] == "顾客满意度"
