"""What benchmarks share: time spent, and the result on screen and in a file."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def spent(run: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """The result, with wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = run()
    times = {"seconds": time.perf_counter() - wall, "cpu_seconds": time.process_time() - cpu}
    return result, {name: round(value, 3) for name, value in times.items()}


def write_json(result: dict[str, Any], path: Path | None) -> None:
    """Print the result with memory and load; write it where asked."""
    said = result | {
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": round(os.getloadavg()[0], 2),
    }
    text = json.dumps(said, indent=1, ensure_ascii=False) + "\n"
    sys.stdout.write(text)
    if path:
        path.write_text(text, encoding="utf-8")
