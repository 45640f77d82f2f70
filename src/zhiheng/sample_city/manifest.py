"""The list of files of a written city, in the order in which they are handed in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

NAME = "manifest.json"


@dataclass(frozen=True)
class Entry:
    """One file.

    Attributes:
        file: path under the city's folder.
        mapping: path under the city's folder, None for the kind's own template.
        party: key of the party that hands it in.
        mode: ``rollback`` or ``proceed``, as `import` takes it.
        expect: counts that intake should print (read, accepted, corrected, repeated, rejected).
    """

    file: str
    kind: str
    mapping: str | None
    party: str
    mode: str
    delivered_on: date
    expect: dict[str, int]
    note: str = ""


@dataclass(frozen=True)
class Manifest:
    """Everything that `write_city` wrote."""

    seed: int
    scale: float
    entries: tuple[Entry, ...]

    @property
    def rows(self) -> int:
        return sum(entry.expect["read"] for entry in self.entries)

    def write(self, folder: Path) -> None:
        files = [{**asdict(e), "delivered_on": e.delivered_on.isoformat()} for e in self.entries]
        whole = {"seed": self.seed, "scale": self.scale, "rows": self.rows, "files": files}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    whole: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    entries = tuple(
        Entry(**{**e, "delivered_on": date.fromisoformat(e["delivered_on"])})
        for e in whole["files"]
    )
    return Manifest(whole["seed"], whole["scale"], entries)
