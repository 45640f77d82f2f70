"""Measuring killed at any moment: no half-written estimate is seen, and the next run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from django.db.models import Count
from support.lake_files import write_batch
from support.tiny_lake import TREE

from zhiheng.indicators import queries
from zhiheng.indicators.actions import measure
from zhiheng.indicators.models import EstimatePart, EstimateRow, MeasuredPart, Measurement
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

SYSTEM = Actor.system()
CODES = ["product_pass_rate", "food_pass_rate", "nonconforming_discovery_rate"]
KILLS = 3


def start_measuring() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "zhiheng", "measure", "--json"]
    command += [part for code in CODES for part in ("--indicator", code)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    )


def fill(home: Home, chance: random.Random) -> None:
    rows = [
        {
            "sampling": chance.choice(["random", "targeted"]),
            "result": chance.choice(["pass", "fail"]),
            "product_class": chance.choice(["food", "drug"]),
            "region": chance.choice(["990101", "990102"]),
            "subject": f"uscc:{chance.randrange(300)}",
            "occurred_on": date(2024, 1, 1) + timedelta(days=chance.randrange(1000)),
        }
        for _ in range(1500)
    ]
    write_batch(home, "product_inspection", 1, rows)


def test_kill_at_random_moments(home: Home) -> None:
    kill_and_go_on(home, KILLS)


@pytest.mark.full
def test_kill_at_many_moments(home: Home) -> None:
    kill_and_go_on(home, 5 * KILLS)


def kill_and_go_on(home: Home, kills: int) -> None:
    load_regions(SYSTEM, TREE.versions)
    chance = random.Random(20260307)
    fill(home, chance)
    first = time.monotonic()
    empty = subprocess.run(
        [sys.executable, "-m", "zhiheng", "measure", "--indicator", "reported_brands"],
        check=True,
        capture_output=True,
    )
    assert empty.returncode == 0
    start_up = time.monotonic() - first
    runs = Measurement.objects.count()
    for _kill in range(kills):
        process = start_measuring()
        time.sleep(start_up * chance.uniform(0.5, 2.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        whole_or_nothing()
        if Measurement.objects.count() == runs:
            assert not queries.visible_to(SYSTEM).filter(indicator__in=CODES).exists()
    before = set(EstimatePart.objects.filter(indicator__in=CODES).values_list("id", flat=True))
    finished = start_measuring()
    lines, complaint = finished.communicate()
    assert finished.returncode == 0, complaint
    whole_or_nothing()
    last = Measurement.objects.order_by("-id").first()
    assert last is not None
    taken = set(MeasuredPart.objects.filter(measurement=last).values_list("part", flat=True))
    assert before <= taken, "what was finished before the kill is gone on with"
    assert len(lines.splitlines()) == last.estimates == queries.rows_of(last).count() > 0
    spill = home.path / "spill"
    measure(SYSTEM, ["food_pass_rate"])
    assert not [f for f in spill.glob("*") if f.name != str(os.getpid())]


def whole_or_nothing() -> None:
    """Every part in the record holds as many estimates as it says."""
    held = dict(EstimateRow.objects.values_list("part").annotate(Count("id")))
    assert dict(EstimatePart.objects.filter(estimates__gt=0).values_list("id", "estimates")) == held
