"""Composites as they are declared: an index of scores, a ratio of sums, a two-tier weighting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from zhiheng.documents.encodings import to_utf8
from zhiheng.methods.composite import Anchors, Perturbation
from zhiheng.methods.errors import MethodError
from zhiheng.office.words import _
from zhiheng.rules import parameters, yaml_text
from zhiheng.rules.errors import ContentError, UsageError
from zhiheng.rules.parameters import Trace

SHIPPED = Path(__file__).with_name("models.yaml")
FORMS = ("index", "ratio", "output_weighted")


@dataclass(frozen=True)
class Component:
    """One figure of an index, in its own unit."""

    code: str
    zh: str
    en: str
    unit: str
    rising: bool
    lowest: float
    highest: float
    weight: float
    group: str
    under: str


@dataclass(frozen=True)
class Band:
    """What one source calls the values from each limit upwards."""

    source: str
    limits: tuple[tuple[float, str], ...]

    def name(self, value: float) -> str:
        return next((name for limit, name in reversed(self.limits) if value >= limit), "")


@dataclass(frozen=True)
class Term:
    """A column of a ratio; the base has coefficient 1."""

    column: str
    zh: str
    en: str
    coefficient: float = 1.0


@dataclass(frozen=True)
class Composite:
    """One declared composite; which parts it has depends on `form`.

    Attributes:
        official: the declaration alone gives the official figure; else what is computed here is
            marked 非官方口径.
        perturbation, spread: how weights are drawn, see `methods.composite.simulate`.
    """

    name: str
    form: str
    zh: str
    en: str
    unit: str
    official: bool
    source: str
    confirmed: bool
    note: str
    components: tuple[Component, ...] = ()
    scores: tuple[float, float] = (60.0, 100.0)
    perturbation: Perturbation = "dirichlet"
    spread: float = 100.0
    bands: tuple[Band, ...] = ()
    base: Term | None = None
    terms: tuple[Term, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def weights(self) -> list[float]:
        return [component.weight for component in self.components]

    @property
    def anchors(self) -> Anchors:
        """Raises MethodError ``composite.anchors``."""
        parts = self.components
        return Anchors(
            np.array([c.lowest for c in parts]),
            np.array([c.highest for c in parts]),
            np.array([c.rising for c in parts]),
            *self.scores,
        )


def read_composite(named: str | Path, on: date, trace: Trace) -> Composite:
    """A shipped composite as in force on a day, or one declared in a YAML file.

    Raises:
        UsageError: ``composite.unknown`` where neither a file nor a shipped one has that name.
        ContentError: ``composite.model`` where the file does not declare one.
    """
    path = Path(named)
    if path.is_file():
        try:
            content = yaml_text.load(to_utf8(path.read_bytes())[0].decode("utf-8"))
        except yaml.YAMLError:
            raise refused(_("文件 {name} 不是 YAML。", name=path.name)) from None
        if not isinstance(content, Mapping):
            raise refused(_("文件 {name} 里没有综合指标。", name=path.name))
        return built(str(content.get("name") or path.stem), content)
    models = shipped()
    name = str(named)
    if name not in models.names:
        near = get_close_matches(name, models.names, n=1)
        raise UsageError(
            "composite.unknown",
            _("没有文件 {name}，也没有这个名称的自带综合指标。", name=name)
            + (_("是否指 {near}？", near=near[0]) if near else ""),
            _("请写文件的路径，或：{names}。", names="、".join(models.names)),
        )
    value = models.value(name, on, trace)
    version = models.at(name, on)
    about = {"source": version.source, "confirmed": version.confirmed, "note": version.note}
    return built(name, {**value, **about})


@cache
def shipped() -> parameters.Parameters:
    return parameters.load(SHIPPED)


def built(name: str, said: Mapping[str, Any]) -> Composite:
    """The composite that a mapping declares. Raises ContentError ``composite.model``."""
    form = said.get("form")
    if form not in FORMS:
        raise refused(_("form 是 {form}；可用：{forms}。", form=str(form), forms="、".join(FORMS)))
    try:
        found = Composite(
            name=name,
            form=form,
            zh=str(said.get("zh") or name),
            en=str(said.get("en") or name),
            unit=str(said.get("unit") or ""),
            official=said.get("official") is True,
            source=str(said.get("source") or ""),
            confirmed=said.get("confirmed") is True,
            note=str(said.get("note") or ""),
            **{"index": _index, "ratio": _ratio, "output_weighted": _weighted}[form](said),
        )
        if form == "index":
            found.anchors.scores([0.0] * len(found.components))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, MethodError):
            raise
        raise refused(_missing(error)) from None
    return found


def refused(what: str) -> ContentError:
    return ContentError(
        "composite.model",
        what,
        _("写法见 docs/composites.md；可从自带的 qci、grade_rate 抄起。"),
    )


def _missing(error: Exception) -> str:
    if isinstance(error, KeyError):
        return _("综合指标的声明里缺 {name}。", name=str(error.args[0]))
    return _("综合指标的声明有误：{error}。", error=str(error))


def _index(said: Mapping[str, Any]) -> dict[str, Any]:
    spread = said.get("spread") or {}
    low, high = said.get("scores", (60, 100))
    return {
        "components": tuple(_component(c) for c in said["components"]),
        "scores": (float(low), float(high)),
        "perturbation": spread.get("of", "dirichlet"),
        "spread": float(spread.get("concentration", spread.get("share", 100))),
        "bands": tuple(
            Band(str(b["source"]), tuple((float(at), str(name)) for at, name in b["limits"]))
            for b in said.get("bands", ())
        ),
    }


def _component(c: Mapping[str, Any]) -> Component:
    better = c.get("better", "higher")
    if better not in ("higher", "lower"):
        raise ValueError(f"{c['code']}: better is {better!r}; allowed: higher, lower")
    return Component(
        code=str(c["code"]),
        zh=str(c.get("zh") or c["code"]),
        en=str(c.get("en") or c["code"]),
        unit=str(c.get("unit") or ""),
        rising=better == "higher",
        lowest=float(c["lowest"]),
        highest=float(c["highest"]),
        weight=float(c.get("weight", 1)),
        group=str(c.get("group") or ""),
        under=str(c.get("under") or ""),
    )


def _ratio(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"base": _term(said["base"]), "terms": tuple(_term(t) for t in said["terms"])}


def _term(t: Mapping[str, Any]) -> Term:
    name = str(t["column"])
    coefficient = float(t.get("coefficient", 1))
    return Term(name, str(t.get("zh") or name), str(t.get("en") or name), coefficient)


def _weighted(said: Mapping[str, Any]) -> dict[str, Any]:
    columns = said["columns"]
    wanted = ("region", "industry", "passed", "tested", "output")
    return {"columns": tuple((name, str(columns[name])) for name in wanted)}
