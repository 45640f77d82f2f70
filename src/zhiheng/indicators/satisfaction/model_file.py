"""A satisfaction model: shipped, or read from a file in whichever way it was written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhiheng.documents.encodings import to_utf8
from zhiheng.indicators.satisfaction import forms
from zhiheng.indicators.satisfaction.settings import Scales, read_missing, read_scale
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls_model import Construct, PathModel
from zhiheng.office.words import _
from zhiheng.rules import parameters, yaml_text
from zhiheng.rules.errors import UsageError

SHIPPED = Path(__file__).with_name("models.yaml")
_SAID = ("name", "title", "zh", "en", "source", "confirmed", "note", "version", "from", "to")
_SETTINGS = (
    "scale", "min", "max", "minimum", "maximum", "scheme", "raw", "standardised", "standardized",
    "scaled", "missing", "missing_value", "missing_values", "model",
)  # fmt: skip
_KNOWN = frozenset({*forms.CONSTRUCTS, *forms.PATHS, *_SAID, *_SETTINGS})


@dataclass(frozen=True)
class Model:
    """A path model and what the model's author declared about the answers.

    Attributes:
        scales: of the items; None where the author said nothing.
        labels: other column names of items; titles: of constructs.
        missing: rule ``mean`` or ``listwise``; codes: numbers that stand for "no answer".
        unknown: entries of the file that mean nothing to us.
    """

    name: str
    path_model: PathModel
    scales: Scales | None
    scheme: str | None = None
    raw: bool | None = None
    missing: str = "mean"
    codes: tuple[float, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    confirmed: bool | None = None
    unknown: tuple[str, ...] = ()


def read_models(named: Sequence[str | Path], on: date) -> Model:
    """The model of one shipped name, one file, or several edge tables read together.

    Raises:
        UsageError: ``satisfaction.model_unknown`` where neither a file nor a shipped model has
            that name.
        ContentError: ``satisfaction.model`` where the file cannot be read as a model, or
            ``pls.…`` where the model it says is impossible.
    """
    paths = [Path(name) for name in named]
    if len(paths) == 1 and not paths[0].is_file():
        return shipped(str(named[0]), on)
    for path in paths:
        if not path.is_file():
            raise _no_such(str(path))
    if len(paths) == 1 and not _is_table(paths[0]):
        return _from_content(_parsed(paths[0]), paths[0].stem)
    edges = [edge for path in paths for edge in _edges_of(path)]
    constructs, joined = forms.from_edges(edges)
    return _built(paths[0].stem, constructs, joined, {})


def shipped(name: str, on: date) -> Model:
    """A model of the package as in force on a day. Raises UsageError."""
    models = _shipped()
    if name not in models.names:
        raise _no_such(name)
    version = models.at(name, on)
    said = {**version.value, "source": version.source, "confirmed": version.confirmed}
    return _from_content(said, name)


@cache
def _shipped() -> parameters.Parameters:
    return parameters.load(SHIPPED)


def _no_such(name: str) -> UsageError:
    near = get_close_matches(name, _shipped().names, n=1)
    said = _("没有文件 {name}，也没有这个名称的自带模型。", name=name)
    if near:
        said += _("是否指 {near}？", near=near[0])
    return UsageError(
        "satisfaction.model_unknown",
        said,
        _("请写模型文件的路径，或自带模型的名称：{names}。", names="、".join(_shipped().names)),
    )


def _parsed(path: Path) -> Any:
    text = to_utf8(path.read_bytes())[0].decode("utf-8")
    if "=~" in text and ":" not in text.split("=~")[0]:
        return text
    try:
        return yaml_text.load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = where.line + 1 if where else 1
        raise forms.refused(
            _("文件 {name} 不是 YAML（第 {line} 行）。", name=path.name, line=line)
        ) from None


def _from_content(content: Any, name: str) -> Model:
    if isinstance(content, Mapping) and isinstance(content.get("model"), str | Mapping):
        inner = content["model"]
        outside = {key: value for key, value in content.items() if key != "model"}
        content = {**outside, **(_lines(inner) if isinstance(inner, str) else inner)}
    if isinstance(content, str):
        content = _lines(content)
    if not isinstance(content, Mapping):
        raise forms.refused(_("文件里没有模型。"))
    constructs = _found(content, forms.CONSTRUCTS)
    joined = _found(content, forms.PATHS)
    if constructs is None and joined is not None:
        # Blocks at the top of the file, beside the paths.
        blocks = {k: v for k, v in content.items() if k not in _KNOWN and isinstance(v, list)}
        content = {k: v for k, v in content.items() if k not in blocks}
        constructs = blocks or None
    if constructs is None or joined is None:
        what = _("变量与题项（constructs）") if constructs is None else _("路径（paths）")
        raise forms.refused(_("模型里没有{what}。", what=what))
    return _built(name, forms.read_constructs(constructs), forms.read_paths(joined), content)


def _lines(text: str) -> dict[str, str]:
    measured, joined = forms.read_lines(text)
    return {"constructs": measured, "paths": joined}


def _found(content: Mapping[Any, Any], names: Sequence[str]) -> Any:
    return next((content[name] for name in names if content.get(name)), None)


def _built(
    name: str,
    constructs: list[forms.Written],
    joined: list[tuple[str, str]],
    content: Mapping[Any, Any],
) -> Model:
    items = tuple(item for construct in constructs for item in construct.items)
    try:
        path_model = PathModel(
            tuple(Construct(c.name, c.items, "B" if c.mode == "B" else "A") for c in constructs),
            tuple(joined),
        )
    except MethodError as error:
        from zhiheng.indicators.refusals import said

        raise said(error) from None
    rule, codes = read_missing(content.get("missing"), content)
    return Model(
        name=str(content.get("name") or name),
        path_model=path_model,
        scales=read_scale(content, items),
        scheme=_scheme(content.get("scheme")),
        raw=_raw(content),
        missing=rule,
        codes=codes,
        labels={item: label for c in constructs for item, label in c.labels.items()},
        titles={c.name: c.title for c in constructs if c.title},
        source=str(content.get("source") or ""),
        confirmed=content.get("confirmed"),
        unknown=tuple(str(key) for key in content if key not in _KNOWN),
    )


def _scheme(said: Any) -> str | None:
    """``path weighting`` and ``path_weighting`` are said for the path scheme."""
    return None if said is None else str(said).lower().replace("_", " ").split(" ")[0]


def _raw(content: Mapping[Any, Any]) -> bool | None:
    if isinstance(content.get("raw"), bool):
        return bool(content["raw"])
    for key in ("standardised", "standardized", "scaled"):
        if isinstance(content.get(key), bool):
            return not content[key]
    return None


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in {".csv", ".tsv", ".txt"}


def _edges_of(path: Path) -> list[tuple[str, str]]:
    """Rows (source, target) of a table; the header may use other words."""
    text = to_utf8(path.read_bytes())[0].decode("utf-8")
    rows = list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ","))
    edges = [(row[0].strip(), row[1].strip()) for row in rows[1:] if len(row) >= 2]
    if not edges or any(not start or not end for start, end in edges):
        raise forms.refused(_("文件 {name} 不是两列（source, target）的表。", name=path.name))
    return edges
