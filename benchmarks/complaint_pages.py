"""Claim: with 100,000 complaints at one desk its pages and the public's answer in p95 < 150 ms.

All cases are of one unit and of the last 60 days, the worst that a page which looks for repeats
can meet. They are written by rows, each with the marks of a message; some hundred more come in
through the public form, and those are followed, opened and read. Requests go through the whole
stack of the portal, one after another, without a network.

    python benchmarks/complaint_pages.py [--cases N] [--json FILE]
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from support import spent, write_json

UNIT, REGION, CLERK = "market-east", "990101", "clerk"
GOODS = ("酱油", "糕点", "水壶", "旅行箱", "会员卡", "洗衣机", "台灯", "运动鞋")
TROUBLE = ("打开就有霉斑", "用了三天就坏", "店家不肯退款", "和宣传的不一样", "少了配件", "多收了钱")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=100_000)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_json(measured(Path(folder), asked.cases), asked.json)


def measured(folder: Path, count: int) -> dict[str, Any]:
    from zhiheng.office import configuration
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    home = Home(folder / "home")
    home.create()
    # One address asks here as often as a whole city does elsewhere.
    (home.path / configuration.NAME).write_text(configuration.TRIAL, encoding="utf-8")
    start(home, create=True)
    _settle()
    _nothing, written = spent(lambda: _write(count))
    return {"cases": count, "written": written, **_requests()}


def _settle() -> None:
    from zhiheng.office import actions as office
    from zhiheng.office.actors import Actor
    from zhiheng.office.models import User
    from zhiheng.office.regions import RegionVersion

    operator = Actor.system()
    office.load_regions(
        operator,
        [
            RegionVersion("990100", "衡川市", "city"),
            RegionVersion(REGION, "云溪区", "district", "990100"),
        ],
    )
    party = office.add_party(operator, UNIT, "unit", "云溪区市场监管局", REGION)
    roles = ["complaint_clerk", "report_officer", "complaint_head"]
    User.objects.create(username=CLERK, name=CLERK, party=party, roles=roles)


def _message(draw: np.random.Generator) -> str:
    """What somebody writes; a few say nearly the same."""
    words = [str(draw.choice(TROUBLE)) for _part in range(4)]
    return f"在第{draw.integers(1, 4000)}号店买的{draw.choice(GOODS)}，{'，'.join(words)}。"


def _write(count: int) -> None:
    from django.utils import timezone

    from zhiheng.complaints.models import Mark
    from zhiheng.complaints.near_duplicates import marks
    from zhiheng.procedures.models import NEVER, Case

    draw = np.random.default_rng(20_260_420)
    today, now = date.today(), timezone.now()  # noqa: DTZ011
    kinds = [marks(_message(draw)) for _kind in range(1_000)]
    for start in range(0, count, 10_000):
        cases = []
        for number in range(start, min(start + 10_000, count)):
            is_open, received = draw.random() < 0.2, today - timedelta(int(draw.integers(0, 60)))
            due = received + timedelta(days=60)
            cases.append(
                Case(
                    procedure="consumer_complaint", unit=UNIT, filer="public", region=REGION,
                    state="mediating" if is_open else "agreed", title="食品安全：某店",
                    received_on=received, closed_on=None if is_open else today, opened_at=now,
                    due_on=due if is_open else NEVER, events=1, key=f"written-{number}",
                    assignee=CLERK if draw.random() < 0.1 else "",
                )
            )  # fmt: skip
        made = Case.objects.bulk_create(cases, batch_size=2000)
        drawn = draw.integers(len(kinds), size=len(made))
        Mark.objects.bulk_create(
            (
                Mark(case=case, mark=mark)
                for case, kind in zip(made, drawn, strict=True)
                for mark in kinds[kind]
            ),
            batch_size=5000,
        )


def _requests() -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from zhiheng.office.models import User
    from zhiheng.office.sign_in import BACKEND
    from zhiheng.procedures.models import Case

    settings.ALLOWED_HOSTS = ["testserver"]
    public, desk = Client(), Client()
    desk.force_login(User.objects.get(username=CLERK), backend=BACKEND)
    draw = np.random.default_rng(7)
    receipts: list[tuple[str, str]] = []

    def send(number: int) -> Any:
        form = {
            "part_complaint": "1", "act": "send", "request": f"form-{number}", "trade": "offline",
            "topic": "food", "account": _message(draw), "business_region": REGION,
        }  # fmt: skip
        answer = public.post("/complaints", form)
        found = re.findall(r'id="(?:number|secret)">([^<]+)<', answer.content.decode())
        receipts.append((found[0], found[1]))
        return answer

    def follow(number: int) -> Any:
        known, secret = receipts[number % len(receipts)]
        return public.post("/complaints/follow", {"number": known, "secret": secret})

    found = {
        "form": _spread(lambda n: public.get("/complaints"), 60),
        "send": _spread(send, 120),
        "follow": _spread(follow, 100),
    }
    sent = list(Case.objects.filter(key__startswith="form-").values_list("id", flat=True))
    for which in ("mine", "unit", "overdue", "week", "all"):
        found[f"list {which}"] = _spread(lambda n, w=which: desk.get(f"/desk/cases?list={w}"), 30)  # type: ignore[misc]
    found["case"] = _spread(lambda n: desk.get(f"/desk/cases/{sent[n % len(sent)]}"), 60)
    found["help"] = _spread(lambda n: desk.get(f"/desk/complaints/{sent[n % len(sent)]}"), 60)
    return found


def _spread(ask: Callable[[int], Any], times: int) -> dict[str, float]:
    """Milliseconds of so many requests; the first, which loads code, is not counted."""
    took = []
    for number in range(times + 1):
        began = time.perf_counter()
        answer = ask(number)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.content.decode()[:2000]
    at = np.quantile(took[1:], [0.5, 0.95, 1.0]) * 1000
    return {
        name: round(float(v), 1) for name, v in zip(("p50_ms", "p95_ms", "max_ms"), at, strict=True)
    }


if __name__ == "__main__":
    sys.exit(main())
