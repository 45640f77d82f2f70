"""“Nothing to report” for a period and region: a row of its own, different from silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW
from zhiheng.documents.sheet_choice import NOTHING_SHEET
from zhiheng.evidence.canonical import NOTHING, NOTHING_TYPE
from zhiheng.evidence.conversion import tidy
from zhiheng.evidence.declaration import Column, Kind, Type
from zhiheng.evidence.problems import Problem
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionTree
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

REGION, SINCE, UNTIL, NOTE = "区域", "起", "止", "说明"


def nothing_row(
    kind: Kind, region: str, since: date, until: date, note: str | None
) -> pl.DataFrame:
    """One row in the form ``NOTHING``; source, time and type are filled in when it is filed."""
    values = {
        "$day": until.isoformat(),
        "$id": f"nothing:{region}:{since.isoformat()}:{until.isoformat()}",
        "$kind": kind.code,
        "$note": note,
        "$region": region,
        "$since": since.isoformat(),
        "$type": NOTHING_TYPE,
    }
    return pl.DataFrame([{name: values.get(name) for name in NOTHING}], schema=NOTHING)


def read_nothing(
    path: Path, kind: Kind, tree: RegionTree, actor: Actor, today: date
) -> tuple[pl.DataFrame, list[Problem]]:
    """The declarations on a template's sheet 无可报告, and what is wrong with them.

    One that only says again what an earlier line said is among them.
    """
    from zhiheng.evidence.conversion import convert

    rows = [pl.DataFrame(schema=NOTHING)]
    notes: dict[tuple[tuple[str], date | None, date | None], str | None] = {}
    problems: list[Problem] = []
    try:
        table = read_table(path, sheet=NOTHING_SHEET, expected={REGION, SINCE, UNTIL, NOTE}).frame
    except ContentError as error:
        if error.code in {"file.empty", "file.header"}:
            return rows[0], []
        raise
    day = Column("day", "日", "Day", Type.DATE)
    blank = pl.Series([None] * len(table), dtype=pl.String)
    columns = {
        name: table[name] if name in table.columns else blank
        for name in (REGION, SINCE, UNTIL, NOTE)
    }
    read = zip(
        table[ROW],
        tidy(columns[REGION]),
        convert(columns[SINCE], day),
        convert(columns[UNTIL], day),
        tidy(columns[NOTE]),
        strict=True,
    )
    for row, place, since, until, note in read:
        found = check_period(place, since, until, tree, actor, today)
        if not isinstance(found, str) and notes.setdefault((found, since, until), note) != note:
            found = _("“{place}”的这一期间上面已经申报，说明不同", place=place or "")
        if isinstance(found, str):
            problems.append(
                Problem(row, NOTHING_SHEET, place or "", "nothing", found, _("请改正后重报。"))
            )
        else:
            rows.append(nothing_row(kind, found[0], since, until, note))
    return pl.concat(rows), problems


def check_period(
    place: str | None,
    since: date | None,
    until: date | None,
    tree: RegionTree,
    actor: Actor,
    today: date,
) -> tuple[str] | str:
    """The region's key in a tuple if all is well, else what is wrong, in words."""
    key = tree.find(place, today) if place else None
    if key is None:
        return _("没有“{place}”这个区域", place=place or "")
    if actor.filing_regions is not None and key not in actor.filing_regions:
        return _("“{place}”不在本单位辖区内", place=place or "")
    if since is None or until is None:
        return _("起止日期要写全，如 2026-01-01")
    if since > until:
        return _("起日 {since} 晚于止日 {until}", since=since, until=until)
    if until > today:
        return _("止日 {until} 还没有到", until=until)
    return (key,)
