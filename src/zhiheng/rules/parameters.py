"""Dated parameters: every threshold, weight and term with its source, period and trace of use.

A room keeps its parameters in a YAML file beside its code: a mapping of names to lists of
versions, each ``{value, from, to, source, confirmed, note}``. ``from`` is the first day in force,
``to`` the last (null while it holds). A change is a new version, never an edit of an old one, so
that a case keeps the value that was in force on its own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

_FIELDS = frozenset({"value", "from", "to", "source", "confirmed", "note"})
_REQUIRED = frozenset({"value", "from", "source", "confirmed"})


class ParameterError(ValueError):
    """A parameter file that contradicts itself, or a question that it does not answer.

    Args:
        code: ``parameter.file``, ``parameter.overlap``, ``parameter.unknown`` or
            ``parameter.not_in_force``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Parameter:
    """One version of one parameter.

    ``confirmed`` says whether the value was checked against its source; an unconfirmed one may
    be used, and every result that used it says so in its trace.
    """

    name: str
    value: Any
    valid_from: date
    valid_to: date | None
    source: str
    confirmed: bool
    note: str = ""

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ParameterError(
                "parameter.file", f"{self.name}: ends {self.valid_to}, before {self.valid_from}"
            )
        if not self.source:
            raise ParameterError("parameter.file", f"{self.name}: names no source")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def plain(self) -> dict[str, Any]:
        """As JSON can say it: what a result keeps of the parameter that it used."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self).items()}


class Trace:
    """The parameters that a computation used, each once, in the order of first use."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, date], Parameter] = {}

    def add(self, parameter: Parameter) -> None:
        self._used.setdefault((parameter.name, parameter.valid_from), parameter)

    @property
    def used(self) -> tuple[Parameter, ...]:
        return tuple(self._used.values())

    def plain(self) -> list[dict[str, Any]]:
        return [parameter.plain() for parameter in self.used]


class Parameters:
    """All versions of a room's parameters.

    Raises:
        ParameterError: two versions of one name hold on the same day.
    """

    def __init__(self, versions: Iterable[Parameter]) -> None:
        self._versions: dict[str, list[Parameter]] = {}
        for version in sorted(versions, key=lambda v: (v.name, v.valid_from)):
            earlier = self._versions.setdefault(version.name, [])
            if earlier and earlier[-1].holds_on(version.valid_from):
                raise ParameterError(
                    "parameter.overlap",
                    f"{version.name}: the version from {earlier[-1].valid_from} still holds when "
                    f"that from {version.valid_from} begins",
                )
            earlier.append(version)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._versions)

    def versions(self, name: str) -> tuple[Parameter, ...]:
        """Every version of ``name``, the oldest first; empty where there is none."""
        return tuple(self._versions.get(name, ()))

    def at(self, name: str, on: date) -> Parameter:
        """The version of ``name`` in force on a day.

        Raises:
            ParameterError: ``parameter.unknown`` or ``parameter.not_in_force``.
        """
        if name not in self._versions:
            raise ParameterError(
                "parameter.unknown", f"no parameter {name!r}; known: {', '.join(self._versions)}"
            )
        for version in self._versions[name]:
            if version.holds_on(on):
                return version
        spans = ", ".join(f"{v.valid_from}..{v.valid_to or ''}" for v in self._versions[name])
        raise ParameterError("parameter.not_in_force", f"{name} on {on}: in force only {spans}")

    def value(self, name: str, on: date, trace: Trace | None = None) -> Any:
        """The value of ``name`` on a day; noted in ``trace`` if one is given."""
        found = self.at(name, on)
        if trace is not None:
            trace.add(found)
        return found.value


def load(path: Path) -> Parameters:
    """The parameters of one YAML file.

    Raises:
        ParameterError: ``parameter.file`` with the name and the field that is wrong.
    """
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ParameterError("parameter.file", f"{path.name}: not a mapping of names to versions")
    versions = []
    for name, entries in content.items():
        if not isinstance(entries, list):
            raise ParameterError("parameter.file", f"{name}: not a list of versions")
        versions += [_version(name, entry) for entry in entries]
    return Parameters(versions)


def _version(name: str, entry: Any) -> Parameter:
    fields = set(entry) if isinstance(entry, dict) else set()
    if not fields >= _REQUIRED or not fields <= _FIELDS:
        raise ParameterError(
            "parameter.file",
            f"{name}: a version has {', '.join(sorted(_REQUIRED))} and may have to and note; "
            f"found {', '.join(sorted(map(str, fields))) or entry!r}",
        )
    first, last = entry["from"], entry.get("to")
    if not isinstance(first, date) or not (last is None or isinstance(last, date)):
        raise ParameterError(
            "parameter.file", f"{name}: from and to are dates; {first!r}, {last!r}"
        )
    if not isinstance(entry["confirmed"], bool):
        raise ParameterError("parameter.file", f"{name}: confirmed is true or false")
    return Parameter(
        name=str(name),
        value=entry["value"],
        valid_from=first,
        valid_to=last,
        source=str(entry["source"]),
        confirmed=entry["confirmed"],
        note=str(entry.get("note") or ""),
    )
