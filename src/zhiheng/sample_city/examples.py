"""Real data through the ordinary doors: an example is a YAML file and its mappings, no code.

The data themselves are not part of the project; a folder of them is named when one is run.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from zhiheng.documents.containers import read_table
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.conversion import as_text
from zhiheng.evidence.mapping import read_mapping
from zhiheng.indicators.actions import measure
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.progress import Progress
from zhiheng.office.region_history import Move, read_history
from zhiheng.office.regions import RegionVersion
from zhiheng.office.words import _
from zhiheng.plans.actions import load_plan
from zhiheng.plans.queries import verdict_table
from zhiheng.reports.actions import write_reports
from zhiheng.rules.errors import UsageError
from zhiheng.rules.yaml_text import load

FOLDER = Path(__file__).parent / "examples"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Fixed(_Strict):
    key: str
    name: str
    level: str
    name_en: str = ""
    parent: str | None = None


class Names(_Strict):
    file: str
    key: str
    name: str


class FromFile(_Strict):
    """Every distinct value of a column is a region; ``{key}`` stands for it in the names."""

    file: str
    key: str
    prefix: str
    level: str
    parent: str
    name: str
    name_en: str = ""
    names: Names | None = None


class LaterList(_Strict):
    file: str
    day: date


class MoveEntry(_Strict):
    day: date
    old: str
    new: str


class PublishedLists(_Strict):
    """A series of published code lists; see `zhiheng.office.region_history`."""

    folder: str
    successors: str
    later: LaterList | None = None
    moves: list[MoveEntry] = Field(default_factory=list)


class Regions(_Strict):
    fixed: list[Fixed] = Field(default_factory=list)
    from_files: list[FromFile] = Field(default_factory=list)
    published_lists: PublishedLists | None = None


class Import(_Strict):
    file: str
    mapping: str
    mode: str


class Example(_Strict):
    title: str
    licence: str
    as_of: date
    regions: Regions
    imports: list[Import]
    indicators: list[str]
    plan: str | None = None


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/example.yaml"))


def read_example(name: str) -> Example:
    """Raises UsageError ``example.unknown`` with the names there are."""
    path = FOLDER / name / "example.yaml"
    if name not in names():
        raise UsageError(
            "example.unknown",
            _("没有“{name}”这个示例。", name=name),
            _("可用：{names}。", names="、".join(names())),
        )
    return Example.model_validate(load(path.read_text(encoding="utf-8")))


def bring_in(actor: Actor, name: str, data: Path, progress: Progress) -> list[dict[str, Any]]:
    """Load the example's regions and import its files; returns each import's outcome."""
    example = read_example(name)
    if missing := [f for f in _files(example, data) if not f.exists()]:
        raise UsageError(
            "example.data",
            _("{folder} 里没有：{files}。", folder=data, files="、".join(f.name for f in missing)),
            _("请指向存放该示例数据的目录。"),
        )
    load_regions(actor, region_versions(example, data))
    outcomes = []
    for entry in example.imports:
        mapping = FOLDER / name / entry.mapping
        kind = read_mapping(mapping).kind
        outcome = import_file(
            actor,
            data / entry.file,
            kind,
            mapping=mapping,
            mode=entry.mode,  # type: ignore[arg-type]
            progress=progress,
        )
        outcomes.append({"file": entry.file, **outcome})
    return outcomes


def run(actor: Actor, home: Home, name: str, data: Path, progress: Progress) -> dict[str, Any]:
    """The whole line over an example: import, measure, judge, report. Harmless to repeat."""
    example = read_example(name)
    imports = bring_in(actor, name, data, progress)
    measurement = measure(actor, example.indicators, progress=progress)
    reports: list[Path] = []
    if example.plan is not None:
        load_plan(actor, FOLDER / name / example.plan)
        wanted = [home.path / f"report{ending}" for ending in (".docx", ".pdf", ".xlsx")]
        reports = write_reports(actor, wanted, as_of=example.as_of)
    return {
        "example": name,
        "imports": imports,
        "estimates": measurement.estimates,
        "verdicts": verdict_table(actor, example.as_of).as_json() if reports else None,
        "reports": [str(path) for path in reports],
    }


def _files(example: Example, data: Path) -> list[Path]:
    named = [entry.file for entry in example.imports]
    named += [entry.file for entry in example.regions.from_files]
    lists = example.regions.published_lists
    if lists is not None:
        named += [lists.folder, lists.successors]
    return [data / name for name in named]


def region_versions(example: Example, data: Path) -> list[RegionVersion]:
    """All region versions that the example declares, from its YAML and its data."""
    declared = example.regions
    found = {
        f.key: RegionVersion(f.key, f.name, f.level, f.parent, name_en=f.name_en)
        for f in declared.fixed
    }
    for entry in declared.from_files:
        for version in _from_file(entry, data):
            found.setdefault(version.key, version)
    versions = list(found.values())
    if declared.published_lists is not None:
        versions.extend(_from_lists(declared.published_lists, data))
    return versions


def _from_file(entry: FromFile, data: Path) -> list[RegionVersion]:
    keys = _column(data / entry.file, entry.key).drop_nulls().unique().sort()
    called: dict[str, str] = {}
    if entry.names is not None:
        table = data / entry.names.file
        called = dict(
            zip(_column(table, entry.names.key), _column(table, entry.names.name), strict=True)
        )
    return [
        RegionVersion(
            f"{entry.prefix}{key}",
            called.get(key) or entry.name.format(key=key),
            entry.level,
            entry.parent,
            name_en=called.get(key) or entry.name_en.format(key=key),
        )
        for key in keys
    ]


def _column(path: Path, column: str) -> pl.Series:
    if path.suffix == ".parquet":
        return as_text(pl.read_parquet(path, columns=[column])[column])
    return as_text(read_table(path).frame[column])


def _from_lists(lists: PublishedLists, data: Path) -> list[RegionVersion]:
    later = []
    if lists.later is not None:
        newest = json.loads((data / lists.later.file).read_text(encoding="utf-8"))
        later.append((lists.later.day, newest))
    return read_history(
        data / lists.folder,
        json.loads((data / lists.successors).read_text(encoding="utf-8")),
        later,
        [Move(m.day, m.old, m.new) for m in lists.moves],
    )
