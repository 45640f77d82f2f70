"""A machine whose clock was set back: the order of the record does not follow it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence.actions import import_file
from zhiheng.evidence.lake import connect
from zhiheng.evidence.models import Batch
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry


@pytest.mark.record
def test_what_comes_later_is_never_recorded_earlier(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_places()
    operator = Actor.system()
    days = [datetime(2027, 8, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)]
    days.append(days[0] + timedelta(days=1))
    for number, today in enumerate(days):
        monkeypatch.setattr(timezone, "now", lambda today=today: today)
        rows = [inspection("A-1", 产品名称=f"第{number}次", 抽样日期="2024-05-05")]
        outcome = import_file(
            operator, write_csv(tmp_path / f"{number}.csv", rows), "product_inspection"
        )
        assert outcome["accepted"] + outcome["corrected"] == 1
    recorded = list(Batch.objects.order_by("id").values_list("recorded_at", flat=True))
    assert recorded == [days[0], days[0], days[2]]
    entries = list(AuditEntry.objects.order_by("id"))
    assert [e.at for e in entries] == sorted(e.at for e in entries)
    behind = [json.loads(e.detail).get("clock_behind_seconds", 0) for e in entries]
    assert max(behind) == int((days[0] - days[1]).total_seconds())
    assert behind[-1] == 0
    assert verify().ok
    view = connect(home).con.execute("SELECT product FROM product_inspection").fetchall()
    assert view == [("第2次",)]
