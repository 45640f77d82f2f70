"""The dated tree of regions, asked as of a day.

A region's row is one *version*: the same key may have several with disjoint validity, as its
name, rank or parent changed. A key that ended points to its successor. Assessment units such as
development zones have a key and no national code, so nothing here reads meaning from digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

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

    @property
    def texts(self) -> set[str]:
        """Everything a file may call it by."""
        return {text for text in (self.key, self.code, self.name, self.name_en) if text}

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class TreeView:
    """The tree as it stood on one day."""

    def __init__(
        self, versions: Mapping[str, list[RegionVersion]], successors: Mapping[str, str], day: date
    ) -> None:
        self._by_key = versions
        self._successors = successors
        self._day = day
        self._found: dict[str, RegionVersion | None] = {}
        self._below: dict[str, frozenset[str]] = {}

    def _holding(self, key: str) -> RegionVersion | None:
        if key not in self._found:
            newest_first = reversed(self._by_key.get(key, []))
            self._found[key] = next((v for v in newest_first if v.holds_on(self._day)), None)
        return self._found[key]

    def __contains__(self, key: str) -> bool:
        return self._holding(key) is not None

    def __iter__(self) -> Iterator[RegionVersion]:
        """Every region that holds on this day, by key."""
        return (version for key in self._by_key if (version := self._holding(key)))

    def current(self, key: str) -> str | None:
        """The key itself if it holds on this day, else the successor that does, else None."""
        seen: set[str] = set()
        while key not in self:
            if key in seen or key not in self._successors:
                return None
            seen.add(key)
            key = self._successors[key]
        return key

    def version(self, key: str) -> RegionVersion | None:
        current = self.current(key)
        return self._holding(current) if current is not None else None

    def name(self, key: str) -> str:
        version = self.version(key)
        return version.name if version else key

    def lineage(self, key: str) -> list[RegionVersion]:
        """Self first, then parent up to the root; empty for a key unknown on this day."""
        chain: list[RegionVersion] = []
        version = self.version(key)
        while version is not None and version not in chain:
            chain.append(version)
            version = self.version(version.parent) if version.parent else None
        return chain

    def ancestors(self, key: str) -> list[str]:
        """The keys of the lineage: self first, an abolished key replaced by its successor."""
        return [version.key for version in self.lineage(key)]

    def at_level(self, key: str, level: str) -> str | None:
        return next((v.key for v in self.lineage(key) if v.level == level), None)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for version in self:
            parent = self.current(version.parent) if version.parent else None
            if parent is not None:
                found.setdefault(parent, []).append(version.key)
        return {parent: sorted(keys) for parent, keys in found.items()}

    def children(self, key: str) -> list[str]:
        return self._children.get(key, [])

    def roots(self) -> list[str]:
        return sorted(v.key for v in self if len(self.ancestors(v.key)) == 1)

    def subtree(self, key: str) -> frozenset[str]:
        """The key, everything below it, and the abolished keys whose successor lies there."""
        if key not in self._below:
            self._below[key] = self._subtree(key)
        return self._below[key]

    def _subtree(self, key: str) -> frozenset[str]:
        inside: set[str] = set()
        waiting = [key]
        while waiting:
            here = waiting.pop()
            if here not in inside:
                inside.add(here)
                waiting.extend(self.children(here))
        return frozenset(inside | {k for k in self._successors if self.current(k) in inside})


class RegionTree:
    """All versions of all regions; `as_of` gives the tree of a day, `find` reads a text."""

    def __init__(self, versions: Iterable[RegionVersion]) -> None:
        self.versions = sorted(versions, key=lambda v: (v.key, v.valid_from))
        self._views: dict[date, TreeView] = {}
        self._above: dict[str, list[set[str]]] = {}
        self._names_above: dict[str, dict[str, set[str]]] = {}

    def as_of(self, day: date) -> TreeView:
        if day not in self._views:
            self._views[day] = TreeView(self._by_key, self._successors, day)
        return self._views[day]

    @cached_property
    def _by_key(self) -> dict[str, list[RegionVersion]]:
        return {key: list(group) for key, group in groupby(self.versions, key=lambda v: v.key)}

    @cached_property
    def _successors(self) -> dict[str, str]:
        return {v.key: v.successor for v in self.versions if v.successor}

    @property
    def keys(self) -> Collection[str]:
        return self._by_key.keys()

    @cached_property
    def _by_text(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for v in self.versions:
            for text in v.texts:
                found.setdefault(text, set()).add(v.key)
        return found

    def find(self, text: str, day: date | None = None) -> str | None:
        """The key meant by a key, a code, a unique name, or a path such as ``山东省/莱芜市``.

        Where a name is shared, the one that bore it on ``day`` is meant, and where none did,
        the last that bore it; None if that leaves none or several, or no day is given.
        """
        text = text.strip()
        if text in self.keys:
            return text
        *above, last = [part.strip() for part in text.split("/") if part.strip()] or [""]
        candidates = self._by_text.get(last, set())
        if above and candidates:
            below = self._below(last)
            candidates = set.intersection(*(below.get(name, set()) for name in above))
            candidates = {k for k in candidates if self._lies_under(k, above)}
        if len(candidates) > 1 and day is not None:
            bearers = [v for k in candidates for v in self._by_key[k] if last in v.texts]
            holding = {v.key for v in bearers if v.holds_on(day)}
            newest = max(v.valid_from for v in bearers)
            candidates = holding or {v.key for v in bearers if v.valid_from == newest}
        return next(iter(candidates)) if len(candidates) == 1 else None

    def _below(self, text: str) -> dict[str, set[str]]:
        """Of the keys called ``text``: those that lie below each name."""
        if text not in self._names_above:
            found = self._names_above[text] = {}
            for key in self._by_text[text]:
                for name in set().union(*self._texts_above(key)):
                    found.setdefault(name, set()).add(key)
        return self._names_above[text]

    def _lies_under(self, key: str, names: list[str]) -> bool:
        return any(texts.issuperset(names) for texts in self._texts_above(key))

    def _texts_above(self, key: str) -> list[set[str]]:
        """For each version of the key, everything its ancestors of its first day were called."""
        if key not in self._above:
            self._above[key] = [
                {
                    text
                    for ancestor in self.as_of(version.valid_from).ancestors(key)[1:]
                    for named in self._by_key[ancestor]
                    for text in named.texts
                }
                for version in self._by_key[key]
            ]
        return self._above[key]
