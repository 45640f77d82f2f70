"""A served sample city, and the real command on its home."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

COMMAND = [sys.executable, "-c", "from zhiheng.cli import main; main()"]
PASSWORD = "hengchuan-test-2026"
PHONE, DESK = 360, 1280
NO_TARGET = "penalty_total"
"""An indicator that no target of the sample city names. Measuring one of the others alone would
leave the city without a measurement that a release could rest on."""


@dataclass(frozen=True)
class City:
    """A served home: its folder and the address of its portal."""

    home: Path
    url: str


def zhiheng(*arguments: str, home: Path, wanted: int = 0) -> str:
    """Run the real command on a home; its standard output."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, "ZHIHENG_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == wanted, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout
