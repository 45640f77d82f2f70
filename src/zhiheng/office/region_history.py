"""Dated regions out of a series of published code lists (GB/T 2260), one list a revision.

A code holds from the revision that first has it until the first that lacks it; a new name begins
a new version. Parents follow the code's own digits *within that revision*; from then on the tree
alone says what lies where.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from zhiheng.office.regions import RegionVersion

ROOT = "CN"
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Move:
    """The exact day on which one code gave way to another."""

    day: date
    old: str
    new: str


def read_history(
    folder: Path,
    successors: Mapping[str, list[str]],
    later: Sequence[tuple[date, dict[str, str]]] = (),
    moves: Sequence[Move] = (),
) -> list[RegionVersion]:
    """Versions from ``YYYYMM.tsv`` files with the columns Code and Name.

    Args:
        successors: code to the codes that took its place; the first that still holds in the
            newest list is the successor.
        later: further lists (day, code to name), newer than the files.
        moves: days that are known better than the lists' editions tell.
    """
    revisions = sorted(folder.glob("[12]*.tsv"))
    lists = [(_day(path), _names(path)) for path in revisions]
    lists.extend(later)
    newest = lists[-1][1]
    versions = [RegionVersion(ROOT, "全国", "country", name_en="China", valid_from=FIRST_DAY)]
    for code in sorted({code for _day_, names in lists for code in names}):
        versions.extend(_versions(code, lists, _successor(code, successors, newest)))
    for move in moves:
        versions = [_moved(version, move) for version in versions]
    return versions


def _moved(version: RegionVersion, move: Move) -> RegionVersion:
    """The version with its end, or its beginning, set to the day of the move."""
    if version.key == move.old and version.valid_to is not None and version.successor:
        return replace(version, valid_to=move.day, successor=move.new)
    if version.key == move.new and version.valid_from > move.day:
        return replace(version, valid_from=move.day)
    return version


def _day(path: Path) -> date:
    return date(int(path.stem[:4]), int(path.stem[4:6]), 1)


def _names(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["Code"]: row["Name"].strip() for row in rows}


def _successor(
    code: str, successors: Mapping[str, list[str]], newest: Mapping[str, str]
) -> str | None:
    seen = {code}
    waiting = list(successors.get(code, []))
    while waiting:
        candidate = waiting.pop(0)
        if candidate in newest:
            return candidate
        if candidate not in seen:
            seen.add(candidate)
            waiting.extend(successors.get(candidate, []))
    return None


def _versions(
    code: str, lists: list[tuple[date, dict[str, str]]], successor: str | None
) -> list[RegionVersion]:
    """Runs of revisions in which the code has one name and one parent."""
    found: list[RegionVersion] = []
    said: tuple[str, str] | None = None
    since = FIRST_DAY
    for place, (day, names) in enumerate(lists):
        now = (names[code], _parent(code, names)) if code in names else None
        if now == said:
            continue
        start = FIRST_DAY if place == 0 else day
        if said is not None:
            found.append(_version(code, said, since, start, successor if now is None else None))
        said, since = now, start
    if said is not None:
        found.append(_version(code, said, since, None, None))
    return found


def _version(
    code: str, said: tuple[str, str], since: date, until: date | None, successor: str | None
) -> RegionVersion:
    name, parent = said
    level = "province" if code[2:] == "0000" else "city" if code[4:] == "00" else "district"
    return RegionVersion(code, name, level, parent, code, "", since, until, successor)


def _parent(code: str, names: Mapping[str, str]) -> str:
    for above in (code[:4] + "00", code[:2] + "0000"):
        if above != code and above in names:
            return above
    return ROOT
