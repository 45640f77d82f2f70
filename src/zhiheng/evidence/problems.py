"""What is wrong with a row, in words its owner can act on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: where (spreadsheet row, column title), which value, which rule, what to do."""

    row: int
    column: str
    value: str
    rule: str
    message: str
    fix: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
