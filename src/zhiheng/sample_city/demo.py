"""The demo: the sample city through the ordinary doors, from a department's file to a page."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhiheng.complaints.bulletins import SUBJECT, ask_to_publish, last_quarter
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.models import Batch
from zhiheng.indicators.actions import measure
from zhiheng.indicators.indicators import ALL as INDICATORS
from zhiheng.indicators.models import Measurement
from zhiheng.office import actions as office
from zhiheng.office import configuration
from zhiheng.office.actors import Actor
from zhiheng.office.console import plain
from zhiheng.office.home import Home
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.plans import queries as plans
from zhiheng.plans.actions import load_plan, publish_verdicts
from zhiheng.plans.models import PlanRecord
from zhiheng.plans.queries import VerdictTable
from zhiheng.procedures.actions import take_step
from zhiheng.publication.actions import approve
from zhiheng.publication.models import Release
from zhiheng.publication.statements import released
from zhiheng.reports.actions import write_reports
from zhiheng.rules.errors import ConflictError
from zhiheng.sample_city.accounts import Account, demo_actor, open_accounts, open_firm_account
from zhiheng.sample_city.desk import work_the_desk
from zhiheng.sample_city.generate import AS_OF, PLAN, write_city
from zhiheng.sample_city.manifest import NAME, Entry, Manifest, read_manifest
from zhiheng.sample_city.parties import ANALYST, APPROVER, EDITOR, REPORTERS
from zhiheng.sample_city.places import versions

FOLDER = "sample-city"
"""Where in the home the city's files lie."""

VERDICTS = "verdicts.json"
REPORTS = ("report.docx", "report.pdf", "report.xlsx")


@dataclass
class Demo:
    """What the demo did.

    Attributes:
        outcomes: each file's entry and what intake answered, None where the file had been
            handed in before.
        submissions: complaints and reports that were handed in and handled.
        seconds: how long each stage took.
    """

    manifest: Manifest
    accounts: list[Account] = field(default_factory=list)
    outcomes: list[tuple[Entry, dict[str, Any] | None]] = field(default_factory=list)
    submissions: int = 0
    measurement: Measurement | None = None
    verdicts: VerdictTable | None = None
    release: Release | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - start


def build(
    home: Home,
    *,
    seed: int = 1,
    scale: float = 1.0,
    as_of: date = AS_OF,
    progress: Progress | None = None,
) -> Demo:
    """Take the sample city the whole way; the framework runs on ``home`` already.

    A second run on the same home hands in nothing twice; passwords are made anew.

    Raises:
        ConflictError: the home holds a city of another seed or scale.
    """
    progress = progress or Silent()
    folder = home.path / FOLDER
    _refuse_another_city(folder, seed, scale)
    started = time.monotonic()
    demo = Demo(write_city(folder, seed=seed, scale=scale, progress=progress))
    demo.seconds[_("模拟城市")] = time.monotonic() - started
    with demo.stage(_("区域、单位和账号")):
        home.map.write_bytes((folder / "map.geojson").read_bytes())
        settings = home.path / configuration.NAME
        if not settings.exists():
            settings.write_text(configuration.TRIAL, encoding="utf-8")
        office.load_regions(Actor.system(), versions())
        demo.accounts = list(open_accounts(folder, progress))
    with demo.stage(_("导入")):
        demo.outcomes = list(_hand_in(folder, demo.manifest, progress))
        demo.accounts.append(open_firm_account())
    with demo.stage(_("投诉举报")):
        demo.submissions = work_the_desk(folder, seed, scale, progress)
    with demo.stage(_("测算")):
        plan = load_plan(demo_actor(ANALYST), folder / PLAN.name)
        demo.measurement = measure(demo_actor(ANALYST), _measured(plan), progress=progress)
    with demo.stage(_("判定和发布")):
        demo.verdicts = plans.verdict_table(demo_actor(ANALYST), as_of, plan=plan.code)
        _write_verdicts(home, demo.verdicts)
        title = _("{plan}目标完成情况", plan=plan.title)
        demo.release = publish_verdicts(
            demo_actor(EDITOR), title=title, as_of=as_of, plan=plan.code
        )
        approve(demo_actor(APPROVER), demo.release)
        _publish_complaints()
    with demo.stage(_("报告")):
        paths = [home.path / name for name in REPORTS]
        write_reports(demo_actor(ANALYST), paths, as_of=as_of, plan=plan.code)
    return demo


def _publish_complaints() -> None:
    """The last quarter's figures of complaints, asked for and let out by two people, once."""
    quarter = last_quarter(timezone.localdate())
    if any(each.period == quarter for each in released(SUBJECT)):
        return
    asked = ask_to_publish(demo_actor(EDITOR), quarter)
    take_step(demo_actor(APPROVER), asked.case_id, "approve")


def _measured(plan: PlanRecord) -> list[str]:
    """The indicators that the plan's targets name and the satisfaction index of the survey that
    asks all its questions, in the catalogue's order."""
    named = {*plan.targets.values_list("indicator", flat=True), "consumer_service_index"}
    return [code for code in INDICATORS if code in named]


def _write_verdicts(home: Home, table: VerdictTable) -> None:
    text = json.dumps(table.as_json(), ensure_ascii=False, indent=1, default=plain)
    (home.path / VERDICTS).write_text(text + "\n", encoding="utf-8")


def _refuse_another_city(folder: Path, seed: int, scale: float) -> None:
    if not (folder / NAME).exists():
        return
    held = read_manifest(folder)
    if (held.seed, held.scale) != (seed, scale):
        raise ConflictError(
            "demo.another_city",
            _(
                "这个数据目录里已有种子 {seed}、规模 {scale} 的样例城市。",
                seed=held.seed,
                scale=f"{held.scale:g}",
            ),
            _("请用同样的种子和规模，或用 --home 指定另一个目录。"),
        )


def _hand_in(
    folder: Path, manifest: Manifest, progress: Progress
) -> Iterator[tuple[Entry, dict[str, Any] | None]]:
    """Each file for its own party, in the order of delivery.

    What an earlier run handed in is left out: an old file after its correction would be taken
    for a correction of the correction.
    """
    actors = {party: demo_actor(person.username) for party, person in REPORTERS.items()}
    before = set(
        Batch.objects.filter(state=Batch.State.SEALED).values_list("source", "kind", "file_hash")
    )
    for entry in manifest.entries:
        path = folder / entry.file
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if (entry.party, entry.kind, digest) in before:
            yield entry, None
            continue
        yield (
            entry,
            import_file(
                actors.get(entry.party, Actor.system()),
                path,
                entry.kind,
                mapping=folder / entry.mapping if entry.mapping else None,
                mode=entry.mode,  # type: ignore[arg-type]
                source=entry.party,
                progress=progress,
            ),
        )
