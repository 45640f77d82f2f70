"""The dated tree of regions, asked as of a day.

A region's row is one *version*: the same key may have several with disjoint validity, as its
name, rank or parent changed. A key that ended points to its successor. Assessment units such as
development zones have a key and no national code, so nothing here reads meaning from digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

LEVELS = ("country", "province", "city", "district", "unit", "ward", "street")


@dataclass(frozen=True)
class RegionVersion:
    """One version of a region; ``valid_to`` is the first day on which it no longer holds."""

    key: str
    name: str
    level: str
    parent: str | None = None
    code: str | None = None
    name_en: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    successor: str | None = None

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"region {self.key}: level {self.level!r} is not one of {LEVELS}")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"region {self.key}: valid_to {self.valid_to} is not after valid_from")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class TreeView:
    """The tree as it stood on one day."""

    def __init__(self, versions: dict[str, RegionVersion], successors: dict[str, str]) -> None:
        self._versions = versions
        self._successors = successors

    def __contains__(self, key: str) -> bool:
        return key in self._versions

    def __iter__(self) -> Iterable[RegionVersion]:  # type: ignore[override]
        return iter(self._versions.values())

    def current(self, key: str) -> str | None:
        """The key itself if it holds on this day, else the successor that does, else None."""
        seen: set[str] = set()
        while key not in self._versions:
            if key in seen or key not in self._successors:
                return None
            seen.add(key)
            key = self._successors[key]
        return key

    def version(self, key: str) -> RegionVersion | None:
        current = self.current(key)
        return self._versions[current] if current is not None else None

    def name(self, key: str) -> str:
        version = self.version(key)
        return version.name if version else key

    def ancestors(self, key: str) -> list[str]:
        """Self first, then parent up to the root; empty for a key unknown on this day."""
        chain: list[str] = []
        current = self.current(key)
        while current is not None and current not in chain:
            chain.append(current)
            parent = self._versions[current].parent
            current = self.current(parent) if parent else None
        return chain

    def at_level(self, key: str, level: str) -> str | None:
        return next((k for k in self.ancestors(key) if self._versions[k].level == level), None)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for version in self._versions.values():
            parent = self.current(version.parent) if version.parent else None
            if parent is not None:
                found.setdefault(parent, []).append(version.key)
        return {parent: sorted(keys) for parent, keys in found.items()}

    def children(self, key: str) -> list[str]:
        return self._children.get(key, [])

    def roots(self) -> list[str]:
        return sorted(v.key for v in self._versions.values() if len(self.ancestors(v.key)) == 1)

    def subtree(self, key: str) -> set[str]:
        """The key, everything below it, and the abolished keys whose successor lies there."""
        inside: set[str] = set()
        waiting = [key]
        while waiting:
            here = waiting.pop()
            if here not in inside:
                inside.add(here)
                waiting.extend(self.children(here))
        return inside | {old for old in self._successors if self.current(old) in inside}


class RegionTree:
    """All versions of all regions; `as_of` gives the tree of a day, `find` reads a text."""

    def __init__(self, versions: Iterable[RegionVersion]) -> None:
        self.versions = sorted(versions, key=lambda v: (v.key, v.valid_from))
        self._views: dict[date, TreeView] = {}

    def as_of(self, day: date) -> TreeView:
        if day not in self._views:
            holding = {v.key: v for v in self.versions if v.holds_on(day)}
            successors = {v.key: v.successor for v in self.versions if v.successor}
            self._views[day] = TreeView(holding, successors)
        return self._views[day]

    @cached_property
    def keys(self) -> set[str]:
        return {v.key for v in self.versions}

    @cached_property
    def _by_text(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for v in self.versions:
            for text in (v.key, v.code, v.name, v.name_en):
                if text:
                    found.setdefault(text, set()).add(v.key)
        return found

    def find(self, text: str, day: date | None = None) -> str | None:
        """The key meant by a key, a code, a unique name, or a path such as ``山东省/莱芜市``.

        Where a name is shared, the one that holds on ``day`` is meant; None if that leaves
        none or several.
        """
        text = text.strip()
        if text in self.keys:
            return text
        *above, last = [part.strip() for part in text.split("/") if part.strip()] or [""]
        candidates = self._by_text.get(last, set())
        if above:
            candidates = {k for k in candidates if self._lies_under(k, above)}
        if len(candidates) > 1 and day is not None:
            view = self.as_of(day)
            candidates = {k for k in candidates if k in view}
        return next(iter(candidates)) if len(candidates) == 1 else None

    def _lies_under(self, key: str, names: list[str]) -> bool:
        for version in (v for v in self.versions if v.key == key):
            chain = self.as_of(version.valid_from).ancestors(key)[1:]
            known = {
                text
                for v in self.versions
                if v.key in chain
                for text in (v.key, v.code, v.name, v.name_en)
            }
            if all(name in known for name in names):
                return True
        return False
