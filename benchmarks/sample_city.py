"""Claim: the sample city of scale 100 (200,000 organisations, six million rows) is written in
under five minutes.

    python benchmarks/sample_city.py [--scale 100] [--json FILE]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from support import spent, write_json

from zhiheng.sample_city.generate import write_city


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--scale", type=float, default=100.0)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manifest, times = spent(lambda: write_city(Path(folder), scale=asked.scale))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    result = {
        "scale": asked.scale,
        "rows": manifest.rows,
        "files": len(manifest.entries),
        "megabytes": round(size / 2**20),
        **times,
        "rows_a_second": round(manifest.rows / times["seconds"]),
    }
    write_json(result, asked.json)


if __name__ == "__main__":
    main()
