"""What benchmarks share: time spent, sizes run alone, the result on screen and in a file."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
TESTS = Path(__file__).resolve().parents[1] / "tests" / "support"


def of_tests(name: str) -> Any:
    """A module of the tests' support, whose package has the name of the benchmarks' own."""
    spec = importlib.util.spec_from_file_location(f"tests_{name}", TESTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


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


def each_size_alone(
    script: str, measured: Callable[[Path, int], dict[str, Any]], sizes: list[int]
) -> tuple[list[dict[str, Any]], Path | None]:
    """Run ``measured(folder, rows)`` for every size asked for on the command line, each in a
    process of its own, so that memory is its own; the results, and where to write them.

    The process that was started for one size prints its result and ends here.
    """
    arguments = argparse.ArgumentParser()
    arguments.add_argument("rows", nargs="*", type=int, default=sizes)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.alone:
        with tempfile.TemporaryDirectory() as folder:
            write_json(measured(Path(folder), asked.rows[0]), None)
        sys.exit()
    found = []
    for rows in asked.rows:
        command = [sys.executable, script, str(rows), "--alone"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout))
    return found, asked.json
