"""All that the estimates of one indicator in one year follow from, as one digest.

Where the digest is what it was, computing afresh would give what was found then, so the estimates
are taken over instead. It covers the program and the declaration, the dated parameters, the region
tree, what was asked, the lake's files that hold such rows, which of their rows were superseded by
whatever file, what was declared to be nothing, which of their subjects were judged to be one, and
the day to which the evidence reaches as far as that year can see it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import polars as pl
from django.db.models import F, Q

from zhiheng import methods
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.indicators import rows
from zhiheng.indicators.cells import RULES
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Snapshot, occurred_on
from zhiheng.indicators.engine import Engine
from zhiheng.indicators.periods import Period
from zhiheng.indicators.tables import AS_AT, nothing_table
from zhiheng.office.home import Home
from zhiheng.office.regions import RegionTree
from zhiheng.rules.parameters import Trace
from zhiheng.subjects.models import SubjectReference

MERGED = "inputs_merged"


@dataclass(frozen=True, order=True)
class LakeFile:
    """One file of the lake: what it is named after, and what changes when it is written anew."""

    kind: str
    year: int
    batch: int
    size: int
    written: int


def lake_files(home: Home) -> list[LakeFile]:
    """Every file of the lake, in a fixed order."""
    return sorted(_file(path) for path in home.lake.glob("kind=*/year=*/batch-*.parquet"))


def _file(path: Path) -> LakeFile:
    kind, year, batch = path.parts[-3:]
    found = path.stat()
    return LakeFile(
        kind.partition("=")[2],
        int(year.partition("=")[2]),
        int(batch.removeprefix("batch-").removesuffix(".parquet")),
        found.st_size,
        found.st_mtime_ns,
    )


class Inputs:
    """Digests over one state of the lake.

    Args:
        files: the lake's files that the engine's views read.
        references: `judged_references` as of that state.
        asked: what narrows the run, such as its period and its region.
    """

    def __init__(
        self,
        engine: Engine,
        files: list[LakeFile],
        references: pl.DataFrame,
        tree: RegionTree,
        asked: dict[str, Any],
    ) -> None:
        self._engine = engine
        self._files = files
        self._references = references
        self._asked = asked
        versions = sorted(repr(version) for version in tree.versions)
        self._alike = [_program(), type(engine).__name__, _hash(versions), asked]
        self._by_kind: dict[str, list[int]] = {}
        self._said: dict[str, list[tuple[Any, ...]]] = {}
        self._judged: dict[str, list[tuple[Any, ...]]] = {}

    def years(self, indicator: Indicator, period: Period | None) -> list[int]:
        """Years in which the indicator may have estimates."""
        if indicator.composite is not None:
            parts = [part for _code, part in indicator.composite.parts]
            if any(self._engine.reach(part.kinds) is None for part in parts):
                return []
            return sorted(set.intersection(*(set(self.years(part, period)) for part in parts)))
        if period is not None:
            return [period.first.year]
        as_at = self._engine.reach(indicator.kinds)
        if as_at is None:
            return []
        if indicator.snapshot is not None:
            kept = int(RULES.value("snapshot.years", as_at, Trace()))
            return list(range(as_at.year - kept + 1, as_at.year + 1))
        if indicator.occurred is not occurred_on:
            t = rows.table(indicator.kind, as_at)
            day = indicator.occurred(t)
            found = t.select(year=day.year()).filter(ibis._.year.notnull())
            return sorted(self._engine.ask(found.group_by("year").agg())["year"].to_list())
        years = {f.year for f in self._files if f.kind == indicator.kind.code}
        if indicator.estimator in rows.COUNTED:
            for _region, since, until, _row in self._nothing(indicator.kind):
                years |= set(range(since.year, min(until, as_at).year + 1))
        return sorted(years)

    def digest(self, indicator: Indicator, year: int) -> str:
        """The digest of one indicator in one year."""
        if indicator.composite is not None:
            of_parts = [self.digest(part, year) for _code, part in indicator.composite.parts]
            return _hash([*self._alike, indicator.code_version, year, of_parts])
        as_at = self._engine.reach(indicator.kinds)
        assert as_at is not None
        conditions = indicator.conditions
        seen = as_at if any(AS_AT in sql for sql in conditions.values()) else None
        parts: list[Any] = [
            *self._alike,
            indicator.code_version,
            year,
            min(as_at, date(year, 12, 31)),
            seen,
            [RULES.value("interval.confidence", as_at, Trace())],
        ]
        joined = indicator.design.cluster is not None or indicator.holds is not None
        joined = joined or any("organisation" in sql for sql in conditions.values())
        for kind, years in _read(indicator, year):
            files = [f for f in self._files if f.kind == kind.code and f.year in years]
            batches = {f.batch for f in files}
            gone = [row for row in self._superseded(kind) if row >> ROW_BITS in batches]
            parts += [files, gone]
            if joined:
                parts.append([said for said in self._merged(kind) if said[0] in years])
        if indicator.estimator in rows.COUNTED:
            first, last = date(year, 1, 1), date(year, 12, 31)
            parts += [n for n in self._nothing(indicator.kind) if n[1] <= last and n[2] >= first]
        return _hash(parts)

    def _superseded(self, kind: Kind) -> list[int]:
        if kind.code not in self._by_kind:
            t = ibis.table({"supersedes": "int64"}, f"{kind.code}_filed")
            found = self._engine.ask(t.filter(t.supersedes.notnull()).select("supersedes"))
            self._by_kind[kind.code] = found["supersedes"].sort().to_list()
        return self._by_kind[kind.code]

    def _nothing(self, kind: Kind) -> list[tuple[Any, ...]]:
        if kind.code not in self._said:
            t = nothing_table(kind).select("region", "since", "occurred_on", "row")
            self._said[kind.code] = sorted(
                self._engine.ask(t.filter(t.since.notnull())).iter_rows(), key=lambda n: n[3]
            )
        return self._said[kind.code]

    def _merged(self, kind: Kind) -> list[tuple[Any, ...]]:
        """(year, reference, organisation) of rows whose subject is not simply its own."""
        if self._references.is_empty():
            return []
        if kind.code not in self._judged:
            self._engine.lend(MERGED, self._references)
            merged = ibis.table({"ref": "string", "origin": "string"}, MERGED)
            t = ibis.table({"subject": "string", "occurred_on": "date"}, f"{kind.code}_filed")
            t = t.join(merged, t.subject == merged.ref)
            t = t.select("ref", "origin", year=t.occurred_on.year())
            found = self._engine.ask(t.group_by("year", "ref", "origin").agg())
            self._judged[kind.code] = sorted(found.iter_rows())
        return self._judged[kind.code]


def judged_references() -> pl.DataFrame:
    """References (ref, origin) that speak of an organisation which another reference brought in,
    and those that identify nobody by themselves but were judged to be somebody
    (`rows.identified`).

    All others are subjects by themselves, resolved or not, so that rows fall into the same
    clusters whatever they are called.
    """
    found = SubjectReference.objects.filter(organisation__isnull=False)
    bare = Q(ref__startswith="name:") | Q(ref__startswith="code:")
    found = found.exclude(~bare, organisation__origin=F("ref"))
    pairs = list(found.values_list("ref", "organisation__origin"))
    return pl.DataFrame(pairs, schema={"ref": pl.String, "origin": pl.String}, orient="row")


def _read(indicator: Indicator, year: int) -> Iterable[tuple[Kind, range]]:
    """The kinds an indicator reads, each with the years whose files may hold rows for ``year``."""
    always = range(0, 10_000)
    if indicator.snapshot is None:
        own = indicator.occurred is occurred_on
        yield indicator.kind, range(year, year + 1) if own else always
    registers: list[Snapshot | None] = [indicator.snapshot, indicator.holds, indicator.exposure]
    for register in registers:
        if register is not None:
            dated = register.begun is occurred_on
            yield register.kind, range(0, year + 1) if dated else always


@cache
def _program() -> str:
    """A hash of the modules that compute."""
    folders = (Path(__file__).parent, *(Path(folder) for folder in methods.__path__))
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in _SOURCES]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(found))).hexdigest()


_SOURCES = {".py", ".yaml"}


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, LakeFile):
        return [value.kind, value.year, value.batch, value.size, value.written]
    return str(value)
