"""Claim: a year of 20,000 complaints, handled by simulated staff, gives exactly what was drawn.

Each complaint is submitted, accepted or refused, tested, ended and rated through the functions
that pages, API and commands call. Then every clock, the list of what is overdue, and the figures
on three days are held against the truth, which is counted day by day without the machine. The
first difference ends the run. With --seconds a run stops in time and the next one on the same
home goes on where it stopped.

    python benchmarks/complaints_year.py [--cases N] [--home DIR] [--seconds N]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

# The stories are those of the tests, whose package has the name of the benchmarks' own support.
sys.path[0] = str(Path(__file__).parents[1] / "tests")

DONE = "stories.json"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=20_000)
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--seconds", type=float, default=float("inf"))
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder) / "home"
        said = _year(home, asked.cases, time.monotonic() + asked.seconds)
    said["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    said["load"] = round(os.getloadavg()[0], 2)
    sys.stdout.write(json.dumps(said, indent=1) + "\n")


def _year(folder: Path, count: int, until: float) -> dict[str, Any]:
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(folder), create=True)

    from support.casework import draw, handle
    from support.complaints import PEOPLE, people

    from zhiheng.office.models import User
    from zhiheng.office.queries import actor_of

    kept = folder / DONE
    done: dict[str, Any] = {"cases": {}, "seconds": 0.0, "cpu_seconds": 0.0, "judged": {}}
    if kept.exists():
        done = json.loads(kept.read_text())
        staff = {name: actor_of(User.objects.get(username=name)) for name in PEOPLE}
    else:
        staff = people()
    stories = draw(count, seed=6)
    wall, cpu = time.monotonic(), time.process_time()
    for story in stories[len(done["cases"]) :]:
        done["cases"].update(handle([story], staff))
        if time.monotonic() > until:
            break
    done["seconds"] += time.monotonic() - wall
    done["cpu_seconds"] += time.process_time() - cpu
    kept.write_text(json.dumps(done))
    if len(done["cases"]) == count:
        done["judged"] = _judged(stories, {int(n): c for n, c in done["cases"].items()}, staff)
    spent = {name: round(done[name], 1) for name in ("seconds", "cpu_seconds")}
    return {"cases": len(done["cases"]), "events": _events(), **spent, "judged": done["judged"]}


def _events() -> int:
    from zhiheng.procedures.models import Event

    return Event.objects.count()


def _judged(stories: list[Any], number: dict[int, int], staff: dict[str, Any]) -> dict[str, Any]:
    """Seconds of each judgement; the first difference is raised."""
    from support.case_truth import clocks_are_right, figures_are_the_truth, overdue_are_flagged

    from zhiheng.office.actors import Actor
    from zhiheng.procedures.filing import file_evidence

    stages = {
        "clocks": lambda: clocks_are_right(stories, number),
        "overdue": lambda: overdue_are_flagged(stories, number, staff["city"]),
        "filed": lambda: file_evidence(Actor.system()),
        "figures": lambda: figures_are_the_truth(stories, staff["city"]),
    }
    took = {}
    for name, judge in stages.items():
        began = time.process_time()
        judge()
        took[f"{name}_cpu_seconds"] = round(time.process_time() - began, 2)
    return took


if __name__ == "__main__":
    main()
