"""What a technical body is accredited for: dated entries with their source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Accredited:
    """One entry of a body's accreditation.

    Attributes:
        kind: code of the kind of evidence it may file.
        scope: for columns of that kind the codes or texts it may report; a column that is not
            named is not limited.
        valid_from: first day on which it holds; ``valid_to`` the last, None while it holds.
        source: the certificate or decision that grants it.
    """

    kind: str
    valid_from: date
    source: str
    valid_to: date | None = None
    scope: dict[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.kind}: ends {self.valid_to}, before {self.valid_from}")
        if not self.source.strip():
            raise ValueError(f"{self.kind}: names no source")

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def entries_for(kind: str, entries: Iterable[Accredited]) -> tuple[Accredited, ...]:
    """The entries for one kind, oldest first."""
    return tuple(sorted((e for e in entries if e.kind == kind), key=lambda e: e.valid_from))


def described(entry: Accredited) -> str:
    """The entry's period and scope in one line, as an error names what is allowed."""
    limits = "; ".join(f"{column} = {' | '.join(values)}" for column, values in entry.scope.items())
    period = f"{entry.valid_from} – {entry.valid_to or ''}".rstrip(" –")
    return f"{period}{f' ({limits})' if limits else ''}"
