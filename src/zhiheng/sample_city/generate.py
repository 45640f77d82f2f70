"""Writes the sample city: files just as departments deliver them, and the truth beside them."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from zhiheng.evidence.declaration import Type
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.mapping import Mapping, read_mapping
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.sample_city.acquaintance import address_book
from zhiheng.sample_city.city import City, build_city
from zhiheng.sample_city.deliveries import deliveries
from zhiheng.sample_city.delivery import Delivery
from zhiheng.sample_city.draws import stream
from zhiheng.sample_city.expectations import expected_verdicts
from zhiheng.sample_city.ledger_forecast import Forecast
from zhiheng.sample_city.manifest import Entry, Manifest
from zhiheng.sample_city.mistakes import make_mistakes
from zhiheng.sample_city.places import FIRST_DAY, LAST_DAY, map_geojson, versions
from zhiheng.sample_city.spelling import spell, template
from zhiheng.sample_city.truth import rates
from zhiheng.sample_city.writers import header_row, write_table
from zhiheng.subjects.references import build_references

HERE = Path(__file__).parent
PLAN = HERE / "plan.yaml"
ACCREDITATIONS = HERE / "accreditations.yaml"
AS_OF = date(2026, 10, 31)
"""The day on which the demo looks back."""

FILES, MAPPINGS = "files", "mappings"


def write_city(
    folder: Path, *, seed: int = 1, scale: float = 1.0, progress: Progress | None = None
) -> Manifest:
    """Write files, mappings, regions, map, plan, truth and manifest into ``folder``.

    The same seed and scale give the same bytes. Scale 1 is about 2,000 organisations and 60,000
    rows.
    """
    progress = progress or Silent()
    folder.mkdir(parents=True, exist_ok=True)
    city = build_city(seed, scale, progress)
    shutil.copytree(HERE / MAPPINGS, folder / MAPPINGS, dirs_exist_ok=True)
    for file in (PLAN, ACCREDITATIONS):
        shutil.copyfile(file, folder / file.name)
    _write_json(folder / "map.geojson", map_geojson())
    _regions().write_csv(folder / "regions.csv")
    planned = deliveries(city)
    progress.start(len(planned), _("写各部门的文件"))
    writer = _Writer(city, folder)
    for delivery in planned:
        writer.write(delivery)
        progress.step()
    manifest = Manifest(seed, scale, tuple(writer.entries))
    manifest.write(folder)
    _write_json(folder / "truth.json", _truth(city, writer))
    return manifest


def _regions() -> pl.DataFrame:
    """The region table as `zhiheng region load` reads it."""
    rows = [
        asdict(v) | {"valid_from": None if v.valid_from == date.min else v.valid_from}
        for v in versions()
    ]
    return pl.DataFrame(rows, schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date})


class _Writer:
    """Writes one delivery after the other and keeps what it did to them."""

    def __init__(self, city: City, folder: Path) -> None:
        self._city = city
        self._folder = folder
        self._forecast = Forecast()
        self._books: dict[str, pl.DataFrame] = {}
        self.entries: list[Entry] = []
        self.problems: list[dict[str, Any]] = []
        self._unclear: list[pl.DataFrame] = []

    def write(self, delivery: Delivery) -> None:
        rng = stream(self._city.seed, "spelling", delivery.same_as or delivery.file)
        mapping = _mapping(delivery)
        frame = _complete(self._with_subjects(delivery), mapping)
        table = spell(frame, mapping, rng)
        path = self._folder / FILES / delivery.file
        first_row = header_row(path.suffix, delivery.titles) + 1
        table, made = make_mistakes(table, mapping, delivery.mistakes, first_row, rng)
        again = rng.choice(table.height, min(delivery.repeats, table.height), replace=False)
        table = pl.concat([table, table[np.sort(again)]])
        self._write_file(path, delivery, mapping, table)
        places = sorted({m.row - first_row for m in made})
        sound = frame.with_row_index("__at").filter(~pl.col("__at").is_in(places)).drop("__at")
        expect = self._forecast.deliver(
            delivery.party,
            ALL[delivery.kind],
            sound,
            len(again),
            len(places),
            bool(made) and delivery.mode == "rollback",
            len(delivery.nothing),
        )
        self.problems += [{"file": f"{FILES}/{delivery.file}", **asdict(m)} for m in made]
        self._keep_unclear(frame)
        self.entries.append(
            Entry(
                file=f"{FILES}/{delivery.file}",
                kind=delivery.kind,
                mapping=f"{MAPPINGS}/{delivery.mapping}.yaml" if delivery.mapping else None,
                party=delivery.party,
                mode=delivery.mode,
                delivered_on=delivery.delivered_on,
                expect=expect,
                note=delivery.note,
            )
        )

    def _with_subjects(self, delivery: Delivery) -> pl.DataFrame:
        if delivery.party not in self._books:
            self._books[delivery.party] = address_book(
                self._city.population, delivery.party, self._city.seed
            )
        book = self._books[delivery.party]
        return delivery.rows.join(book, on="org", how="left", maintain_order="left")

    def _write_file(
        self, path: Path, delivery: Delivery, mapping: Mapping, table: pl.DataFrame
    ) -> None:
        if delivery.same_as:
            shutil.copyfile(self._folder / FILES / delivery.same_as, path)
            return
        write_table(
            path,
            table,
            titles=delivery.titles,
            sheet=delivery.sheet,
            encoding=delivery.encoding,
            numeric=_numeric_titles(mapping),
            nothing=delivery.nothing,
        )

    def _keep_unclear(self, frame: pl.DataFrame) -> None:
        unclear = frame.filter(pl.col("code_state") != "right")
        if "org" in unclear.columns and not unclear.is_empty():
            reference = build_references(unclear.select("subject_code", "subject_name", "region"))
            self._unclear.append(unclear.select("org", reference.alias("reference")).unique())

    def references(self) -> list[dict[str, Any]]:
        """Every reference without a valid code, and the organisations that are meant by it."""
        if not self._unclear:
            return []
        found = (
            pl.concat(self._unclear)
            .unique()
            .join(self._city.population.select("org", "uscc"), on="org")
            .group_by("reference")
            .agg(pl.col("uscc").unique().sort().alias("organisations"))
            .sort("reference")
        )
        return found.to_dicts()


def _mapping(delivery: Delivery) -> Mapping:
    if delivery.mapping is None:
        return template(delivery.kind)
    return read_mapping(HERE / MAPPINGS / f"{delivery.mapping}.yaml")


def _complete(frame: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Columns that the file has and the simulation says nothing of stand empty."""
    empty = [name for name in mapping.columns if name not in frame.columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in empty)


def _numeric_titles(mapping: Mapping) -> list[str]:
    titles = []
    for name, source in mapping.columns.items():
        numbers = mapping.declared.column(name).type in {Type.NUMBER, Type.INTEGER}
        if isinstance(source, str) and (numbers or mapping.dates.get(name) == ["excel"]):
            titles.append(source)
    return titles


def _truth(city: City, writer: _Writer) -> dict[str, Any]:
    known = rates(city.truth)
    return {
        "city": "衡川市",
        "seed": city.seed,
        "simulated": [FIRST_DAY.isoformat(), LAST_DAY.isoformat()],
        "as_of": AS_OF.isoformat(),
        "organisations": city.population.height,
        "rates": known,
        "verdicts": expected_verdicts(PLAN, city, known, AS_OF),
        "references": writer.references(),
        "problems": writer.problems,
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
