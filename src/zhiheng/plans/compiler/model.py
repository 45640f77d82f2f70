"""What reading a plan gives: plain frozen values, with offsets into the text that was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Document:
    """The head of a document; ``issued_on`` is ISO text, ``period`` first and last year."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    issuers: tuple[str, ...] = ()
    issued_on: str | None = None
    period: tuple[int, int] | None = None


@dataclass(frozen=True)
class Clause:
    """A numbered or titled part; ``number`` as written, ``id`` the path of its numbers."""

    id: str
    number: str
    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Candidate:
    """An indicator that a metric may mean; ``score`` from 0 to 1."""

    code: str
    score: float


@dataclass(frozen=True)
class Link:
    """Where a metric leads: to an indicator, or to a new reported one that it proposes."""

    score: float
    alternatives: tuple[Candidate, ...] = ()
    proposes: str | None = None


@dataclass(frozen=True)
class Target:
    """One promise; ``value`` in base units, ``unit`` as written.

    A damaged value is None; ``inferred_value`` stands beside it where only one reading fits.
    """

    text: str
    start: int
    end: int
    metric: str
    op: str
    value: float | None
    unit: str
    value_max: float | None = None
    deadline: int | None = None
    damaged: bool = False
    inferred_value: float | None = None
    deadline_inferred: bool = False
    metric_damaged: bool = False
    indicator: str | None = None
    link: Link | None = None
    clause: str | None = None


@dataclass(frozen=True)
class Responsibility:
    """Who does it; nobody singled out means that all lead."""

    text: str
    start: int
    end: int
    lead: tuple[str, ...]
    support: tuple[str, ...] = ()
    clause: str | None = None


@dataclass(frozen=True)
class Task:
    """A piece of work: a clause that says what is to be done, and by whom."""

    text: str
    start: int
    end: int
    clause: str | None
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    deadline: int | None = None


@dataclass(frozen=True)
class Warning:
    """Something that was not read, or read with doubt."""

    code: str
    message: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """Everything that was read in one document."""

    name: str
    text: str = field(repr=False)
    document: Document = Document()
    clauses: tuple[Clause, ...] = ()
    targets: tuple[Target, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    tasks: tuple[Task, ...] = ()
    warnings: tuple[Warning, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values; ``support`` is called ``with``. The text itself is left out."""
        return {
            "name": self.name,
            "document": _plain(self.document),
            "targets": [_plain(target) for target in self.targets],
            "responsibilities": [_plain(item) for item in self.responsibilities],
            "tasks": [_plain(task) for task in self.tasks],
            "clauses": [_plain(clause) for clause in self.clauses],
            "warnings": [_plain(warning) for warning in self.warnings],
        }


def _plain(item: Any) -> dict[str, Any]:
    said = {"with" if key == "support" else key: value for key, value in asdict(item).items()}
    for key in ("value", "value_max", "inferred_value"):
        number = said.get(key)
        if isinstance(number, float) and number.is_integer():
            said[key] = int(number)
    return said
