"""The ways in which people write a path model, brought to one: constructs with items, and paths.

Nobody should have to learn a file format to say which question measures what. Lists, mappings,
edge tables and lines as in lavaan are all read; what cannot be read is refused with the form that
is sure to work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

CONSTRUCTS = (
    "constructs", "construct", "latents", "latent", "latent_variables", "latent variables", "lvs",
    "measurement", "measurement_model", "measurement model", "outer", "outer_model", "blocks",
    "变量", "潜变量", "测量模型",
)  # fmt: skip
PATHS = (
    "paths", "path", "structural", "structural_model", "structural model", "inner", "inner_model",
    "relations", "relationships", "edges", "路径", "结构模型",
)  # fmt: skip
_ITEMS = (
    "items", "indicators", "manifest", "manifests", "manifest_variables", "mvs", "observed",
    "questions", "variables", "columns", "题项", "指标",
)  # fmt: skip
_NAME = ("name", "construct", "latent", "lv", "id", "code", "变量", "潜变量")
_FROM, _TO = (
    ("from", "source", "start", "predictor", "起"),
    ("to", "target", "end", "outcome", "止"),
)
_MODES = {
    "a": "A", "mode_a": "A", "mode a": "A", "reflective": "A", "reflexive": "A", "反映型": "A",
    "b": "B", "mode_b": "B", "mode b": "B", "formative": "B", "形成型": "B",
}  # fmt: skip
_ARROW = re.compile(r"\s*(?:-+>|=+>|→|⇒|>)\s*")
_SPLIT = re.compile(r"\s*[+,，、;；]\s*")


class Written(NamedTuple):
    """One construct as it was written; `labels` are other names of its items, by item."""

    name: str
    items: tuple[str, ...]
    mode: str
    labels: Mapping[str, str]
    title: str


def refused(what: str) -> ContentError:
    """The error that says the form which is sure to be read."""
    return ContentError(
        "satisfaction.model",
        what,
        _(
            "可写成：constructs: {Image: [IMAG1, IMAG2], Satisfaction: [CUSA1]}，"
            "paths: [[Image, Satisfaction]]；全部写法见 docs/satisfaction.md。"
        ),
    )


def read_constructs(said: Any) -> list[Written]:
    """Constructs in their order. Raises ContentError ``satisfaction.model``."""
    if isinstance(said, str):
        said = [line for line in said.splitlines() if line.strip()]
    if isinstance(said, Mapping):
        return [_construct(str(name), spec) for name, spec in said.items()]
    if not isinstance(said, list):
        raise refused(_("看不懂变量的写法：{said}。", said=_short(said)))
    if edges := _edges(said):
        return _grouped(edges)
    found = []
    for entry in said:
        if isinstance(entry, str) and "=~" in entry:
            name, items = entry.split("=~", 1)
            found.append(_construct(name.strip(), items))
        elif isinstance(entry, Mapping) and (name := _get(entry, _NAME)) is not None:
            found.append(_construct(str(name), entry))
        elif isinstance(entry, Mapping) and len(entry) == 1:
            found += [_construct(str(name), spec) for name, spec in entry.items()]
        else:
            raise refused(_("看不懂变量的写法：{said}。", said=_short(entry)))
    return found


def read_paths(said: Any) -> list[tuple[str, str]]:
    """Paths (from, to) in their order. Raises ContentError ``satisfaction.model``."""
    if isinstance(said, str):
        said = [line for line in said.splitlines() if line.strip()]
    if isinstance(said, Mapping):
        said = [{name: ends} for name, ends in said.items()]
    if not isinstance(said, list):
        raise refused(_("看不懂路径的写法：{said}。", said=_short(said)))
    return [path for entry in said for path in _paths(entry)]


def read_lines(text: str) -> tuple[str, str]:
    """A model in lines: those with ``=~`` are the constructs, the others the paths."""
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    measured = [line for line in lines if "=~" in line]
    return "\n".join(measured), "\n".join(line for line in lines if line and line not in measured)


def from_edges(edges: Iterable[tuple[str, str]]) -> tuple[list[Written], list[tuple[str, str]]]:
    """One table of all edges. Every construct points to what measures it, items point nowhere."""
    listed = list(edges)
    starts = {start for start, _end in listed}
    measured = [(start, end) for start, end in listed if end not in starts]
    return _grouped(measured), [(start, end) for start, end in listed if end in starts]


def _grouped(edges: Iterable[tuple[str, str]]) -> list[Written]:
    blocks: dict[str, list[str]] = {}
    for name, item in edges:
        blocks.setdefault(name, []).append(item)
    return [Written(name, tuple(items), "A", {}, "") for name, items in blocks.items()]


def _edges(said: list[Any]) -> list[tuple[str, str]]:
    """Pairs (construct, item), if that is what every entry is."""
    found = []
    for entry in said:
        if isinstance(entry, list) and len(entry) == 2 and all(isinstance(e, str) for e in entry):
            found.append((entry[0], entry[1]))
        elif isinstance(entry, Mapping) and _get(entry, _FROM) and _get(entry, _TO):
            found.append((str(_get(entry, _FROM)), str(_get(entry, _TO))))
        elif isinstance(entry, Mapping) and isinstance(entry.get("item"), str):
            found.append((str(_get(entry, _NAME)), entry["item"]))
        else:
            return []
    return found


def _construct(name: str, spec: Any) -> Written:
    mode, title = "A", ""
    if isinstance(spec, Mapping):
        given = str(spec.get("mode", spec.get("type", "A"))).strip()
        if given.lower() not in _MODES:
            raise refused(
                _("变量“{name}”的方式 {mode} 不能识别；可用 A 或 B。", name=name, mode=given)
            )
        mode = _MODES[given.lower()]
        title = str(spec.get("zh") or spec.get("title") or spec.get("label") or "")
        found = _get(spec, _ITEMS)
        if found is None and len(spec) == 1:
            ((key, own),) = spec.items()
            if str(key).lower() in _MODES:
                mode, found = _MODES[str(key).lower()], own
        if found is None and spec and all(isinstance(value, str) for value in spec.values()):
            found = dict(spec)
        spec = found
    labels: dict[str, str] = {}
    if isinstance(spec, Mapping):
        labels = {str(item): str(label) for item, label in spec.items() if label}
        spec = list(spec)
    items = (
        tuple(spec.replace(",", " ").replace("+", " ").split())
        if isinstance(spec, str)
        else _texts(spec)
    )
    if not items:
        raise refused(_("变量“{name}”没有题项。", name=name))
    return Written(name, items, mode, labels, title)


def _paths(entry: Any) -> Iterator[tuple[str, str]]:
    starts: Any
    ends: Any
    if isinstance(entry, str):
        chain = _ARROW.split(entry)
        if len(chain) > 1:
            for start, end in pairwise(chain):
                yield from _crossed(start, end, entry)
            return
        if entry.count("~") != 1:
            raise refused(_("看不懂路径的写法：{said}。", said=_short(entry)))
        ends, starts = entry.split("~")
    elif isinstance(entry, list) and len(entry) == 2:
        starts, ends = entry
    elif isinstance(entry, Mapping) and _get(entry, _FROM) is not None:
        starts, ends = _get(entry, _FROM), _get(entry, _TO)
    elif isinstance(entry, Mapping) and len(entry) == 1:
        ((starts, ends),) = entry.items()
        if isinstance(ends, Mapping):
            given = _get(ends, _FROM)
            starts, ends = (starts, _get(ends, _TO)) if given is None else (given, starts)
    else:
        raise refused(_("看不懂路径的写法：{said}。", said=_short(entry)))
    yield from _crossed(starts, ends, entry)


def _crossed(starts: Any, ends: Any, entry: Any) -> Iterator[tuple[str, str]]:
    firsts, lasts = _texts(starts), _texts(ends)
    if not firsts or not lasts:
        raise refused(_("看不懂路径的写法：{said}。", said=_short(entry)))
    yield from ((start, end) for start in firsts for end in lasts)


def _texts(said: Any) -> tuple[str, ...]:
    if isinstance(said, str):
        return tuple(part for part in _SPLIT.split(said.strip()) if part)
    if isinstance(said, list) and all(isinstance(part, str | int) for part in said):
        return tuple(str(part).strip() for part in said)
    return ()


def _get(entry: Mapping[Any, Any], names: Iterable[str]) -> Any:
    return next((entry[name] for name in names if name in entry), None)


def _short(said: Any) -> str:
    text = str(said)
    return text if len(text) <= 60 else text[:60] + "…"
